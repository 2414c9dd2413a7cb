package dev.pathline.engine.script;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.pathline.engine.graph.Network;
import dev.pathline.engine.graph.Parameter;
import dev.pathline.engine.torch.ScriptProgram;
import dev.pathline.engine.torch.ScriptProgram.Argument;
import dev.pathline.engine.torch.Torch;
import java.util.List;
import org.jspecify.annotations.Nullable;
import java.util.ArrayList;
import java.util.Arrays;

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
         * Denoising: {@code x = alpha x0 + sigma eps}, {@code F = network(cIn x, time, label)}, and the mean over all
         * elements of {@code weight (F - (a x0 + b eps))^2}. Every objective of the diffusion family is a choice of
         * these numbers a row.
         *
         * @param learnsUncertainty whether a row's weighted error {@code e} counts as {@code e / exp(u) + u} with a
         *        function {@code u} of the noise level that is learned beside the network (EDM2, arXiv 2312.02696,
         *        equation 14)
         */
        record Denoising(boolean learnsUncertainty) implements Loss {}

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
     * @param averages how many moving averages of the weights are kept
     * @param microBatches into how many parts of equal size a batch is cut, whose gradients are added up: more of them
     *        need less memory, and change the result by rounding alone
     */
    public record Task(
            Network network,
            NumericProfile profile,
            Loss loss,
            AdamW optimizer,
            int averages,
            int microBatches) {

        /** @throws IllegalArgumentException if there are fewer than 0 averages or fewer than 1 part */
        public Task {
            if (averages < 0 || microBatches < 1) {
                throw new IllegalArgumentException("a step needs 0 averages or more and at least 1 micro-batch, not "
                        + averages + " and " + microBatches);
            }
        }

        /** Returns what is trained: the network's parameters, then those of the loss. */
        public List<Parameter> parameters() {
            if (loss instanceof Loss.Denoising denoising && denoising.learnsUncertainty()) {
                var all = new ArrayList<>(network.parameters());
                all.add(UncertaintyScript.PARAMETER);
                return List.copyOf(all);
            }
            return network.parameters();
        }
    }

    /**
     * The tensors that a step changes, each list in the order of {@link Task#parameters}.
     *
     * @param weights float32 masters
     * @param firstMoments AdamW's first moments
     * @param secondMoments AdamW's second moments
     * @param averages exponential moving averages of the weights, a list for each of them
     */
    public record State(
            List<NDArray> weights,
            List<NDArray> firstMoments,
            List<NDArray> secondMoments,
            List<List<NDArray>> averages) {}

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
     * @param coefficients {@code [N,8]}: alpha, sigma, cIn, time, a, b, weight, ln(sigma/alpha); null for a classifier
     * @param labels int64 {@code [N]}; null for a network without classes
     * @param augmentation {@code [N,A]}, what was done to the data, for a network that is told of it; else null
     */
    public record Samples(
            NDArray data,
            @Nullable NDArray noise,
            @Nullable NDArray coefficients,
            @Nullable NDArray labels,
            @Nullable NDArray augmentation) {}

    private static final String METHOD = "step";

    private final ScriptProgram program;

    /** Compiles the program of a task. */
    public TrainingProgram(Torch torch, Task task) {
        program = ScriptProgram.compile(torch,
                TrainingScript.text(task, ScriptEmitter.Attention.ofTraining(torch.isGpu(), task.profile())));
    }

    /**
     * One step. One whose gradient is not finite changes nothing.
     *
     * @param results owns the returned arrays
     * @return the unweighted loss of each row {@code [N]}, and the gradient's norm before clipping {@code []}
     */
    public NDList step(NDManager results, Samples samples, State state, Step step) {
        try (NDManager scratch = results.newSubManager()) {
            var arguments = new ArrayList<Argument>();
            arguments.add(new Argument.Single(samples.data()));
            for (NDArray array : Arrays.asList(samples.noise(), samples.coefficients(), samples.labels(),
                    samples.augmentation())) {
                // One number a row where there is none, so that every argument can be cut into micro-batches.
                arguments.add(new Argument.Single(
                        array == null ? scratch.zeros(new Shape(samples.data().getShape().get(0))) : array));
            }
            arguments.add(new Argument.Single(scratch.create(hyper(step))));
            arguments.add(new Argument.Many(state.weights()));
            arguments.add(new Argument.Many(state.firstMoments()));
            arguments.add(new Argument.Many(state.secondMoments()));
            state.averages().forEach(average -> arguments.add(new Argument.Many(average)));
            return program.train(results, METHOD, arguments.toArray(Argument[]::new));
        }
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
