package dev.pathline.engine.objective;

import dev.pathline.diffusion.prediction.Prediction;
import dev.pathline.diffusion.prediction.Preconditioning;
import dev.pathline.diffusion.prediction.TimeInput;
import dev.pathline.diffusion.schedule.NoiseSchedule;
import java.util.random.RandomGenerator;

/**
 * What a network is trained to predict. An objective never touches a tensor: for each row it draws a time and returns
 * the numbers of {@code weight * (F(cIn (alpha x0 + sigma eps), time) - (targetData x0 + targetNoise eps))^2}.
 */
public interface Objective {

    /**
     * The numbers of one row.
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
    record Row(
            double alpha,
            double sigma,
            double inputScale,
            double time,
            double targetData,
            double targetNoise,
            double weight,
            double noiseLevel) {

        /** How many numbers a row has. */
        public static final int WIDTH = 8;

        /** The place of the noise level among them. */
        public static final int NOISE_LEVEL = 7;

        /** Returns whether the network can be trained with this row: all numbers but the noise level are finite floats. */
        boolean isFinite() {
            float[] numbers = new float[WIDTH];
            copyTo(numbers, 0);
            for (int i = 0; i < WIDTH; i++) {
                if (i != NOISE_LEVEL && !Float.isFinite(numbers[i])) {
                    return false;
                }
            }
            return true;
        }

        /** Writes the numbers, in the order of the components. */
        public void copyTo(float[] target, int offset) {
            target[offset] = (float) alpha;
            target[offset + 1] = (float) sigma;
            target[offset + 2] = (float) inputScale;
            target[offset + 3] = (float) time;
            target[offset + 4] = (float) targetData;
            target[offset + 5] = (float) targetNoise;
            target[offset + 6] = (float) weight;
            target[offset + NOISE_LEVEL] = (float) noiseLevel;
        }
    }

    /** Draws a row. */
    Row draw(RandomGenerator random);

    /** Returns the schedule to record in the model's card. */
    NoiseSchedule schedule();

    /** Returns the prediction to record in the model's card. */
    Prediction prediction();

    /** Returns the preconditioning to record in the model's card. */
    Preconditioning preconditioning();

    /** Returns the network's time coordinate to record in the model's card. */
    TimeInput timeInput();

    /**
     * Returns whether the uncertainty {@code u(noiseLevel)} is learned beside the network, and each row's weighted error
     * {@code e} counts as {@code e / exp(u) + u} (EDM2, arXiv 2312.02696, equation 14): every noise level then pulls with
     * equal strength, whatever its weight.
     */
    default boolean learnsUncertainty() {
        return false;
    }

    /**
     * Returns whether its loss is meant to rise while a run learns, as that of a curriculum from easy targets to hard ones.
     * Growth is then no sign of an explosion, and a run ends only for a loss that is no number, unless its plan says
     * otherwise.
     */
    default boolean lossMayRise() {
        return false;
    }
}
