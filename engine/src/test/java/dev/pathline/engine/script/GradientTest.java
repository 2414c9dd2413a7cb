package dev.pathline.engine.script;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.pathline.engine.TestDevice;
import dev.pathline.engine.graph.Graph;
import dev.pathline.engine.graph.Initializer;
import dev.pathline.engine.graph.Network;
import dev.pathline.engine.graph.Op;
import dev.pathline.engine.graph.Op.Elementwise.Function;
import dev.pathline.engine.graph.Value;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Every operator's gradient and tangent, with respect to its inputs and weights, against differences in float64. */
class GradientTest {

    private static final int BATCH = 3;
    private static final double STEP = 1e-5;
    private static final String UNUSED = "unused";

    private static final Map<String, java.util.function.Function<Graph, Value>> OPERATORS = new TreeMap<>(Map.ofEntries(
            Map.entry("conv2d", g -> g.conv2d(image(g), "c", 3, 5)),
            Map.entry("conv2d with stride", g -> g.conv2d(image(g), "c", 3, 5, 2, 1, null)),
            Map.entry("linear", g -> g.linear(g.input("x", List.of(7)), "l", 5)),
            Map.entry("group norm", g -> g.groupNorm(image(g), "n", 2, 1e-5)),
            Map.entry("silu", g -> g.silu(image(g))),
            Map.entry("linear without bias", g -> g.linear(g.input("x", List.of(7)), "l", 5, null, false)),
            Map.entry("layer norm", g -> g.layerNorm(image(g), 1e-5)),
            Map.entry("layer norm with scale", g -> g.layerNorm(image(g), "n", 1e-5)),
            Map.entry("relu", g -> g.map(Function.RELU, image(g))),
            Map.entry("gelu", g -> g.map(Function.GELU, image(g))),
            Map.entry("gelu by tanh", g -> g.map(Function.GELU_TANH, image(g))),
            Map.entry("mish", g -> g.map(Function.MISH, image(g))),
            Map.entry("permute", g -> g.permute(image(g), 1, 2, 0)),
            Map.entry("slice", g -> g.slice(image(g), 1, 2, 3)),
            Map.entry("downsample", g -> g.downsample(image(g))),
            Map.entry("add positions", g -> g.addPositions(g.input("x", List.of(6, 8)), 2, 3)),
            Map.entry("low frequencies", g -> {
                Value x = image(g);
                return g.addPerChannel(x, g.linear(g.sinusoid(g.timeInput("time"), 9, false, 1, 3, 3), "l", 4));
            }),
            Map.entry("log fourier", g -> {
                Value x = image(g);
                Value features = g.logFourier(g.timeInput("time"), g.frequencies("f", 3, 16));
                return g.addPerChannel(x, g.linear(features, "l", 4));
            }),
            Map.entry("nearest", g -> {
                Value x = image(g);
                Value time = g.timeInput("time");
                return g.addPerChannel(x,
                        g.multiply(g.embedding(g.nearest(g.affine(time, 1, 0.2)), "e", 2, 4), g.reshape(time, 1)));
            }),
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
            Map.entry("attention to more places", g -> {
                Value t = g.toTokens(image(g));
                Value few = g.slice(t, 0, 3, 5);
                return g.attention(g.linear(few, "q", 4), g.linear(t, "k", 4), g.linear(t, "v", 4), 2);
            }),
            Map.entry("attention to fewer places", g -> {
                Value t = g.toTokens(image(g));
                Value few = g.slice(t, 0, 3, 5);
                return g.attention(g.linear(t, "q", 4), g.linear(few, "k", 4), g.linear(few, "v", 4), 2);
            }),
            Map.entry("attention to weights", g -> g.attention(g.toTokens(image(g)),
                    g.weight("k", List.of(3, 4), Initializer.ZEROS), g.weight("v", List.of(3, 4), Initializer.ZEROS),
                    2)),
            Map.entry("concat with a weight",
                    g -> g.concat(g.weight("w", List.of(2, 6, 6), Initializer.ZEROS), image(g))),
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
        return OPERATORS.keySet().stream().map(name -> DynamicTest.dynamicTest(name, () -> TestDevice.on(() -> {
            try (NDManager manager = TestDevice.TORCH.newManager(); var point = new Point(manager, network(name))) {
                point.checkGradient();
                point.checkTangent();
            }
            return null;
        })));
    }

    /** Every record of {@link Op} but the modules of other programs, so that a new one cannot be forgotten above. */
    @Test
    void shouldCoverEveryOperator() {
        var covered = OPERATORS.keySet().stream().flatMap(name -> network(name).values().stream())
                .map(value -> value.op().getClass()).distinct();

        assertThat(covered).map(type -> (Object) type).contains(Stream.of(Op.class.getPermittedSubclasses())
                .filter(type -> type != Op.Module.class).toArray());
    }

    private static Network network(String name) {
        var graph = new Graph();
        graph.weight(UNUSED, List.of(2), Initializer.ZEROS);
        return graph.build(OPERATORS.get(name).apply(graph));
    }

    /** A network at random numbers, all float64. */
    private static final class Point implements AutoCloseable {

        private final NDManager manager;
        private final Network network;
        private final DerivativeProgram program;
        private final SplittableRandom random = new SplittableRandom(5);
        private final List<NDArray> inputs = new ArrayList<>();
        private final List<NDArray> weights = new ArrayList<>();

        Point(NDManager manager, Network network) {
            this.manager = manager;
            this.network = network;
            program = new DerivativeProgram(TestDevice.TORCH, network, NumericProfile.FLOAT64);
            for (Value value : network.inputs()) {
                inputs.add(switch (((Op.Input) value.op()).kind()) {
                    case VALUES -> uniform(new Shape(BATCH).addAll(TestDevice.shape(value.shape())));
                    case TIME -> manager.create(new double[]{0.1, 0.5, 0.9});
                    case LABEL -> manager.create(new long[]{1, 5, 1});
                });
            }
            network.parameters().forEach(p -> weights.add(uniform(TestDevice.shape(p.shape()))));
        }

        /** Of the scalar {@code <c, f>} for a random {@code c}, along random directions. */
        void checkGradient() {
            NDArray c = uniform(value(inputs, weights).getShape());
            var gradients = program.vjp(manager, inputs, List.of(c), weights);
            assertThat(gradients.values().getFirst().toDoubleArray()).as("both programs' values")
                    .containsExactly(value(inputs, weights).toDoubleArray(), Offset.offset(1e-12));
            assertThat(gradients.weights()).hasSameSizeAs(weights);
            assertThat(gradients.weights().getFirst().toDoubleArray()).as(UNUSED).containsOnly(0);
            for (int i = 1; i < weights.size(); i++) {
                int place = i;
                check(network.parameters().get(i).name(), weights.get(i), gradients.weights().get(i),
                        moved -> product(c, value(inputs, with(weights, place, moved))));
            }
            for (int i = 0; i < inputs.size(); i++) {
                int place = i;
                NDArray gradient = gradients.inputs().get(name(i));
                assertThat(gradient == null).as(name(i)).isEqualTo(name(i).equals("label"));
                if (gradient != null) {
                    check(name(i), inputs.get(i), gradient,
                            moved -> product(c, value(with(inputs, place, moved), weights)));
                }
            }
        }

        private void check(String name, NDArray at, NDArray gradient, ToDoubleFunction<NDArray> scalar) {
            NDArray direction = uniform(at.getShape());
            double exact = product(gradient, direction);
            double difference = (scalar.applyAsDouble(at.add(direction.mul(STEP)))
                    - scalar.applyAsDouble(at.sub(direction.mul(STEP)))) / (2 * STEP);
            assertThat(exact).as(name).isNotZero().isCloseTo(difference, Offset.offset(1e-7 * (1 + Math.abs(exact))));
        }

        /** Along a random direction in all inputs at once. */
        void checkTangent() {
            var directions = new HashMap<String, NDArray>();
            List<NDArray> ahead = new ArrayList<>(inputs);
            List<NDArray> behind = new ArrayList<>(inputs);
            for (int i = 0; i < inputs.size(); i++) {
                if (!name(i).equals("label")) {
                    NDArray direction = uniform(inputs.get(i).getShape());
                    directions.put(name(i), direction);
                    ahead.set(i, inputs.get(i).add(direction.mul(STEP)));
                    behind.set(i, inputs.get(i).sub(direction.mul(STEP)));
                }
            }
            var result = program.jvp(manager, inputs, directions, weights);
            double[] exact = result.tangents().getFirst().toDoubleArray();

            assertThat(exact).hasSizeGreaterThan(1).doesNotContain(Double.NaN);
            assertThat(DoubleStream.of(exact).map(Math::abs).sum()).isPositive();
            assertThat(exact).containsExactly(
                    value(ahead, weights).sub(value(behind, weights)).div(2 * STEP).toDoubleArray(),
                    Offset.offset(1e-7));
        }

        private String name(int input) {
            return InferenceProgram.inputName(network.inputs().get(input));
        }

        private NDArray value(List<NDArray> inputs, List<NDArray> weights) {
            return program.jvp(manager, inputs, Map.of(), weights).values().getFirst();
        }

        private NDArray uniform(Shape shape) {
            return manager.create(random.doubles(shape.size(), -1, 1).toArray(), shape);
        }

        private static double product(NDArray a, NDArray b) {
            return a.mul(b).sum().getDouble();
        }

        private static List<NDArray> with(List<NDArray> arrays, int place, NDArray array) {
            List<NDArray> changed = new ArrayList<>(arrays);
            changed.set(place, array);
            return changed;
        }

        @Override
        public void close() {
            program.close();
        }
    }
}
