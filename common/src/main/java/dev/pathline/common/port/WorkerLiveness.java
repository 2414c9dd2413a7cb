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

    /** In which profiles a model is computed, {@code name@version}, each once; empty while no live worker knows it. */
    default List<ModelProfile> profiles(String model) {
        return live().stream().flatMap(status -> status.models().stream())
                .filter(profile -> profile.model().equals(model)).distinct().toList();
    }

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
     * @param ready whether the models that it has to load at its start are loaded
     * @param doing what it is busy with while no job moves on, such as loading a model; null otherwise
     * @param models in which profile it computes each model that it knows
     * @param serves the models whose jobs it takes
     * @param devices what it computes on
     */
    record WorkerStatus(String worker, @Nullable Double rowsPerSecond, @Nullable Double tickMillis, long rowsDone,
            boolean ready, @Nullable String doing, List<ModelProfile> models, ServedModels serves,
            List<String> devices) {

        /** Copies the lists. */
        public WorkerStatus {
            models = List.copyOf(models);
            devices = List.copyOf(devices);
        }

        /** A worker that is ready for every model, knows its speed and no more. */
        public WorkerStatus(String worker, @Nullable Double rowsPerSecond) {
            this(worker, rowsPerSecond, null, 0, true, null, List.of(), ServedModels.ALL, List.of("cpu"));
        }
    }
}
