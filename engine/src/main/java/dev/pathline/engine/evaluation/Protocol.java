package dev.pathline.engine.evaluation;

import dev.pathline.engine.metrics.PrecisionRecall;
import dev.pathline.engine.metrics.SampleGroups;

/** The constants of a measurement. Numbers of other constants are other numbers. */
final class Protocol {

    /** Which training images the floors are measured on. */
    static final long FLOOR_SEED = 1;

    /** Directions of the sliced Wasserstein distance, and their seed. */
    static final int DIRECTIONS = 256;
    static final long DIRECTION_SEED = 1;

    /** Samples under way at once. */
    static final int BATCH = 100;

    private Protocol() {}

    /** Returns all of them for a report. */
    static String text() {
        return "floor seed " + FLOOR_SEED + ", " + PrecisionRecall.NEIGHBOURS + " neighbours, " + DIRECTIONS
                + " directions of seed " + DIRECTION_SEED + ", " + SampleGroups.MOST + " groups, batch " + BATCH;
    }
}
