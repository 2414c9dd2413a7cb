package dev.pathline.engine.script;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import dev.pathline.engine.graph.InputNames;
import dev.pathline.engine.graph.Network;
import dev.pathline.engine.graph.Op;
import dev.pathline.engine.graph.Parameter;
import dev.pathline.engine.graph.Value;
import dev.pathline.engine.objective.Recipe;
import dev.pathline.engine.objective.Source;
import dev.pathline.engine.torch.ScriptProgram;
import dev.pathline.engine.torch.ScriptProgram.Argument;
import dev.pathline.engine.torch.Torch;
import java.util.List;
import org.jspecify.annotations.Nullable;
import java.util.ArrayList;
import java.util.Map;

/**
 * One optimiser step as one call: forward, loss, backward, clipping, AdamW and the moving averages, all inside
 * TorchScript, in place on float32 master weights.
 *
 * <p>One call instead of one a tensor matters: a small U-Net has 150 tensors, and a JNI call for each of five passes
 * over them costs more than the arithmetic.
 */
public final class TrainingProgram implements AutoCloseable {

    /** What the network's output is compared with. */
    public sealed interface Loss {

        /**
         * The target of a recipe: every objective, of diffusion and of flow maps, is a choice of scalars a row.
         *
         * @param recipe what the target is made of
         */
        record Target(Recipe recipe) implements Loss {}

        /**
         * Cross-entropy of class scores.
         *
         * @param labelSmoothing the share of the target that is spread over all classes, in [0, 1]
         */
        record CrossEntropy(double labelSmoothing) implements Loss {

            /** @throws IllegalArgumentException if the share is out of its range */
            public CrossEntropy {
                if (!(labelSmoothing >= 0 && labelSmoothing <= 1)) {
                    throw new IllegalArgumentException("labelSmoothing must be in [0, 1], not " + labelSmoothing);
                }
            }
        }
    }

    /**
     * Constants of AdamW (arXiv 1711.05101), as PyTorch has it: epsilon is added after the bias correction.
     *
     * @param beta1 decay of the first moment, in [0, 1)
     * @param beta2 decay of the second moment, in [0, 1)
     * @param epsilon added to the root of the corrected second moment, positive and finite
     * @param weightDecay decoupled decay, multiplied by the learning rate, from 0 on and finite
     * @param clipNorm the global norm to which gradients are scaled down, positive and finite
     */
    public record AdamW(double beta1, double beta2, double epsilon, double weightDecay, double clipNorm) {

        /** @throws IllegalArgumentException if one is out of its range; the message names it */
        public AdamW {
            require(beta1 >= 0 && beta1 < 1, "beta1", "in [0, 1)", beta1);
            require(beta2 >= 0 && beta2 < 1, "beta2", "in [0, 1)", beta2);
            require(epsilon > 0 && Double.isFinite(epsilon), "epsilon", "above 0", epsilon);
            require(weightDecay >= 0 && Double.isFinite(weightDecay), "weightDecay", "from 0 on", weightDecay);
            require(clipNorm > 0 && Double.isFinite(clipNorm), "clipNorm", "above 0", clipNorm);
        }

        private static void require(boolean condition, String name, String range, double value) {
            if (!condition) {
                throw new IllegalArgumentException("AdamW's " + name + " must be a number " + range + ", not " + value);
            }
        }
    }

    /**
     * What is trained, and how; it determines the program.
     *
     * @param network the network
     * @param profile how it computes; master weights stay float32
     * @param loss what its output is compared with
     * @param optimizer AdamW's constants
     * @param averages how many moving averages of the weights are kept; the last is that of
     *        {@link dev.pathline.engine.objective.Source#AVERAGE} where targets are taken from one
     * @param microBatches into how many parts of equal size a batch is cut, whose gradients are added up: more of them
     *        need less memory, and change the result by rounding alone
     * @param teacher the network of {@link dev.pathline.engine.objective.Source#TEACHER}, or null
     */
    public record Task(
            Network network,
            NumericProfile profile,
            Loss loss,
            AdamW optimizer,
            int averages,
            int microBatches,
            @Nullable Network teacher) {

        /**
         * @throws IllegalArgumentException if there are fewer than 0 averages or fewer than 1 part, or there is no teacher or
         *         no average where targets are taken from one
         */
        public Task {
            if (averages < 0 || microBatches < 1) {
                throw new IllegalArgumentException("a step needs 0 averages or more and at least 1 micro-batch, not "
                        + averages + " and " + microBatches);
            }
            if (loss instanceof Loss.Target(Recipe recipe)
                    && ((recipe.evaluates(Source.TEACHER) && teacher == null)
                            || (recipe.evaluates(Source.AVERAGE) && averages == 0))) {
                throw new IllegalArgumentException("targets are taken from a teacher or an average that is not there");
            }
        }

        /** A task without a teacher. */
        public Task(Network network, NumericProfile profile, Loss loss, AdamW optimizer, int averages,
                int microBatches) {
            this(network, profile, loss, optimizer, averages, microBatches, null);
        }

        /** Returns what is trained: the network's parameters, then those of the loss. */
        public List<Parameter> parameters() {
            if (loss instanceof Loss.Target(Recipe recipe) && recipe.learnsUncertainty()) {
                var all = new ArrayList<>(network.parameters());
                all.add(UncertaintyScript.PARAMETER);
                return List.copyOf(all);
            }
            return network.parameters();
        }
    }

