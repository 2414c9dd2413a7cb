package dev.pathline.engine.training;

import java.util.function.LongToDoubleFunction;

/** An exponential moving average of the weights, whose decay may grow as training goes on. */
public sealed interface MovingAverage {

    /** Returns the share of the old average that is kept in a step, from 1. */
    double decay(long step);

    /** Returns a short name with the parameter, such as {@code constant-0.999}; unlike averages have unlike names. */
    String name();

    /**
     * A constant decay with a warm-up: early steps are forgotten quickly, so that short runs are not dominated by the
     * random start.
     *
     * @param limit the share of the old average that is kept, once warm
     */
    record Constant(double limit) implements MovingAverage {

        /** Checks the range. */
        public Constant {
            if (!(limit >= 0 && limit < 1)) {
                throw new IllegalArgumentException("the decay of a moving average is in [0, 1), got " + limit);
            }
        }

        /** {@code min(limit, (1 + step) / (10 + step))}. */
        @Override
        public double decay(long step) {
            return Math.min(limit, (1.0 + step) / (10.0 + step));
        }

        @Override
        public String name() {
            return "constant-" + limit;
        }
    }

    /**
     * The average that an objective takes its targets from, whose decay is the objective's own.
     *
     * @param decays the share of the old average that is kept, by the step's number
     */
    record OfTargets(LongToDoubleFunction decays) implements MovingAverage {
        @Override
        public double decay(long step) {
            return decays.applyAsDouble(step);
        }

        @Override
        public String name() {
            return "targets";
        }
    }

    /**
     * A power function: step {@code s} counts as {@code s^gamma} of {@code t} steps, so the average spans the same share
     * of every run, however long, and the random start has no weight at all.
     *
     * <p>Source: Karras et al., EDM2, arXiv 2312.02696, section 3.1 and appendix C.
     */
    final class Power implements MovingAverage {

        /** From here on no power has the width: the flat average's is {@code 1/sqrt(12)}. */
        private static final double WIDEST = 0.28;

        private final double width;
        private final double gamma;

        /**
         * An average of a width.
         *
         * @param width the standard deviation of the profile as a share of the run, {@code sigma_rel}; in (0, 0.28]
         */
        public Power(double width) {
            if (!(width > 0 && width <= WIDEST)) {
                throw new IllegalArgumentException("the width of a power average is in (0, " + WIDEST + "], got "
                        + width);
            }
            this.width = width;
            this.gamma = gamma(width);
        }

        /** {@code (1 - 1/step)^(gamma + 1)} (equation 127). */
        @Override
        public double decay(long step) {
            return StrictMath.pow(1 - 1.0 / step, gamma + 1);
        }

        @Override
        public String name() {
            return "power-" + width;
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Power power && width == power.width;
        }

        @Override
        public int hashCode() {
            return Double.hashCode(width);
        }

        @Override
        public String toString() {
            return name();
        }

        /**
         * Returns {@code gamma}: the profile's variance {@code (gamma + 1) / ((gamma + 2)^2 (gamma + 3))} falls as gamma
         * grows, so halving an interval finds it.
         */
        private static double gamma(double width) {
            double low = 0;
            double high = 2 / width;
            for (int i = 0; i < 100; i++) {
                double middle = (low + high) / 2;
                if ((middle + 1) / ((middle + 2) * (middle + 2) * (middle + 3)) > width * width) {
                    low = middle;
                } else {
                    high = middle;
                }
            }
            return (low + high) / 2;
        }
    }
}
