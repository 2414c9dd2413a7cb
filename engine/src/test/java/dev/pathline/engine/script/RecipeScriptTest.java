package dev.pathline.engine.script;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.pathline.diffusion.card.ModelCard;
import dev.pathline.diffusion.card.ModelKind;
import dev.pathline.diffusion.guidance.CfgInterval;
import dev.pathline.diffusion.prediction.Prediction;
import dev.pathline.diffusion.prediction.TimeInput;
import dev.pathline.diffusion.schedule.Edm;
import dev.pathline.diffusion.schedule.RectifiedFlow;
import dev.pathline.diffusion.schedule.TrigFlow;
import dev.pathline.engine.TestDevice;
import dev.pathline.engine.graph.Graph;
import dev.pathline.engine.graph.Network;
import dev.pathline.engine.graph.Op;
import dev.pathline.engine.graph.Parameter;
import dev.pathline.engine.graph.Value;
import dev.pathline.engine.objective.DefaultSettings;
import dev.pathline.engine.objective.Drawing;
import dev.pathline.engine.objective.Objective;
import dev.pathline.engine.objective.ObjectiveFacts;
import dev.pathline.engine.objective.ObjectiveFamily;
import dev.pathline.engine.objective.Recipe;
import dev.pathline.engine.objective.RecipeExecutor;
import dev.pathline.engine.objective.RecipeExecutor.Field;
import dev.pathline.engine.objective.Row;
import dev.pathline.engine.objective.Source;
import dev.pathline.engine.objective.distillation.Distillations;
import dev.pathline.engine.objective.flowmap.FlowMaps;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The script of every objective computes what its recipe says, as float64 does, whole and in parts. */
class RecipeScriptTest {

    private static final int SIZE = 3;
    private static final int ROWS = 8;
    private static final int NONE = 2;
    private static final List<Double> STATES = List.of(1.0, 0.7, 0.3, 0.0);

    private record Case(String name, ObjectiveFamily family, Map<String, Object> settings, boolean guided) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static Stream<Case> cases() {
        Stream<Case> plain = Stream.concat(FlowMaps.ALL.stream(), Distillations.ALL.stream())
                .map(family -> new Case(family.word(), family, Map.of(), false));
        ObjectiveFamily mean = FlowMaps.ALL.get(0);
        ObjectiveFamily improved = FlowMaps.ALL.get(1);
        ObjectiveFamily alpha = FlowMaps.ALL.get(2);
        return Stream.concat(plain, Stream.of(
                new Case("mean-flow by differences", mean, Map.of("tangent", "differences"), false),
                new Case("mean-flow with guidance", mean, Map.of("guidance.scale", 2, "guidance.mix", 0.3), false),
                new Case("improved mean-flow told of guidance", improved,
                        Map.of("guidance.least", 1, "guidance.most", 4), true),
                new Case("alpha-flow with guidance, adaptive", alpha,
                        Map.of("guidance.scale", 1.5, "distance.type", "adaptive", "targets", "average"), false)));
    }

    /** The network as a graph: {@code o(silu(a(x) t(cos time) + r(sin target) + g(sin guidance) + class))}. */
    private static Network network(List<String> numbers) {
        var graph = new Graph();
        Value x = graph.input("x", List.of(SIZE));
        Value time = graph.timeInput("time");
        Value h = graph.multiply(graph.linear(x, "a", SIZE),
                graph.linear(graph.reshape(graph.map(Op.Elementwise.Function.COS, time), 1), "time", SIZE));
        for (String name : numbers.subList(1, numbers.size())) {
            Value number = graph.timeInput(name);
            h = graph.add(h,
                    graph.linear(graph.reshape(graph.map(Op.Elementwise.Function.SIN, number), 1), name, SIZE));
        }
        h = graph.add(h, graph.embedding(graph.labelInput("label"), "class", NONE + 1, SIZE));
        return graph.build(graph.linear(graph.silu(h), "o", SIZE));
    }