    /**
     * The tensors that a step changes, each list in the order of {@link Task#parameters}, and the teacher's, which it does
     * not.
     *
     * @param weights float32 masters
     * @param firstMoments AdamW's first moments
     * @param secondMoments AdamW's second moments
     * @param averages exponential moving averages of the weights, a list for each of them
     * @param teacher what {@link #prepareTeacher} made, or null
     */
    public record State(
            List<NDArray> weights,
            List<NDArray> firstMoments,
            List<NDArray> secondMoments,
            List<List<NDArray>> averages,
            @Nullable PreparedWeights teacher) {

        /** The state of a task without a teacher. */
        public State(List<NDArray> weights, List<NDArray> firstMoments, List<NDArray> secondMoments,
                List<List<NDArray>> averages) {
            this(weights, firstMoments, secondMoments, averages, null);
        }
    }

    /**
     * What changes from step to step.
     *
     * @param learningRate the step's learning rate
     * @param averageDecays for each average, the share of the old value that is kept
     * @param number 1 for the first step; the bias correction's exponent
     */
    public record Step(double learningRate, List<Double> averageDecays, long number) {}

    /**
     * The numbers that a step learns from; arrays of shape {@code [N,...]}.
     *
     * @param data {@code x0}, or a classifier's images
     * @param noise {@code eps}, of the same shape; null for a classifier
     * @param rows {@code [N,width]}, the scalars in the order of the recipe's layout; null for a classifier
     * @param inputs by name what else the network takes, conditions and the like; a classifier's {@code label}
     * @param none by name, {@code [1,...]}, the values of conditions that stand for none; for recipes that evaluate without
     *        conditions
     */
    public record Samples(
            NDArray data,
            @Nullable NDArray noise,
            @Nullable NDArray rows,
            Map<String, NDArray> inputs,
            Map<String, NDArray> none) {

        /** Takes copies of the maps. */
        public Samples {
            inputs = Map.copyOf(inputs);
            none = Map.copyOf(none);
        }
    }

    static final String PREPARE_TEACHER = "prepare_teacher";

    private static final String METHOD = "step";

    private final Task task;
    private final ScriptProgram program;

    /** Compiles the program of a task. */
    public TrainingProgram(Torch torch, Task task) {
        this.task = task;
        program = ScriptProgram.compile(torch, new TrainingScript(task, torch.isGpu()).text());
    }

    /** Returns whether an input is a condition, which guidance leaves out: a class, or an embedding of a text. */
    static boolean isCondition(Value input) {
        var op = (Op.Input) input.op();
        return switch (op.kind()) {
            case LABEL -> true;
            case TIME -> false;
            case VALUES -> !op.name().equals(InputNames.AUGMENTATION) && !op.name().equals(InputNames.X);
        };
    }

    /**
     * Returns the names of what {@link Samples#inputs} must have, in the order of the program's arguments: the network's
     * inputs but for samples and numbers a row.
     */
    public static List<String> inputs(Task task) {
        if (task.loss() instanceof Loss.CrossEntropy) {
            return List.of(InputNames.LABEL);
        }
        return task.network().inputs().stream().skip(1).map(Value::op).map(Op.Input.class::cast)
                .filter(input -> input.kind() != Op.Input.Kind.TIME).map(Op.Input::name).toList();
    }

    /**
     * Casts and lays out a teacher's float32 weights once, as steps want them.
     *
     * @param results owns the returned weights
     */
    public PreparedWeights prepareTeacher(NDManager results, List<NDArray> weights) {
        return new PreparedWeights(program.infer(results, PREPARE_TEACHER, new Argument.Many(weights)));
    }

    /**
     * One step. One whose gradient is not finite changes nothing.
     *
     * @param results owns the returned arrays
     * @return the unweighted loss of each row {@code [N]}, and the gradient's norm before clipping {@code []}
     * @throws IllegalArgumentException if there is no array for an input of the network
     */
    public NDList step(NDManager results, Samples samples, State state, Step step) {
        try (NDManager scratch = results.newSubManager()) {
            var arguments = new ArrayList<Argument>();
            arguments.add(new Argument.Single(samples.data()));
            if (samples.noise() != null && samples.rows() != null) {
                arguments.add(new Argument.Single(samples.noise()));
                arguments.add(new Argument.Single(samples.rows()));
            }
            for (String name : inputs(task)) {
                arguments.add(new Argument.Single(named(samples.inputs(), name)));
            }
            if (task.loss() instanceof Loss.Target(Recipe recipe)) {
                for (String name : RecipeScript.noConditions(task.network(), recipe)) {
                    arguments.add(new Argument.Single(named(samples.none(), name)));
                }
            }
            arguments.add(new Argument.Single(scratch.create(hyper(step))));
            arguments.add(new Argument.Many(state.weights()));
            arguments.add(new Argument.Many(state.firstMoments()));
            arguments.add(new Argument.Many(state.secondMoments()));
            state.averages().forEach(average -> arguments.add(new Argument.Many(average)));
            if (state.teacher() != null) {
                arguments.add(new Argument.Many(state.teacher().arrays()));
            }
            return program.train(results, METHOD, arguments.toArray(Argument[]::new));
        }
    }

    private static NDArray named(Map<String, NDArray> arrays, String name) {
        NDArray array = arrays.get(name);
        if (array == null) {
            throw new IllegalArgumentException("the network takes '" + name + "', for which there is no array among "
                    + arrays.keySet());
        }
        return array;
    }

    private static float[] hyper(Step step) {
        float[] hyper = new float[2 + step.averageDecays().size()];
        hyper[0] = (float) step.learningRate();
        hyper[1] = (float) step.number();
        for (int i = 0; i < step.averageDecays().size(); i++) {
            hyper[2 + i] = (float) (1 - step.averageDecays().get(i));
        }
        return hyper;
    }

    @Override
    public void close() {
        program.close();
    }
}
