package dev.pathline.api.operations;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.pathline.api.jobs.EtaErrors;
import dev.pathline.common.port.JobStore.Depth;
import dev.pathline.common.port.JobStore.ModelDepth;
import dev.pathline.common.port.WorkerLiveness.WorkerStatus;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the server is at.
 *
 * @param queue jobs that have not ended
 * @param models the same by model; of models without such jobs nothing is said
 * @param workers the workers that live
 * @param estimates how wrong estimates were lately; left out while no estimated job has ended
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record OperationsAnswer(Depth queue, List<ModelDepth> models, List<WorkerAnswer> workers,
        EtaErrors.@Nullable Summary estimates) {

    /** Copies the lists. */
    OperationsAnswer {
        models = List.copyOf(models);
        workers = List.copyOf(workers);
    }

    /**
     * A worker.
     *
     * @param name its name
     * @param ready whether it has loaded what it loads at its start
     * @param doing what it does while no job moves on; left out if nothing
     * @param devices what it computes on
     * @param rowsPerSecond rows of network evaluation a second; left out until it knows
     * @param rowsPerEvaluation rows in one evaluation, on average; left out until it knows
     * @param models the models that it has a profile for
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record WorkerAnswer(String name, boolean ready, @Nullable String doing, List<String> devices,
            @Nullable Double rowsPerSecond, @Nullable Double rowsPerEvaluation, List<String> models) {

        private static final double SECOND = 1000;

        /** Copies the lists. */
        WorkerAnswer {
            devices = List.copyOf(devices);
            models = List.copyOf(models);
        }

        static WorkerAnswer of(WorkerStatus status) {
            Double speed = status.rowsPerSecond();
            Double tick = status.tickMillis();
            return new WorkerAnswer(status.worker(), status.ready(), status.doing(), status.devices(), speed,
                    speed == null || tick == null ? null : (Double) (speed * tick / SECOND),
                    status.models().stream().map(profile -> profile.model()).distinct().sorted().toList());
        }
    }
}
