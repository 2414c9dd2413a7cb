package dev.pathline.engine.objective;

import dev.pathline.diffusion.prediction.Affine;
import dev.pathline.diffusion.prediction.Prediction;
import dev.pathline.diffusion.prediction.Preconditioning;
import dev.pathline.diffusion.prediction.TimeInput;
import dev.pathline.diffusion.schedule.NoiseSchedule;

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
 * @param learnsUncertainty see {@link Recipe#learnsUncertainty}
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
            Scalars row = row(schedule, prediction, preconditioning, timeInput, weighting, t);
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

    /**
     * The scalars of one row, whose loss is {@code weight (F(inputScale (alpha x0 + sigma eps), time) - (targetData x0 +
     * targetNoise eps))^2}.
     *
     * @param alpha weight of the data in the input
     * @param sigma weight of the noise in the input
     * @param inputScale what the input is multiplied with
     * @param time the network's time input
     * @param targetData weight of the data in the target
     * @param targetNoise weight of the noise in the target
     * @param weight weight of the row's squared error
     * @param noiseLevel {@code ln(sigma/alpha)}; infinite at the ends of some schedules
     */
    public record Scalars(
            double alpha,
            double sigma,
            double inputScale,
            double time,
            double targetData,
            double targetNoise,
            double weight,
            double noiseLevel) {

        /** Returns whether the network can be trained with them: all but the noise level are finite floats. */
        boolean isFinite() {
            var row = new Row(Recipe.plain(false));
            write(row);
            return row.isFinite();
        }

        void write(Row row) {
            row.input(inputScale, time).data(alpha).noise(sigma);
            row.target().data(targetData).noise(targetNoise);
            row.weight(weight);
            row.noiseLevel(noiseLevel);
        }
    }

    @Override
    public Recipe recipe() {
        return Recipe.plain(learnsUncertainty);
    }

    @Override
    public void draw(Drawing drawing, Row row) {
        at(times.sample(drawing.random(), schedule)).write(row);
    }

    /** Returns the scalars of a time. */
    public Scalars at(double t) {
        return row(schedule, prediction, preconditioning, timeInput, weighting, t);
    }

    private static Scalars row(NoiseSchedule schedule, Prediction prediction, Preconditioning preconditioning,
            TimeInput timeInput, Weighting weighting, double t) {
        double alpha = schedule.alpha(t);
        double sigma = schedule.sigma(t);
        Affine wrapped = preconditioning.prediction(schedule, t);
        return new Scalars(alpha, sigma, preconditioning.inputScale(schedule, t), timeInput.of(schedule, t),
                (prediction.dataWeight(schedule, t) - wrapped.x() * alpha) / wrapped.output(),
                (prediction.noiseWeight(schedule, t) - wrapped.x() * sigma) / wrapped.output(),
                weighting.ofOutput(schedule, t, prediction.toData(schedule, t).after(wrapped).output(),
                        prediction.toNoise(schedule, t).after(wrapped).output()),
                -schedule.halfLogSnr(t));
    }
}
