package dev.pathline.standalone.server;

import dev.pathline.api.ApiServiceConfiguration;
import dev.pathline.common.watch.JobLog;
import dev.pathline.common.watch.JobMeters;
import dev.pathline.common.watch.WatchedJobStore;
import dev.pathline.common.inprocess.InProcessJobSignals;
import dev.pathline.common.inprocess.InProcessWorkerLiveness;
import dev.pathline.common.lifecycle.JobLifecycle;
import dev.pathline.common.lifecycle.StopClock;
import dev.pathline.common.port.BlobStore;
import dev.pathline.common.port.EventLog;
import dev.pathline.common.port.ExperimentStore;
import dev.pathline.common.port.JobSignals;
import dev.pathline.common.port.JobStore;
import dev.pathline.common.port.KeyStore;
import dev.pathline.common.port.RateLimits;
import dev.pathline.common.port.WebhookOutbox;
import dev.pathline.common.port.ModelStore;
import dev.pathline.common.port.WorkerLiveness;
import dev.pathline.s3.S3ModelRegistry;
import dev.pathline.standalone.registry.ModelStores;
import dev.pathline.trainer.runs.TrainerConfiguration;
import dev.pathline.worker.WorkerConfiguration;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.context.support.AbstractApplicationContext;
import org.springframework.context.support.DefaultLifecycleProcessor;

/** All services in one JVM, with in-process adapters: the place where adapters are chosen. */
@SpringBootConfiguration(proxyBeanMethods = false)
@EnableAutoConfiguration
@EnableConfigurationProperties(StandaloneProperties.class)
@Import({ApiServiceConfiguration.class, WorkerConfiguration.class, TrainerConfiguration.class})
public class StandaloneServer {

    private static final Duration LAST_BYTES = Duration.ofSeconds(1);

    @Bean
    Clock clock() {
        return Clock.systemUTC();
    }

    @Bean
    StopClock stopClock(StandaloneProperties properties) {
        return new StopClock(properties.stopWithin());
    }

    /**
     * No phase is waited for beyond the whole time. When it is the web server's turn all answers have ended: it waits for those
     * alone that are just being sent.
     */
    @Bean(AbstractApplicationContext.LIFECYCLE_PROCESSOR_BEAN_NAME)
    DefaultLifecycleProcessor lifecycleProcessor(StopClock stops) {
        var processor = new DefaultLifecycleProcessor();
        processor.setTimeoutPerShutdownPhase(stops.within().toMillis());
        processor.setTimeoutForShutdownPhase(WebServerApplicationContext.GRACEFUL_SHUTDOWN_PHASE,
                LAST_BYTES.toMillis());
        return processor;
    }

    @Bean
    JobSignals jobSignals() {
        return new InProcessJobSignals();
    }

    @Bean
    Storage storage(StandaloneProperties properties, Clock clock) {
        return Storage.open(properties, clock);
    }

    @Bean
    JobStore jobStore(Storage storage, MeterRegistry meters) {
        return new WatchedJobStore(storage.jobs(), List.of(new JobLog(), new JobMeters(meters)));
    }

    @Bean
    ExperimentStore experimentStore(Storage storage) {
        return storage.experiments();
    }

    @Bean
    KeyStore keyStore(Storage storage) {
        return storage.keys();
    }

    @Bean
    RateLimits rateLimits(Storage storage, Clock clock) {
        return storage.rateLimits(clock);
    }

    @Bean
    WebhookOutbox webhookOutbox(Storage storage) {
        return storage.webhooks();
    }

    @Bean
    EventLog eventLog(Storage storage) {
        return storage.events();
    }

    @Bean
    JobLifecycle jobLifecycle(JobStore store, EventLog log, Clock clock) {
        return new JobLifecycle(store, log, clock);
    }

    @Bean
    BlobStore blobStore(Storage storage) {
        return storage.images();
    }

    @Bean
    ModelStore modelRegistry(StandaloneProperties properties, Clock clock) {
        return switch (properties.registry()) {
            case DIRECTORY -> ModelStores.folders(properties.models(), properties.modelsRefresh(), clock);
            case S3 -> new S3ModelRegistry(properties.s3().settings(), clock);
        };
    }

    @Bean
    WorkerLiveness workerLiveness(Clock clock) {
        return new InProcessWorkerLiveness(clock);
    }
}
