package dev.pathline.diffusion.prediction;

import dev.pathline.diffusion.schedule.NoiseSchedule;

/** What a flow map's network takes as its second time, as a function of where a jump starts and ends. */
public enum TargetInput {
    /** Where the jump ends, in the coordinate of the first time. */
    TIME {
        @Override
        public double of(TimeInput timeInput, NoiseSchedule schedule, double t, double target) {
            return timeInput.of(schedule, target);
        }

        @Override
        public double targetOf(TimeInput timeInput, NoiseSchedule schedule, double t, double input) {
            return timeInput.timeOf(schedule, input);
        }
    },
    /** How long the jump is, in the coordinate of the first time (MeanFlow, arXiv 2505.13447, table 1c). */
    LENGTH {
        @Override
        public double of(TimeInput timeInput, NoiseSchedule schedule, double t, double target) {
            return timeInput.of(schedule, t) - timeInput.of(schedule, target);
        }

        @Override
        public double targetOf(TimeInput timeInput, NoiseSchedule schedule, double t, double input) {
            return timeInput.timeOf(schedule, timeInput.of(schedule, t) - input);
        }
    },
    /**
     * How often the schedule's range was halved for a jump of this length, {@code log2(maxTime / (t - target))}, to
     * the nearest whole number from 0 to 7; 7 for the instantaneous field (shortcut models, arXiv 2410.12557).
     */
    LEVEL {
        @Override
        public double of(TimeInput timeInput, NoiseSchedule schedule, double t, double target) {
            double halvings = StrictMath.log(schedule.maxTime() / (t - target)) / StrictMath.log(2);
            return Math.clamp(Math.rint(halvings), 0, FINEST_LEVEL);
        }

        @Override
        public double targetOf(TimeInput timeInput, NoiseSchedule schedule, double t, double input) {
            return Math.max(t - Math.scalb(schedule.maxTime(), -(int) input), 0);
        }
    };

    private static final double FINEST_LEVEL = 7;

    /**
     * Returns the network's second time input for a jump from {@code t} to {@code target <= t}, both in the schedule's time.
     */
    public abstract double of(TimeInput timeInput, NoiseSchedule schedule, double t, double target);

    /** Returns where a jump from {@code t} ends whose second time input is {@code input}, the inverse of {@link #of}. */
    public abstract double targetOf(TimeInput timeInput, NoiseSchedule schedule, double t, double input);
}
