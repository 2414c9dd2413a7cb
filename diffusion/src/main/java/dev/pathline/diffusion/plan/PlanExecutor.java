package dev.pathline.diffusion.plan;

import dev.pathline.diffusion.model.Network;
import dev.pathline.diffusion.noise.NoiseKey;
import dev.pathline.diffusion.noise.NoiseSource;
import java.util.Arrays;

/**
 * Runs a plan in float64, one sample at a time: the oracle that faster executors are compared with. Immutable, and as
 * safe for concurrent use as its network.
 */
public final class PlanExecutor {
    private final SamplingPlan plan;
    private final Network network;
    private final Network guide;
    private final NoiseSource noise;

    /** Makes an executor of {@code plan} on {@code network} with noise from {@code noise}. */
    public PlanExecutor(SamplingPlan plan, Network network, NoiseSource noise) {
        this(plan, network, unconditional(network), noise);
    }

    private PlanExecutor(SamplingPlan plan, Network network, Network guide, NoiseSource noise) {
        this.plan = plan;
        this.network = network;
        this.guide = guide;
        this.noise = noise;
    }

    /**
     * Returns an executor with autoguidance: where the plan guides, it guides away from {@code weaker}, a worse version of
     * the same model evaluated with the same label, instead of away from the model without a label.
     *
     * <p>Source: Karras et al., arXiv 2406.02507.
     *
     * @param weaker a network with the prediction, preconditioning and time input of the executor's own
     */
    public PlanExecutor withGuide(Network weaker) {
        return new PlanExecutor(plan, network, weaker, noise);
    }

    private static Network unconditional(Network network) {
        return (x, inputs, output) -> network.evaluate(x, inputs.unconditional(), output);
    }

    /** Is told of every evaluation. */
    @FunctionalInterface
    public interface Listener {

        /** A listener that does nothing. */
        Listener NONE = (stage, data) -> {
        };

        /**
         * Called after the evaluation of a stage.
         *
         * @param stage the stage's index in the plan
         * @param data the prediction of {@code x_0} after guidance and operation; a copy the listener may keep
         */
        void evaluated(int stage, double[] data);
    }

    /**
     * Draws one sample.
     *
     * @param dimension the number of elements of a sample
     * @param label the class index, or {@link Network#NO_LABEL}
     * @param seed the request's seed
     * @param sample the sample's index in the request
     * @return the sample, {@code dimension} elements
     */
    public double[] sample(int dimension, int label, long seed, int sample, Listener listener) {
        double[] start = new double[dimension];
        noise.fill(NoiseKey.initial(seed, sample), start);
        for (int i = 0; i < dimension; i++) {
            start[i] *= plan.initialScale();
        }
        return run(start, label, seed, sample, listener);
    }

    /** Runs the plan from {@code start}, the point at the grid's first time; the other parameters are {@link #sample}'s. */
    public double[] run(double[] start, int label, long seed, int sample, Listener listener) {
        var state = new Registers(start);
        for (int i = 0; i < plan.stages().size(); i++) {
            Stage stage = plan.stages().get(i);
            NetworkCall call = stage.call();
            if (call != null) {
                var evaluation = new Evaluation(call, state.x(), label);
                listener.evaluated(i, evaluation.data.clone());
                state.remember(evaluation.data, evaluation.value);
            }
            double[] fresh = new double[start.length];
            if (stage.needsNoise()) {
                stage.fillNoise(noise, seed, sample, i, fresh);
            }
            state.update(stage.nextX(), stage.nextY(), stage.langevin(), fresh);
        }
        return state.x();
    }

    /** What one call gives: the prediction of {@code x_0} and the value for the history. */
    private final class Evaluation {
        final double[] data;
        final double[] value;

        Evaluation(NetworkCall call, double[] x, int label) {
            double[] input = scale(x, call.inputScale());
            double[] output = new double[x.length];
            Network first = call.isUnconditional() ? guide : network;
            first.evaluate(input, call.inputs(label), output);
            double[] labelled = Operations.combine(call.dataFromX(), x, call.dataFromOutput(), output);
            double[] guided = labelled;
            if (call.rows() == 2) {
                double[] other = new double[x.length];
                guide.evaluate(input, call.inputs(label), other);
                output = Operations.combine(1 - call.guidanceScale(), other, call.guidanceScale(), output);
                guided = Operations.combine(call.dataFromX(), x, call.dataFromOutput(), output);
            }
            data = Operations.apply(call.operation(),
                    scale(guided, Operations.rescale(call.rescale(), labelled, guided)));
            value = Operations.combine(1, Operations.combine(call.valueFromX(), x, call.valueFromOutput(), output),
                    call.valueFromData(),
                    data);
        }
    }

    private static double[] scale(double[] values, double factor) {
        return Arrays.stream(values).map(value -> factor * value).toArray();
    }
}
