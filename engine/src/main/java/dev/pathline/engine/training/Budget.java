package dev.pathline.engine.training;

import java.time.Duration;

/** How long a run trains. */
public sealed interface Budget {

    /** Returns how far a run is, 0 to 1, after so many steps and so much time spent on them. */
    double progress(long step, Duration trained);

    /** Returns the last step that can be paid for; {@link Long#MAX_VALUE} where that is not known. */
    long lastStep();

    /**
     * A number of steps. Such a run ends with the same weights whatever interrupts it.
     *
     * @param count at least 1
     */
    record Steps(long count) implements Budget {

        /** Checks the range. */
        public Steps {
            if (count < 1) {
                throw new IllegalArgumentException("a run has at least one step, not " + count);
            }
        }

        @Override
        public double progress(long step, Duration trained) {
            return Math.min(1, (double) step / count);
        }

        @Override
        public long lastStep() {
            return count;
        }
    }

    /**
     * A time, which counts while steps are made: not while snapshots are written or samples drawn, nor between the parts
     * of an interrupted run. How many steps it pays for depends on the machine.
     *
     * @param limit positive
     */
    record Time(Duration limit) implements Budget {

        /** Checks the range. */
        public Time {
            if (!limit.isPositive()) {
                throw new IllegalArgumentException("a run needs some time, not " + limit);
            }
        }

        @Override
        public double progress(long step, Duration trained) {
            return Math.min(1, (double) trained.toNanos() / limit.toNanos());
        }

        @Override
        public long lastStep() {
            return Long.MAX_VALUE;
        }
    }
}
