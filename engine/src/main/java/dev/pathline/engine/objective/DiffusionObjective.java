package dev.pathline.engine.objective;

import dev.pathline.diffusion.prediction.Affine;
import dev.pathline.diffusion.prediction.Prediction;
import dev.pathline.diffusion.prediction.Preconditioning;
import dev.pathline.diffusion.prediction.TimeInput;
import dev.pathline.diffusion.schedule.NoiseSchedule;
import java.util.random.RandomGenerator;

/**
 * The one template behind every objective that regresses a prediction (arXiv 2510.21890, section 6): a schedule, what is
 * predicted, how the network is wrapped, how times are drawn and how noise levels are weighted.
 *
 * <p>The prediction {@code a x0 + b eps} is {@code skip x + out F}, so the network's own target is
 * {@code ((a - skip alpha) x0 + (b - skip sigma) eps) / out}.
 *
 * @param schedule the forward process
 * @param prediction what the wrapped network predicts
 * @param preconditioning how it is wrapped
 * @param timeInput its time coordinate
 * @param times how times are drawn
 * @param weighting how noise levels are weighted
 * @param learnsUncertainty see {@link Objective#learnsUncertainty}
 */
public record DiffusionObjective(
        NoiseSchedule schedule,
        Prediction prediction,
        Preconditioning preconditioning,
        TimeInput timeInput,
        TimeDistribution times,
        Weighting weighting,
        boolean learnsUncertainty) implements Objective {

    /** An objective without learned uncertainty. */
    public DiffusionObjective(NoiseSchedule schedule, Prediction prediction, Preconditioning preconditioning,
            TimeInput timeInput, TimeDistribution times, Weighting weighting) {
        this(schedule, prediction, preconditioning, timeInput, times, weighting, false);
    }

    @Override
    public Row draw(RandomGenerator random) {
        return at(times.sample(random, schedule));
    }

    /** Returns the row of a time. */
    public Row at(double t) {
        double alpha = schedule.alpha(t);
        double sigma = schedule.sigma(t);
        Affine wrapped = preconditioning.prediction(schedule, t);
        return new Row(alpha, sigma, preconditioning.inputScale(schedule, t), timeInput.of(schedule, t),
                (prediction.dataWeight(schedule, t) - wrapped.x() * alpha) / wrapped.output(),
                (prediction.noiseWeight(schedule, t) - wrapped.x() * sigma) / wrapped.output(), weight(t, wrapped),
                -schedule.halfLogSnr(t));
    }

    /** An error of the output is an error of {@code x0} times how much {@code x0} moves with the output. */
    private double weight(double t, Affine wrapped) {
        if (weighting instanceof Weighting.Plain) {
            return 1;
        }
        double dataPerOutput = prediction.toData(schedule, t).after(wrapped).output();
        return weighting.ofData(schedule, t) * dataPerOutput * dataPerOutput;
    }
}
