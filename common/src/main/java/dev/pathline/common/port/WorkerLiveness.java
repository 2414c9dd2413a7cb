package dev.pathline.common.port;

import java.time.Duration;
import java.util.List;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/** Which workers live, and how fast they are. */
public interface WorkerLiveness {

    /**
     * A worker's sign of life.
     *
     * @param status what it is
     * @param holds how long the sign holds, at least twice the interval between signs
     */
    void report(WorkerStatus status, Duration holds);

    /** A worker says goodbye. */
    void leave(String worker);

    /** The workers whose last sign still holds, by name. */
    List<WorkerStatus> live();

    /** The rows per second of all live workers that know their own, or empty if none does. */
    default OptionalDouble rowsPerSecond() {
        double sum = 0;
        for (WorkerStatus status : live()) {
            Double speed = status.rowsPerSecond();
            sum += speed == null ? 0 : speed;
        }
        return sum > 0 ? OptionalDouble.of(sum) : OptionalDouble.empty();
    }

    /**
     * A worker.
     *
     * @param worker its name, unique
     * @param rowsPerSecond rows of network evaluation per second, measured under load; null until it knows
     * @param tickMillis the time from one evaluation of a job to its next; null until it knows
     * @param rowsDone rows already evaluated of the jobs that it has claimed
     */
    record WorkerStatus(String worker, @Nullable Double rowsPerSecond, @Nullable Double tickMillis, long rowsDone) {

        /** A worker that knows its speed and no more. */
        public WorkerStatus(String worker, @Nullable Double rowsPerSecond) {
            this(worker, rowsPerSecond, null, 0);
        }
    }
}
