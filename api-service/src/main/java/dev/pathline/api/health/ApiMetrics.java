package dev.pathline.api.health;

import dev.pathline.common.port.JobStore;
import dev.pathline.common.port.ModelRegistry;
import dev.pathline.common.port.WorkerLiveness;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.time.Clock;
import java.time.Duration;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/** The gauges of the API service. Requests are measured by Spring's own {@code http.server.requests}. */
public final class ApiMetrics implements MeterBinder {

    private final JobStore store;
    private final WorkerLiveness workers;
    private final ModelRegistry models;
    private final Clock clock;
    private volatile JobStore.@Nullable Depth depth;

    /** Metrics over the jobs, the workers and the models' registry. */
    public ApiMetrics(JobStore store, WorkerLiveness workers, ModelRegistry models, Clock clock) {
        this.store = store;
        this.workers = workers;
        this.models = models;
        this.clock = clock;
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        gauge(registry, Metric.QUEUE_WAITING, JobStore.Depth::waiting);
        gauge(registry, Metric.QUEUE_CLAIMED, JobStore.Depth::held);
        gauge(registry, Metric.QUEUE_ROWS, JobStore.Depth::rows);
        Gauge.builder(Metric.WORKERS.key, workers, w -> w.live().size()).description(Metric.WORKERS.description)
                .register(registry);
        Gauge.builder(Metric.REGISTRY_OUTAGE.key, this, ApiMetrics::outageSeconds).baseUnit("seconds")
                .description(Metric.REGISTRY_OUTAGE.description).register(registry);
    }

    private double outageSeconds() {
        return models.outage().map(outage -> Duration.between(outage.since(), clock.instant()).toMillis() / 1000.0)
                .orElse(0.0);
    }

    /** Counts the jobs anew; may block. Whoever collects metrics does not wait for the store. */
    public void count() {
        depth = store.depth();
    }

    private void gauge(MeterRegistry registry, Metric metric, ToDoubleFunction<JobStore.Depth> value) {
        Gauge.builder(metric.key, this, metrics -> {
            JobStore.Depth now = metrics.depth;
            return now == null ? Double.NaN : value.applyAsDouble(now);
        }).description(metric.description).register(registry);
    }

    /** Every metric with its meaning. */
    public enum Metric {
        /** Waiting jobs. */
        QUEUE_WAITING("pathline.queue.waiting", "Jobs that wait for a worker"),
        /** Claimed jobs. */
        QUEUE_CLAIMED("pathline.queue.claimed", "Jobs that a worker has claimed"),
        /** Cost of both. */
        QUEUE_ROWS("pathline.queue.rows", "The cost of all jobs in the queue, in rows of network evaluation"),
        /** Live workers. */
        WORKERS("pathline.workers", "Workers that give signs of life"),
        /** How long the registry has been away. */
        REGISTRY_OUTAGE("pathline.registry.outage",
                "For how long the models' registry could not be reached, in seconds; 0 while it can");

        private final String key;
        private final String description;

        Metric(String key, String description) {
            this.key = key;
            this.description = description;
        }

        /** The metric's name. */
        public String key() {
            return key;
        }
    }
}
