package dev.pathline.engine.objective.flowmap;

import dev.pathline.diffusion.card.ModelKind;
import dev.pathline.diffusion.prediction.Affine;
import dev.pathline.diffusion.prediction.Prediction;
import dev.pathline.diffusion.prediction.Preconditioning;
import dev.pathline.diffusion.prediction.TimeInput;
import dev.pathline.diffusion.schedule.NoiseSchedule;
import dev.pathline.engine.objective.Mix;
import dev.pathline.engine.objective.Row;
import java.util.stream.DoubleStream;

/**
 * A network that is a consistency function {@code f(x, t) = skip x + out F(in x, time)}, the end of the path that leads through
 * {@code x} at {@code t}: the data that its prediction stands for.
 *
 * @param schedule the forward process
 * @param prediction what the wrapped network predicts; {@code f(x, 0) = x} holds for a velocity by itself
 * @param wrapping how the network is wrapped; for a prediction of the data so that {@code f(x, 0) = x}
 * @param timeInput the network's time coordinate
 */
public record ConsistencyFunction(NoiseSchedule schedule, Prediction prediction, Preconditioning wrapping,
        TimeInput timeInput) {

    /** A function whose wrapped network predicts the data. */
    public ConsistencyFunction(NoiseSchedule schedule, Preconditioning wrapping, TimeInput timeInput) {
        this(schedule, Prediction.DATA, wrapping, timeInput);
    }

    private Affine map(double t) {
        return prediction.toData(schedule, t).after(wrapping.prediction(schedule, t));
    }

    /** Returns {@code x_t} of a sample and its noise. */
    public Mix point(double t) {
        return Mix.of(schedule.alpha(t), schedule.sigma(t));
    }

    /** Returns the weight of the network's output in {@code f}. */
    public double outputWeight(double t) {
        return map(t).output();
    }

    /**
     * Writes the evaluation that is trained, at a point.
     *
     * @param ends where its jump ends, for a network that is told; else nothing
     */
    public void input(Row row, Mix x, double t, double... ends) {
        row.input(wrapping.inputScale(schedule, t), inputs(t, ends)).add(x, 1);
        row.noiseLevel(-schedule.halfLogSnr(t));
    }

    private double[] inputs(double t, double... ends) {
        return DoubleStream.concat(DoubleStream.of(t), DoubleStream.of(ends)).map(at -> timeInput.of(schedule, at))
                .toArray();
    }

    /** Writes an auxiliary evaluation at a point, and returns {@code f} there; ends are as for {@link #input}. */
    public Mix evaluate(Row row, int evaluation, Mix x, double t, double... ends) {
        row.auxiliary(evaluation, wrapping.inputScale(schedule, t), inputs(t, ends)).add(x, 1);
        Affine map = map(t);
        return x.times(map.x()).plus(Mix.value(evaluation).times(map.output()));
    }

    /** Writes the target of the network's output that makes {@code f(x, t)} another value. */
    public void target(Row row, Mix x, double t, Mix value) {
        Affine map = map(t);
        row.target().add(value, 1 / map.output()).add(x, -map.x() / map.output());
    }

    /** An objective whose network is a consistency function. */
    public interface OfFunction extends dev.pathline.engine.objective.Objective {

        /** Returns the function. */
        ConsistencyFunction function();

        @Override
        default ModelKind kind() {
            return ModelKind.CONSISTENCY;
        }

        @Override
        default NoiseSchedule schedule() {
            return function().schedule();
        }

        @Override
        default Prediction prediction() {
            return function().prediction();
        }

        @Override
        default Preconditioning preconditioning() {
            return function().wrapping();
        }

        @Override
        default TimeInput timeInput() {
            return function().timeInput();
        }
    }
}