    /** The same network in float64. */
    private record Doubles(List<String> numbers, Map<String, float[]> weights) {

        double[] evaluate(double[] x, double[] inputs, int label) {
            double[] h = linear("a", x);
            multiply(h, linear("time", new double[]{Math.cos(inputs[0])}));
            for (int i = 1; i < numbers.size(); i++) {
                add(h, linear(numbers.get(i), new double[]{Math.sin(inputs[i])}));
            }
            for (int i = 0; i < SIZE; i++) {
                h[i] += weights.get("class.weight")[label * SIZE + i];
                h[i] /= 1 + Math.exp(-h[i]);
            }
            return linear("o", h);
        }

        private double[] linear(String name, double[] x) {
            double[] y = new double[SIZE];
            for (int i = 0; i < SIZE; i++) {
                y[i] = weights.get(name + ".bias")[i];
                for (int j = 0; j < x.length; j++) {
                    y[i] += weights.get(name + ".weight")[i * x.length + j] * x[j];
                }
            }
            return y;
        }

        private static void multiply(double[] a, double[] b) {
            for (int i = 0; i < a.length; i++) {
                a[i] *= b[i];
            }
        }

        private static void add(double[] a, double[] b) {
            for (int i = 0; i < a.length; i++) {
                a[i] += b[i];
            }
        }
    }

    private static Objective objective(Case chosen) {
        TrigFlow arc = new TrigFlow(0.5);
        var schedule = chosen.family.word().equals("continuous-consistency-distillation")
                ? arc
                : RectifiedFlow.DEFAULT;
        ModelCard teacher = ModelCard.of("teacher", ModelKind.DIFFUSION, List.of(SIZE), schedule.spec(),
                Prediction.VELOCITY).withClasses(List.of("a", "b"), true);
        return chosen.family.reader().apply(DefaultSettings.of(chosen.settings))
                .apply(new ObjectiveFacts(0.5, SIZE, 100,
                        any -> any instanceof Edm ? new TimeInput.LogSigma(0.25) : TimeInput.IDENTITY, chosen.guided,
                        new ObjectiveFacts.TeacherFacts(teacher, 1.7, CfgInterval.ALWAYS)));
    }

    private static Map<String, float[]> weights(Network network, long seed) {
        var random = new SplittableRandom(seed);
        var weights = new java.util.LinkedHashMap<String, float[]>();
        for (Parameter parameter : network.parameters()) {
            float[] values = new float[(int) parameter.size()];
            for (int i = 0; i < values.length; i++) {
                values[i] = (float) (0.7 * random.nextGaussian());
            }
            weights.put(parameter.name(), values);
        }
        return weights;
    }

    @ParameterizedTest
    @MethodSource("cases")
    void shouldComputeWhatTheRecipeSays(Case chosen) {
        Objective objective = objective(chosen);
        Recipe recipe = objective.recipe();
        Network student = network(recipe.inputs());
        Network teacher = network(List.of("time"));
        for (int parts : new int[]{1, 2}) {
            var random = new SplittableRandom(7);
            float[] data = new float[ROWS * SIZE];
            float[] noise = new float[ROWS * SIZE];
            long[] labels = new long[ROWS];
            float[] scalars = new float[ROWS * recipe.layout().width()];
            double[] expected = new double[ROWS];
            Doubles own = new Doubles(recipe.inputs(), weights(student, 1));
            Doubles averaged = new Doubles(recipe.inputs(), weights(student, 2));
            Doubles taught = new Doubles(List.of("time"), weights(teacher, 3));
            var row = new Row(recipe);
            for (int i = 0; i < ROWS; i++) {
                row.clear();
                objective.draw(new Drawing(random, 90, i % (ROWS / parts), ROWS / parts, STATES), row);
                row.copyTo(scalars, i * recipe.layout().width());
                labels[i] = random.nextInt(NONE + 1);
                for (int j = 0; j < SIZE; j++) {
                    data[i * SIZE + j] = (float) random.nextGaussian();
                    noise[i * SIZE + j] = (float) random.nextGaussian();
                }
                int label = (int) labels[i];
                double[] residual = new RecipeExecutor(recipe, Map.of(Source.STUDENT, field(own, label),
                        Source.AVERAGE, field(averaged, label), Source.TEACHER, field(taught, label)))
                        .residual(row, doubles(data, i), doubles(noise, i));
                expected[i] = Arrays.stream(residual).map(value -> value * value).sum() / SIZE;
            }
            float[] found = losses(objective, student, teacher, parts, data, noise, scalars, labels);
            for (int i = 0; i < ROWS; i++) {
                assertThat((double) found[i]).as("row " + i + " of " + parts + " parts")
                        .isCloseTo(expected[i], Percentage.withPercentage(0.5));
            }
        }
    }

