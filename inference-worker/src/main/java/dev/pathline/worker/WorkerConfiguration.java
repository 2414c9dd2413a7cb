package dev.pathline.worker;

import dev.pathline.common.lifecycle.JobLifecycle;
import dev.pathline.common.lifecycle.StopClock;
import dev.pathline.common.port.BlobStore;
import dev.pathline.common.port.JobSignals;
import dev.pathline.common.port.JobStore;
import dev.pathline.common.port.ModelRegistry;
import dev.pathline.common.port.WorkerLiveness;
import io.micrometer.core.instrument.MeterRegistry;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import java.time.Clock;
import java.time.Duration;
import java.util.function.UnaryOperator;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * The inference worker. Needs one bean of each port, the {@link JobLifecycle} over them, a {@link Clock} and a
 * {@link MeterRegistry}; traces where there is an {@link OpenTelemetry}.
 */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(WorkerProperties.class)
public class WorkerConfiguration {

    /** What a process that has no other rule about stopping leaves for closing. */
    private static final Duration CLOSING = Duration.ofSeconds(10);

    @Bean
    InferenceWorker inferenceWorker(
            WorkerProperties properties,
            JobSignals signals,
            JobStore store,
            BlobStore blobs,
            ModelRegistry models,
            WorkerLiveness liveness,
            JobLifecycle lifecycle,
            Clock clock,
            MeterRegistry meters,
            ObjectProvider<OpenTelemetry> telemetry,
            ObjectProvider<StopClock> stops,
            ApplicationEventPublisher events) {
        return new InferenceWorker(WorkerName.next(), properties,
                new WorkerPorts(signals, store, blobs, models, liveness, lifecycle, clock), UnaryOperator.identity(),
                new WorkerMetrics(meters), new JobTraces(telemetry.getIfAvailable(OpenTelemetry::noop)),
                Preparation.PAUSES, stops.getIfAvailable(() -> new StopClock(properties.drain().plus(CLOSING))),
                events);
    }

    /** Nothing is recorded that nobody reads. */
    @Bean
    Sampler sampler(ObjectProvider<SpanExporter> exporters,
            @Value("${management.tracing.sampling.probability:1}") double probability) {
        return exporters.stream().findAny().isEmpty()
                ? Sampler.alwaysOff()
                : new LinkSampler(Sampler.parentBased(Sampler.traceIdRatioBased(probability)));
    }
}
