package dev.pathline.diffusion.parity;

import dev.pathline.diffusion.plan.Combination;
import dev.pathline.diffusion.plan.SolverPlan;
import dev.pathline.diffusion.plan.SolverStage;
import dev.pathline.diffusion.prediction.Prediction;
import dev.pathline.diffusion.prediction.Preconditioning;
import dev.pathline.diffusion.schedule.NoiseSchedule;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.IntStream;

/**
 * The loop of diffusers' scheduler tests on the stages of one of our plans, unbound: the 'network' is
 * {@code F = x k/(k + 1)}, with {@code k} the scheduler's timestep, and the sample is {@code 0, 1/768, ..., 767/768}.
 *
 * @param plan the stages
 * @param timestep the scheduler's timestep at a time of the schedule
 * @param prediction what the output is taken for
 * @param wrapping how it is wrapped
 * @param clip whether the prediction of the data is clipped to [-1, 1]
 * @param overwrites whether the loop replaces the sample by the scaled input of the network, as the tests of the Euler and
 *        Heun schedulers do
 */
record DummyRun(
        SolverPlan plan,
        DoubleUnaryOperator timestep,
        Prediction prediction,
        Preconditioning wrapping,
        boolean clip,
        boolean overwrites) {

    static final int ELEMENTS = 768;

    static DummyRun of(SolverPlan plan, DoubleUnaryOperator timestep, Prediction prediction) {
        return new DummyRun(plan, timestep, prediction, Preconditioning.NONE, false, false);
    }

    DummyRun wrapped(Preconditioning preconditioning) {
        return new DummyRun(plan, timestep, Prediction.DATA, preconditioning, clip, overwrites);
    }

    DummyRun clipped() {
        return new DummyRun(plan, timestep, prediction, wrapping, true, overwrites);
    }

    DummyRun overwriting() {
        return new DummyRun(plan, timestep, prediction, wrapping, clip, true);
    }

    /** The sum of the magnitudes of all elements at the end, from the sample times {@code scale}. */
    double sum(double scale) {
        return IntStream.range(0, ELEMENTS).mapToDouble(i -> Math.abs(run(scale * i / ELEMENTS))).sum();
    }

    double mean() {
        return sum(1) / ELEMENTS;
    }

    private double run(double start) {
        NoiseSchedule schedule = plan.schedule();
        double x = start;
        double y = start;
        double data = 0;
        double[] history = new double[Combination.HISTORY];
        int step = -1;
        for (SolverStage stage : plan.stages()) {
            double t = stage.evaluation().time();
            if (overwrites) {
                double scale = 1 / Math.sqrt(1 + t * t);
                x *= scale;
                y = stage.step() == step ? y : x;
            }
            step = stage.step();
            double time = timestep.applyAsDouble(t);
            double output = x * (overwrites ? 1 : wrapping.inputScale(schedule, t)) * time / (time + 1);
            double raw = prediction.toData(schedule, t).after(wrapping.prediction(schedule, t)).apply(x, output);
            data = clip ? Math.clamp(raw, -1, 1) : raw;
            System.arraycopy(history, 0, history, 1, history.length - 1);
            history[0] = switch (plan.history()) {
                case DATA, ENDPOINT -> data;
                case NOISE -> Prediction.DATA.toNoise(schedule, t).apply(x, data);
                case RAW_NOISE -> Prediction.DATA.toNoise(schedule, t).apply(x, raw);
            };
            double next = apply(stage.nextX(), x, y, data, history);
            y = apply(stage.nextY(), x, y, data, history);
            x = next;
        }
        return x;
    }

    private static double apply(Combination weights, double x, double y, double data, double[] history) {
        double sum = weights.x() * x + weights.y() * y + weights.data() * data;
        for (int k = 0; k < history.length; k++) {
            sum += weights.history(k) * history[k];
        }
        return sum;
    }
}
