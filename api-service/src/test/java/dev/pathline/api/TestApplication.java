package dev.pathline.api;

import dev.pathline.common.inprocess.DirectoryModelRegistry;
import dev.pathline.common.inprocess.InProcessBlobStore;
import dev.pathline.common.inprocess.InProcessEventLog;
import dev.pathline.common.inprocess.InProcessJobSignals;
import dev.pathline.common.inprocess.InProcessJobStore;
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
import dev.pathline.common.port.ModelRegistry;
import dev.pathline.common.port.ModelStore;
import dev.pathline.common.port.WorkerLiveness;
import dev.pathline.sql.SqlDatabase;
import dev.pathline.sql.SqlExperimentStore;
import dev.pathline.sql.SqlKeyStore;
import dev.pathline.sql.SqlRateLimits;
import dev.pathline.sql.SqlWebhookOutbox;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import reactor.core.scheduler.Schedulers;

/** The API service on in-process adapters with the mixture worker; also runs by hand, to look at the page. */
@SpringBootConfiguration
@EnableAutoConfiguration
@Import(ApiServiceConfiguration.class)
class TestApplication {

    static final int QUEUE_CAPACITY = 3;

    public static void main(String[] args) {
        SpringApplication application = new SpringApplication(TestApplication.class);
        application.setDefaultProperties(java.util.Map.of("spring.config.import", "classpath:pathline-api.yml"));
        application.run(args);
    }

    @Bean
    Clock clock() {
        return Clock.systemUTC();
    }

    @Bean
    StopClock stopClock() {
        return new StopClock(Duration.ofSeconds(4));
    }

    @Bean
    JobSignals jobSignals() {
        return new InProcessJobSignals();
    }

    @Bean
    JobStore jobStore(Clock clock) {
        return new InProcessJobStore(QUEUE_CAPACITY, clock);
    }

    @Bean
    SqlDatabase database() {
        return SqlDatabase.open(SqlDatabase.Settings.memory());
    }

    @Bean
    ExperimentStore experimentStore(SqlDatabase database) {
        return new SqlExperimentStore(database);
    }

    @Bean
    KeyStore keyStore(SqlDatabase database) {
        return new SqlKeyStore(database);
    }

    @Bean
    RateLimits rateLimits(SqlDatabase database, Clock clock) {
        return new SqlRateLimits(database, clock);
    }

    @Bean
    WebhookOutbox webhookOutbox(SqlDatabase database) {
        return new SqlWebhookOutbox(database);
    }

    @Bean
    EventLog eventLog() {
        return new InProcessEventLog(Schedulers.parallel(), 8 << 20, 32 << 20);
    }

    @Bean
    BlobStore blobStore(Clock clock) {
        return new InProcessBlobStore(64 << 20, clock);
    }

    @Bean
    WorkerLiveness workerLiveness(Clock clock) {
        return new InProcessWorkerLiveness(clock);
    }

    @Bean
    ModelStore modelRegistry(Clock clock) throws IOException {
        Path root = Files.createTempDirectory("pathline-models");
        TestModels.write(root);
        return new DirectoryModelRegistry(List.of(root), Duration.ofSeconds(2), clock);
    }

    @Bean
    JobLifecycle jobLifecycle(JobStore store, EventLog log, Clock clock) {
        return new JobLifecycle(store, log, clock);
    }

    @Bean
    MixtureWorker mixtureWorker(
            JobSignals signals,
            JobStore store,
            BlobStore blobs,
            ModelRegistry models,
            WorkerLiveness liveness,
            JobLifecycle lifecycle) {
        return new MixtureWorker(signals, store, blobs, models, liveness, lifecycle);
    }
}
