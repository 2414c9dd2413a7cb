package dev.pathline.worker;

import dev.pathline.common.lifecycle.JobLifecycle;
import dev.pathline.common.port.BlobStore;
import dev.pathline.common.port.EventLog;
import dev.pathline.common.port.JobQueue;
import dev.pathline.common.port.JobStore;
import dev.pathline.common.port.ModelRegistry;
import dev.pathline.common.port.WorkerLiveness;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.util.function.UnaryOperator;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The inference worker. Needs one bean of each port, a {@link Clock} and a {@link MeterRegistry}. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(WorkerProperties.class)
public class WorkerConfiguration {

    @Bean
    InferenceWorker inferenceWorker(
            WorkerProperties properties,
            JobQueue queue,
            JobStore store,
            EventLog log,
            BlobStore blobs,
            ModelRegistry models,
            WorkerLiveness liveness,
            Clock clock,
            MeterRegistry meters) {
        String name = "worker-" + ProcessHandle.current().pid();
        return new InferenceWorker(name, properties, queue, store, blobs, models, liveness,
                new JobLifecycle(store, log, clock), clock, UnaryOperator.identity(), new WorkerMetrics(meters),
                Preparation.PAUSES);
    }
}
