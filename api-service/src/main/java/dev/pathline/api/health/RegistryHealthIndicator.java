package dev.pathline.api.health;

import dev.pathline.common.port.ModelRegistry;
import org.springframework.boot.health.contributor.AbstractHealthIndicator;
import org.springframework.boot.health.contributor.Health;

/**
 * Up with what is known of the models' registry, also while it cannot be reached: then the details say since when and why.
 * No part of readiness: an instance that serves what it knows is of more use than none.
 */
public final class RegistryHealthIndicator extends AbstractHealthIndicator {

    private final ModelRegistry models;

    /** An indicator over the registry. */
    public RegistryHealthIndicator(ModelRegistry models) {
        super("the models cannot be looked up");
        this.models = models;
    }

    @Override
    protected void doHealthCheck(Health.Builder builder) {
        builder.up().withDetail("versions", models.list().size()).withDetail("broken", models.broken().size());
        models.outage().ifPresent(outage -> builder.withDetail("awaySince", outage.since().toString())
                .withDetail("reason", outage.reason()));
    }
}
