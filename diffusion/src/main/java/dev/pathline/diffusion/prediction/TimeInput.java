package dev.pathline.diffusion.prediction;

import dev.pathline.diffusion.schedule.NoiseSchedule;

/** The time coordinate that a network takes as its input, as a function of the schedule's time. */
public sealed interface TimeInput {

    /** The schedule's time itself. */
    TimeInput IDENTITY = new Scaled(1, 0);

    /** The angle of the noise, {@code atan2(sigma, alpha)}. */
    TimeInput ANGLE = new Angle();

    /** Returns the network's time input at the schedule's time {@code t}. */
    double of(NoiseSchedule schedule, double t);

    /** Returns the schedule's time of a network's time input, the inverse of {@link #of}. */
    double timeOf(NoiseSchedule schedule, double input);

    /** Returns {@code factor * t}; a factor of 1000 is what diffusers' flow matching uses. */
    static TimeInput scaled(double factor) {
        return new Scaled(factor, 0);
    }

    /** Returns {@code ln(sigma/alpha) / 4}, EDM's {@code c_noise} (arXiv 2206.00364, table 1). */
    static TimeInput logSigma() {
        return new LogSigma(0.25);
    }

    /**
     * {@code factor * t + offset}. A network trained at 1000 discrete steps {@code 0..999} of the linear schedule takes
     * {@code 1000 t - 1}.
     *
     * @param factor the slope, finite and not 0
     * @param offset the value at {@code t = 0}, finite
     */
    record Scaled(
            double factor,
            double offset) implements TimeInput {

        /** @throws IllegalArgumentException if the factor is 0, or a parameter is not finite */
        public Scaled {
            if (factor == 0 || !Double.isFinite(factor) || !Double.isFinite(offset)) {
                throw new IllegalArgumentException(
                        "a time input needs a finite factor other than 0 and a finite offset,"
                                + " not " + factor + " and " + offset);
            }
        }

        @Override
        public double of(NoiseSchedule schedule, double t) {
            return factor * t + offset;
        }

        @Override
        public double timeOf(NoiseSchedule schedule, double input) {
            return (input - offset) / factor;
        }
    }

    /**
     * {@code factor * ln(sigma/alpha)}; not finite where {@code alpha = 0}.
     *
     * @param factor the slope, finite and not 0
     */
    record LogSigma(double factor) implements TimeInput {

        /** @throws IllegalArgumentException if the factor is 0 or not finite */
        public LogSigma {
            if (factor == 0 || !Double.isFinite(factor)) {
                throw new IllegalArgumentException("a time input needs a finite factor other than 0, not " + factor);
            }
        }

        @Override
        public double of(NoiseSchedule schedule, double t) {
            return -factor * schedule.halfLogSnr(t);
        }

        @Override
        public double timeOf(NoiseSchedule schedule, double input) {
            return schedule.timeOfHalfLogSnr(-input / factor);
        }
    }

    /**
     * {@code atan2(sigma, alpha)}, from 0 (data) to {@code pi/2} (noise); exact at both ends. With
     * {@code Preconditioning.Edm(1)}, whose input is {@code x / sqrt(alpha^2 + sigma^2)}, a network sees every schedule as
     * {@code cos(angle) x_0 + sin(angle) eps} (TrigFlow, arXiv 2410.11081, section 3), so one network serves them all.
     */
    record Angle() implements TimeInput {
        @Override
        public double of(NoiseSchedule schedule, double t) {
            return StrictMath.atan2(schedule.sigma(t), schedule.alpha(t));
        }

        @Override
        public double timeOf(NoiseSchedule schedule, double input) {
            // The double next to pi/2 has a cosine of 6e-17, not 0: where alpha is 0, lambda is -inf.
            double halfLogSnr = input == Math.PI / 2
                    ? Double.NEGATIVE_INFINITY
                    : -StrictMath.log(StrictMath.tan(input));
            return schedule.timeOfHalfLogSnr(halfLogSnr);
        }
    }
}