    private static Field field(Doubles network, int label) {
        return (x, inputs, labelled) -> network.evaluate(x, inputs, labelled ? label : NONE);
    }

    private static double[] doubles(float[] all, int row) {
        double[] values = new double[SIZE];
        for (int i = 0; i < SIZE; i++) {
            values[i] = all[row * SIZE + i];
        }
        return values;
    }

    /** The losses of a step, whose learning rate is 0. */
    private static float[] losses(Objective objective, Network student, Network teacher, int parts, float[] data,
            float[] noise, float[] scalars, long[] labels) {
        Recipe recipe = objective.recipe();
        var task = new TrainingProgram.Task(student, NumericProfile.FLOAT32, new TrainingProgram.Loss.Target(recipe),
                new TrainingProgram.AdamW(0.9, 0.99, 1e-8, 0, 1), 1, parts,
                recipe.evaluates(Source.TEACHER) ? teacher : null);
        return TestDevice.on(() -> {
            try (NDManager manager = TestDevice.TORCH.newManager();
                    var program = new TrainingProgram(TestDevice.TORCH, task)) {
                var shape = new Shape(ROWS, SIZE);
                var samples = new TrainingProgram.Samples(manager.create(data, shape), manager.create(noise, shape),
                        manager.create(scalars, new Shape(ROWS, recipe.layout().width())),
                        Map.of("label", manager.create(labels)),
                        Map.of("label", manager.create(new long[]{NONE})));
                PreparedWeights prepared = recipe.evaluates(Source.TEACHER)
                        ? program.prepareTeacher(manager, arrays(manager, teacher, weights(teacher, 3)))
                        : null;
                var state = new TrainingProgram.State(trained(manager, task, 1), trained(manager, task, 0),
                        trained(manager, task, 0), List.of(trained(manager, task, 2)), prepared);
                return program.step(manager, samples, state, new TrainingProgram.Step(0, List.of(1.0), 1)).get(0)
                        .toFloatArray();
            }
        });
    }

    private static List<NDArray> trained(NDManager manager, TrainingProgram.Task task, long seed) {
        Map<String, float[]> all = weights(task.network(), Math.max(seed, 1));
        var arrays = new ArrayList<NDArray>();
        for (Parameter parameter : task.parameters()) {
            float[] zeros = new float[(int) parameter.size()];
            arrays.add(array(manager, parameter, seed == 0 ? zeros : all.getOrDefault(parameter.name(), zeros)));
        }
        return arrays;
    }

    private static List<NDArray> arrays(NDManager manager, Network network, Map<String, float[]> weights) {
        return network.parameters().stream()
                .map(parameter -> array(manager, parameter, weights.get(parameter.name()))).toList();
    }

    private static NDArray array(NDManager manager, Parameter parameter, float[] values) {
        return manager.create(values,
                new Shape(parameter.shape().stream().mapToLong(Integer::longValue).toArray()));
    }
}
