package dev.pathline.worker.service;

import dev.pathline.worker.InferenceWorker;
import org.springframework.boot.health.contributor.AbstractHealthIndicator;
import org.springframework.boot.health.contributor.Health;

/** Up when the worker's device can be relied on and the models are loaded that it loads at its start; part of readiness. */
final class WorkerHealthIndicator extends AbstractHealthIndicator {

    private final InferenceWorker worker;

    WorkerHealthIndicator(InferenceWorker worker) {
        this.worker = worker;
    }

    @Override
    protected void doHealthCheck(Health.Builder builder) {
        (worker.isReady() ? builder.up() : builder.outOfService()).withDetail("worker", worker.name());
    }
}
