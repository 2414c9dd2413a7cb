package dev.pathline.distributed;

import dev.pathline.nats.NatsLink;
import org.springframework.boot.health.contributor.AbstractHealthIndicator;
import org.springframework.boot.health.contributor.Health;

/**
 * Up while NATS can be reached. No part of readiness: jobs are taken and ended without it, and nobody sees them on their way.
 */
final class NatsHealthIndicator extends AbstractHealthIndicator {

    private final NatsLink link;

    NatsHealthIndicator(NatsLink link) {
        this.link = link;
    }

    @Override
    protected void doHealthCheck(Health.Builder builder) {
        if (link.isUp()) {
            builder.up();
        } else {
            builder.down();
        }
    }
}
