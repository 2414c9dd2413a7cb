package dev.pathline.engine.script;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.pathline.engine.TestDevice;
import dev.pathline.engine.graph.Graph;
import dev.pathline.engine.graph.Initializer;
import dev.pathline.engine.graph.Network;
import dev.pathline.engine.graph.Op.Elementwise.Function;
import dev.pathline.engine.graph.Parameter;
import dev.pathline.engine.graph.Value;
import dev.pathline.engine.torch.ScriptProgram;
import dev.pathline.engine.torch.ScriptProgram.Argument;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Every operator's gradient, with respect to its input and every weight, against central differences in float64: of a
 * random projection of the output, along random directions.
 */
class GradientTest {

    private static final int BATCH = 3;
    private static final double STEP = 1e-5;

    private static final Map<String, java.util.function.Function<Graph, Value>> OPERATORS = new TreeMap<>(Map.ofEntries(
            Map.entry("conv2d", g -> g.conv2d(image(g), "c", 3, 5)),
            Map.entry("conv2d with stride", g -> g.conv2d(image(g), "c", 3, 5, 2, 1, null)),
            Map.entry("linear", g -> g.linear(g.input("x", List.of(7)), "l", 5)),
            Map.entry("group norm", g -> g.groupNorm(image(g), "n", 2, 1e-5)),
            Map.entry("silu", g -> g.silu(image(g))),
            Map.entry("add", g -> {
                Value x = image(g);
                return g.add(x, g.silu(x));
            }),
            Map.entry("weight", g -> g.add(image(g), g.weight("w", List.of(4, 1, 6), Initializer.ZEROS))),
            Map.entry("cos", g -> g.map(Function.COS, image(g))), Map.entry("sin", g -> g.map(Function.SIN, image(g))),
            Map.entry("log", g -> g.map(Function.LOG, g.affine(image(g), 0.5, 2))),
            Map.entry("sqrt", g -> g.map(Function.SQRT, g.affine(image(g), 0.5, 2))),
            Map.entry("cos of time", g -> {
                Value x = g.input("x", List.of(3));
                return g.multiply(x, g.reshape(g.map(Function.COS, g.timeInput("time")), 1));
            }),
            Map.entry("affine", g -> g.affine(image(g), -1.7, 0.3)),
            Map.entry("multiply", g -> {
                Value x = image(g);
                return g.multiply(x, g.silu(x));
            }),
            Map.entry("multiply repeated", g -> {
                Value x = image(g);
                return g.multiply(g.reshape(x, 144, 1), g.reshape(g.globalAveragePool(x), 1, 4));
            }),
            Map.entry("divide", g -> {
                Value x = image(g);
                return g.divide(x, g.affine(g.multiply(x, x), 1, 1));
            }),
            Map.entry("divide repeated", g -> {
                Value x = image(g);
                return g.divide(x, g.affine(g.reshape(g.globalAveragePool(x), 4, 1, 1), 1, 2));
            }),
            Map.entry("sum", g -> g.sum(image(g), 1)),
            Map.entry("softmax", g -> g.softmax(image(g))),
            Map.entry("reshape", g -> g.reshape(image(g), 9, 16)),
            Map.entry("add per channel", g -> {
                Value x = image(g);
                return g.addPerChannel(x, g.linear(g.globalAveragePool(x), "l", 4));
            }),
            Map.entry("concat", g -> {
                Value x = image(g);
                return g.concat(x, g.conv2d(x, "c", 1, 2));
            }),
            Map.entry("upsample", g -> g.upsample(image(g))),
            Map.entry("pad", g -> g.padRightBottom(image(g))),
            Map.entry("attention", g -> {
                Value t = g.toTokens(image(g));
                return g.fromTokens(
                        g.attention(g.linear(t, "q", 4), g.linear(t, "k", 4), g.linear(t, "v", 4), 2), 6, 6);
            }),
            Map.entry("sinusoid", g -> {
                Value x = image(g);
                return g.addPerChannel(x, g.linear(g.sinusoid(g.timeInput("time"), 8, true, 0), "l", 4));
            }),
            Map.entry("embedding", g -> {
                Value x = image(g);
                return g.addPerChannel(x, g.embedding(g.labelInput("label"), "e", 6, 4));
            }),
            Map.entry("global average pool", g -> g.globalAveragePool(image(g)))));

