package dev.pathline.api.operations;

import dev.pathline.api.concurrent.Blocking;
import dev.pathline.api.jobs.EtaErrors;
import dev.pathline.api.operations.OperationsAnswer.WorkerAnswer;
import dev.pathline.common.port.JobStore;
import dev.pathline.common.port.WorkerLiveness;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;

/** {@code /operations}. */
@RestController
@Tag(name = "Operations")
public final class OperationsController {

    private final JobStore jobs;
    private final WorkerLiveness workers;
    private final EtaErrors estimates;

    /** A controller over jobs and workers. */
    public OperationsController(JobStore jobs, WorkerLiveness workers, EtaErrors estimates) {
        this.jobs = jobs;
        this.workers = workers;
        this.estimates = estimates;
    }

    /** What the server is at. */
    @GetMapping("/operations")
    @Operation(summary = "Queues, workers, batches, and how wrong estimates were lately")
    Mono<OperationsAnswer> get() {
        return Blocking.call(() -> new OperationsAnswer(jobs.depth(), jobs.depthByModel(),
                workers.live().stream().map(WorkerAnswer::of).toList(), estimates.summary()));
    }
}
