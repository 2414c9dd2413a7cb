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
    },
    /** How long the jump is, in the coordinate of the first time (MeanFlow, arXiv 2505.13447, table 1c). */
    LENGTH {
        @Override
        public double of(TimeInput timeInput, NoiseSchedule schedule, double t, double target) {
            return timeInput.of(schedule, t) - timeInput.of(schedule, target);
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
    };

    private static final double FINEST_LEVEL = 7;

    /**
     * Returns the network's second time input for a jump from {@code t} to {@code target <= t}, both in the schedule's time.
     */
    public abstract double of(TimeInput timeInput, NoiseSchedule schedule, double t, double target);
}