    private static Value image(Graph graph) {
        return graph.input("x", List.of(4, 6, 6));
    }

    @TestFactory
    Stream<DynamicTest> shouldMatchFiniteDifferences() {
        return OPERATORS.entrySet().stream().map(e -> DynamicTest.dynamicTest(e.getKey(), () -> {
            var graph = new Graph();
            check(graph.build(e.getValue().apply(graph)));
        }));
    }

    private static void check(Network network) {
        TestDevice.on(() -> {
            var random = new SplittableRandom(5);
            try (NDManager manager = TestDevice.TORCH.newManager();
                    ScriptProgram program = ScriptProgram.compile(TestDevice.TORCH, text(network))) {
                List<NDArray> at = new ArrayList<>();
                at.add(array(manager, random, network.inputs().getFirst().shape(), BATCH));
                for (Parameter p : network.parameters()) {
                    at.add(array(manager, random, p.shape(), 0));
                }
                NDList result = program.train(manager, "gradient", arguments(manager, at));
                assertThat(result).hasSize(at.size() + 1);
                for (int i = 0; i < at.size(); i++) {
                    NDArray direction = array(manager, random, dims(at.get(i)), 0);
                    double exact = result.get(i + 1).mul(direction).sum().getDouble();
                    double difference = (value(program, manager, moved(at, i, direction, STEP))
                            - value(program, manager, moved(at, i, direction, -STEP))) / (2 * STEP);
                    assertThat(exact).as("argument %d of %s", i, network.parameters()).isNotZero()
                            .isCloseTo(difference, org.assertj.core.data.Offset.offset(1e-7 * (1 + Math.abs(exact))));
                }
            }
            return null;
        });
    }

    private static double value(ScriptProgram program, NDManager manager, List<NDArray> at) {
        return program.train(manager, "gradient", arguments(manager, at)).getFirst().getDouble();
    }

    private static List<NDArray> moved(List<NDArray> at, int i, NDArray direction, double step) {
        List<NDArray> moved = new ArrayList<>(at);
        moved.set(i, at.get(i).add(direction.mul(step)));
        return moved;
    }

    private static Argument[] arguments(NDManager manager, List<NDArray> at) {
        return new Argument[]{new Argument.Single(manager.create(new float[]{0.1f, 0.5f, 0.9f})),
            new Argument.Single(manager.create(new long[]{1, 5, 1})), new Argument.Many(at)};
    }

    private static NDArray array(NDManager manager, SplittableRandom random, List<Integer> dims, int batch) {
        Shape shape = TestDevice.shape(dims);
        if (batch > 0) {
            shape = new Shape(batch).addAll(shape);
        }
        return manager.create(random.doubles(shape.size(), -1, 1).toArray(), shape);
    }

    private static List<Integer> dims(NDArray array) {
        return java.util.Arrays.stream(array.getShape().getShape()).mapToObj(d -> (int) d).toList();
    }

    /** The value {@code sum_i cos(i) out_i} and its gradients with respect to {@code x} and all weights. */
    private static String text(Network network) {
        return """
                  def gradient(self, time: Tensor, label: Tensor, p: List[Tensor]) -> List[Tensor]:
                    l = annotate(List[Tensor], [])
                    w = annotate(List[Tensor], [])
                    for i in range(torch.len(p)):
                      _0 = torch.append(l, torch.requires_grad_(torch.detach(p[i]), True))
                      if bool(i > 0):
                        _1 = torch.append(w, l[i])
                      else:
                        pass
                    x = l[0]
                %s    flat = torch.flatten(out0, 0, -1)
                    value = torch.sum(torch.mul(flat, torch.cos(torch.arange(torch.size(flat, 0), dtype=7, layout=None, \
                device=torch.device("cpu"), pin_memory=False))))
                    g = torch.autograd.grad([value], l, None, None, False, False)
                    out = [torch.detach(value)]
                    for i in range(torch.len(p)):
                      _2 = torch.append(out, unchecked_cast(Tensor, g[i]))
                    return out
                """
                .formatted(ScriptEmitter.body(network, NumericProfile.FLOAT64, ScriptEmitter.Weights.MASTER));
    }
}
