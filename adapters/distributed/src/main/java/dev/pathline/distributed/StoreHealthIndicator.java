package dev.pathline.distributed;

import dev.pathline.common.port.JobStore;
import org.springframework.boot.health.contributor.AbstractHealthIndicator;
import org.springframework.boot.health.contributor.Health;

/** Up while the jobs' store answers. */
final class StoreHealthIndicator extends AbstractHealthIndicator {

    private final JobStore store;

    StoreHealthIndicator(JobStore store) {
        super("the store of jobs does not answer");
        this.store = store;
    }

    @Override
    protected void doHealthCheck(Health.Builder builder) {
        JobStore.Depth depth = store.depth();
        builder.up().withDetail("waiting", depth.waiting()).withDetail("held", depth.held());
    }
}
