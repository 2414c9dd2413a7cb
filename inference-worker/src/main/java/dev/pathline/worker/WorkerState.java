package dev.pathline.worker;

import dev.pathline.common.wire.Priority;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where the jobs of a device stand.
 *
 * @param pace how fast it is
 * @param rowsLeft rows that are left of its jobs
 * @param rowsDone rows that are done of the jobs under way
 * @param waiting how many jobs wait for a place
 * @param models the models that are loaded
 * @param arrays native arrays that outlive an evaluation
 */
record WorkerState(Pace pace, long rowsLeft, long rowsDone, Map<Queue, Integer> waiting, List<String> models,
        int arrays) {

    /** Nothing is known, and nothing under way. */
    static final WorkerState IDLE = new WorkerState(Pace.UNKNOWN, 0, 0, Map.of(), List.of(), 0);

    /** Where a job waits. */
    record Queue(String model, Priority priority) {}

    /**
     * How fast a device is.
     *
     * @param rowsPerSecond in its largest evaluations, or null if unknown
     * @param tickMillis from one evaluation of a sample to its next, or null if unknown
     */
    record Pace(@Nullable Double rowsPerSecond, @Nullable Double tickMillis) {

        static final Pace UNKNOWN = new Pace(null, null);
    }
}
