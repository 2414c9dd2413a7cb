package dev.pathline.diffusion.plan;

import dev.pathline.diffusion.model.Network;
import dev.pathline.diffusion.noise.NoiseKey;
import dev.pathline.diffusion.noise.NoiseSource;

/**
 * Runs a plan in float64, one sample at a time: the oracle that faster executors are compared with. Immutable, and as
 * safe for concurrent use as its network.
 */
public final class PlanExecutor {
    private final SamplingPlan plan;
    private final Network network;
    private final NoiseSource noise;

    /** Makes an executor of {@code plan} on {@code network} with noise from {@code noise}. */
    public PlanExecutor(SamplingPlan plan, Network network, NoiseSource noise) {
        this.plan = plan;
        this.network = network;
        this.noise = noise;
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
                double[] output = evaluate(call, state.x, label);
                listener.evaluated(i, data(call, state.x, output));
                state.remember(value(call, state.x, output));
            }
            double[] fresh = new double[start.length];
            if (stage.needsNoise()) {
                noise.fill(new NoiseKey(seed, sample, i, 0), fresh);
            }
            state.update(stage.nextX(), stage.nextY(), fresh);
        }
        return state.x;
    }

    private double[] evaluate(NetworkCall call, double[] x, int label) {
        double[] input = new double[x.length];
        for (int i = 0; i < x.length; i++) {
            input[i] = call.inputScale() * x[i];
        }
        double[] output = new double[x.length];
        network.evaluate(input, call.time(), call.target(), label, output);
        if (call.guidanceScale() != 1) {
            double[] unconditional = new double[x.length];
            network.evaluate(input, call.time(), call.target(), Network.NO_LABEL, unconditional);
            for (int i = 0; i < x.length; i++) {
                output[i] = unconditional[i] + call.guidanceScale() * (output[i] - unconditional[i]);
            }
        }
        return output;
    }

    private static double[] data(NetworkCall call, double[] x, double[] output) {
        return Operations.apply(call.operation(), combine(call.dataFromX(), x, call.dataFromOutput(), output));
    }

    private static double[] value(NetworkCall call, double[] x, double[] output) {
        double[] inner = Operations.apply(call.operation(), combine(call.p(), x, call.q(), output));
        return combine(call.r(), x, call.s(), inner);
    }

    private static double[] combine(double a, double[] first, double b, double[] second) {
        double[] sum = new double[first.length];
        for (int i = 0; i < sum.length; i++) {
            sum[i] = a * first[i] + b * second[i];
        }
        return sum;
    }

    /** The registers of one trajectory. Arrays are replaced, never written, once they are here. */
    private static final class Registers {
        private final double[][] history = new double[Combination.HISTORY][];
        private double[] x;
        private double[] y;

        Registers(double[] start) {
            x = start.clone();
            y = x;
            for (int k = 0; k < history.length; k++) {
                history[k] = new double[start.length];
            }
        }

        void remember(double[] value) {
            System.arraycopy(history, 0, history, 1, history.length - 1);
            history[0] = value;
        }

        void update(Combination nextX, Combination nextY, double[] fresh) {
            double[] newX = apply(nextX, fresh);
            y = apply(nextY, fresh);
            x = newX;
        }

        private double[] apply(Combination weights, double[] fresh) {
            double[] sum = new double[x.length];
            for (int i = 0; i < sum.length; i++) {
                sum[i] = weights.x() * x[i] + weights.y() * y[i] + weights.noise() * fresh[i];
                for (int k = 0; k < history.length; k++) {
                    sum[i] += weights.history(k) * history[k][i];
                }
            }
            return sum;
        }
    }
}
