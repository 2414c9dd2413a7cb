package dev.pathline.distributed;

import dev.pathline.common.inprocess.DirectoryBlobStore;
import dev.pathline.common.lifecycle.JobLifecycle;
import dev.pathline.common.port.BlobStore;
import dev.pathline.common.port.EventLog;
import dev.pathline.common.port.ExperimentStore;
import dev.pathline.common.port.JobSignals;
import dev.pathline.common.port.JobStore;
import dev.pathline.common.port.KeyStore;
import dev.pathline.common.port.RateLimits;
import dev.pathline.common.port.WebhookOutbox;
import dev.pathline.common.port.WorkerLiveness;
import dev.pathline.common.watch.JobLog;
import dev.pathline.common.watch.JobMeters;
import dev.pathline.common.watch.WatchedJobStore;
import dev.pathline.nats.NatsEventLog;
import dev.pathline.nats.NatsJobSignals;
import dev.pathline.nats.NatsLink;
import dev.pathline.nats.NatsWorkerLiveness;
import dev.pathline.s3.S3BlobStore;
import dev.pathline.sql.SqlDatabase;
import dev.pathline.sql.SqlExperimentStore;
import dev.pathline.sql.SqlJobStore;
import dev.pathline.sql.SqlKeyStore;
import dev.pathline.sql.SqlRateLimits;
import dev.pathline.sql.SqlWebhookOutbox;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.util.List;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import reactor.core.scheduler.Schedulers;

/** What a service has that makes or runs jobs: their records in a database, their events and signals by NATS, their images. */
@Configuration(proxyBeanMethods = false)
@Import(ServiceConfiguration.class)
public class JobsConfiguration {

    @Bean
    SqlDatabase jobDatabase(DistributedProperties properties) {
        return Patience.open(properties.startWithin(), () -> SqlDatabase.open(properties.store().settings()));
    }

    @Bean
    JobStore jobStore(SqlDatabase database, DistributedProperties properties, MeterRegistry meters) {
        return new WatchedJobStore(new SqlJobStore(database, properties.store().queueCapacity()),
                List.of(new JobLog(), new JobMeters(meters)));
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
    NatsLink natsLink(DistributedProperties properties) {
        return Patience.open(properties.startWithin(), () -> NatsLink.open(properties.nats().settings()));
    }

    @Bean
    JobSignals jobSignals(NatsLink link) {
        return new NatsJobSignals(link);
    }

    @Bean(destroyMethod = "close")
    EventLog eventLog(NatsLink link, Clock clock) {
        return new NatsEventLog(link, Schedulers.parallel(), clock);
    }

    @Bean
    WorkerLiveness workerLiveness(NatsLink link, Clock clock) {
        return new NatsWorkerLiveness(link, clock);
    }

    @Bean
    JobLifecycle jobLifecycle(JobStore store, EventLog log, Clock clock) {
        return new JobLifecycle(store, log, clock);
    }

    @Bean
    BlobStore blobStore(DistributedProperties properties, Clock clock) {
        DistributedProperties.Images images = properties.images();
        return switch (images.kind()) {
            case DIRECTORY -> new DirectoryBlobStore(images.directory(), clock);
            case S3 -> new S3BlobStore(images.s3().settings());
        };
    }

    /** Part of readiness: without the database no job can be taken or ended. */
    @Bean
    StoreHealthIndicator storeHealthIndicator(JobStore store) {
        return new StoreHealthIndicator(store);
    }

    @Bean
    NatsHealthIndicator natsHealthIndicator(NatsLink link) {
        return new NatsHealthIndicator(link);
    }
}
