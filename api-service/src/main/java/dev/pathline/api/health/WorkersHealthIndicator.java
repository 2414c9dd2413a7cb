package dev.pathline.api.health;

import dev.pathline.api.concurrent.Blocking;
import dev.pathline.common.port.WorkerLiveness;
import dev.pathline.common.port.WorkerLiveness.WorkerStatus;
import java.util.TreeMap;
import org.springframework.boot.health.contributor.AbstractReactiveHealthIndicator;
import org.springframework.boot.health.contributor.Health;
import reactor.core.publisher.Mono;

/**
 * Up while a worker lives that has loaded the models that it loads at its start; part of readiness. The details say what
 * each worker is busy with that is no job, such as loading a model.
 */
public final class WorkersHealthIndicator extends AbstractReactiveHealthIndicator {

    private final WorkerLiveness workers;
    private final boolean required;

    /**
     * An indicator over the workers.
     *
     * @param required whether there must be one; where jobs wait until one is started, there need not
     */
    public WorkersHealthIndicator(WorkerLiveness workers, boolean required) {
        super("the workers cannot be looked up");
        this.workers = workers;
        this.required = required;
    }

    @Override
    protected Mono<Health> doHealthCheck(Health.Builder builder) {
        return Blocking.call(() -> {
            var live = workers.live();
            var doing = new TreeMap<String, String>();
            for (WorkerStatus status : live) {
                if (status.doing() != null) {
                    doing.put(status.worker(), status.doing());
                }
            }
            return (!required || live.stream().anyMatch(WorkerStatus::ready) ? builder.up() : builder.outOfService())
                    .withDetail("workers", live.stream().map(WorkerStatus::worker).toList())
                    .withDetail("doing", doing).build();
        });
    }
}
