package dev.pathline.trainer.service;

import dev.pathline.trainer.runs.TrainerService;
import org.springframework.boot.health.contributor.AbstractHealthIndicator;
import org.springframework.boot.health.contributor.Health;

/** Up when the trainer takes runs; part of readiness. */
final class TrainerHealthIndicator extends AbstractHealthIndicator {

    private final TrainerService trainer;

    TrainerHealthIndicator(TrainerService trainer) {
        this.trainer = trainer;
    }

    @Override
    protected void doHealthCheck(Health.Builder builder) {
        if (trainer.isRunning()) {
            builder.up();
        } else {
            builder.outOfService().withDetail("reason", trainer.whyNot());
        }
    }
}
