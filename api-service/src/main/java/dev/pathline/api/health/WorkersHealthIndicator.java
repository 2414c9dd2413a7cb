package dev.pathline.api.health;

import dev.pathline.api.concurrent.Blocking;
import dev.pathline.common.port.WorkerLiveness;
import dev.pathline.common.port.WorkerLiveness.WorkerStatus;
import org.springframework.boot.health.contributor.AbstractReactiveHealthIndicator;
import org.springframework.boot.health.contributor.Health;
import reactor.core.publisher.Mono;

/** Up while a worker lives; part of readiness. */
public final class WorkersHealthIndicator extends AbstractReactiveHealthIndicator {

    private final WorkerLiveness workers;

    /** An indicator over the workers. */
    public WorkersHealthIndicator(WorkerLiveness workers) {
        super("the workers cannot be looked up");
        this.workers = workers;
    }

    @Override
    protected Mono<Health> doHealthCheck(Health.Builder builder) {
        return Blocking.call(() -> {
            var live = workers.live();
            return (live.isEmpty() ? builder.outOfService() : builder.up())
                    .withDetail("workers", live.stream().map(WorkerStatus::worker).toList()).build();
        });
    }
}
