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

    /**
     * Checks that the numbers of every time that may be drawn are finite: one row that is not would make all weights NaN.
     *
     * @throws IllegalArgumentException if those at an end of the times are not; the message says where
     */
    public DiffusionObjective {
        for (double t : times.ends(schedule)) {
            Row row = row(schedule, prediction, preconditioning, timeInput, weighting, t);
            if (!row.isFinite()) {
                throw new IllegalArgumentException("times may be " + t + ", where " + schedule.name() + " has alpha = "
                        + row.alpha() + " and sigma = " + row.sigma() + ", and there the weight of an error is "
                        + row.weight() + " and the target " + row.targetData() + " x0 + " + row.targetNoise()
                        + " eps: draw times that keep away from that end, or choose another weighting or prediction");
            }
        }
    }

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
        return row(schedule, prediction, preconditioning, timeInput, weighting, t);
    }

    private static Row row(NoiseSchedule schedule, Prediction prediction, Preconditioning preconditioning,
            TimeInput timeInput, Weighting weighting, double t) {
        double alpha = schedule.alpha(t);
        double sigma = schedule.sigma(t);
        Affine wrapped = preconditioning.prediction(schedule, t);
        return new Row(alpha, sigma, preconditioning.inputScale(schedule, t), timeInput.of(schedule, t),
                (prediction.dataWeight(schedule, t) - wrapped.x() * alpha) / wrapped.output(),
                (prediction.noiseWeight(schedule, t) - wrapped.x() * sigma) / wrapped.output(),
                weighting.ofOutput(schedule, t, prediction.toData(schedule, t).after(wrapped).output(),
                        prediction.toNoise(schedule, t).after(wrapped).output()),
                -schedule.halfLogSnr(t));
    }
}
