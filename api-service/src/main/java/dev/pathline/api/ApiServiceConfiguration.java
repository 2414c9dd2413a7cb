package dev.pathline.api;

import dev.pathline.api.access.Admission;
import dev.pathline.api.closing.Closing;
import dev.pathline.api.webhooks.WebhookRules;
import dev.pathline.api.docs.OpenApiDetails;
import dev.pathline.api.docs.OpenApiExamples;
import dev.pathline.api.events.LiveEvents;
import dev.pathline.api.experiments.ExperimentRouting;
import dev.pathline.api.generate.Acceptance;
import dev.pathline.api.generate.Budget;
import dev.pathline.api.generate.FinishedJobs;
import dev.pathline.api.generate.GenerateController;
import dev.pathline.api.generate.GenerationService;
import dev.pathline.api.generate.Pictures;
import dev.pathline.api.generate.RequestResolver;
import dev.pathline.api.health.ApiMetrics;
import dev.pathline.api.health.ModelGauges;
import dev.pathline.api.health.RegistryHealthIndicator;
import dev.pathline.api.health.WorkersHealthIndicator;
import dev.pathline.api.jobs.Estimates;
import dev.pathline.api.jobs.EtaErrors;
import dev.pathline.api.operations.OperationsController;
import dev.pathline.api.jobs.Drafts;
import dev.pathline.api.jobs.EventStreams;
import dev.pathline.api.jobs.JobAnswers;
import dev.pathline.api.jobs.JobController;
import dev.pathline.api.jobs.JobService;
import dev.pathline.api.jobs.Recurring;
import dev.pathline.api.models.ModelController;
import dev.pathline.api.openai.OpenAiController;
import dev.pathline.api.models.ModelService;
import dev.pathline.api.request.BodyReader;
import dev.pathline.api.training.TrainingController;
import dev.pathline.api.training.TrainingService;
import dev.pathline.common.lifecycle.JobDeadlines;
import dev.pathline.common.lifecycle.JobEnding;
import dev.pathline.common.lifecycle.JobJanitor;
import dev.pathline.common.lifecycle.JobLifecycle;
import dev.pathline.common.lifecycle.JobModels;
import dev.pathline.common.lifecycle.ModelHolds;
import dev.pathline.common.lifecycle.StopClock;
import dev.pathline.common.port.BlobStore;
import dev.pathline.common.port.EventLog;
import dev.pathline.common.port.JobSignals;
import dev.pathline.common.port.JobStore;
import dev.pathline.common.port.ModelRegistry;
import dev.pathline.common.port.ModelStore;
import dev.pathline.common.port.TrainingRuns;
import dev.pathline.common.port.WorkerLiveness;
import io.micrometer.core.instrument.MeterRegistry;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.springdoc.core.customizers.OperationCustomizer;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/**
 * The API service. Needs one bean of each port ({@link JobSignals}, {@link JobStore}, {@link EventLog}, {@link BlobStore},
 * {@link ModelRegistry}, {@link WorkerLiveness}), the {@link JobLifecycle} over them a {@link StopClock} and a {@link Clock}, whichever adapters
 * they are, an {@link dev.pathline.common.port.ExperimentStore}; {@link TrainingRuns} where there is a trainer. Its own parts are wired here by hand; only what others look up is
 * a bean.
 */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(ApiProperties.class)
@Import({HttpConfiguration.class, AccessConfiguration.class, ExperimentConfiguration.class, WebhookConfiguration.class})
public class ApiServiceConfiguration {

    /** Seeds that nobody chose are short enough to be typed again; 32 bits are plenty of different images. */
    private static final long RANDOM_SEEDS = 1L << 32;

    /** How much longer than it may a job waits at most. */
    private static final Duration DEADLINE_CHECK = Duration.ofMillis(100);

    /** How soon it is known how wrong an estimate was. */
    private static final Duration ESTIMATE_CHECK = Duration.ofSeconds(2);

    /** How old the numbers of each model's jobs are at most. */
    private static final Duration JOB_COUNT = Duration.ofSeconds(5);

    @Bean
    Estimates estimates(JobStore store, WorkerLiveness workers) {
        return new Estimates(store, workers);
    }

    @Bean
    EtaErrors etaErrors(JobStore store, MeterRegistry meters) {
        return new EtaErrors(store, meters);
    }

    @Bean
    Recurring lookedAtEstimates(EtaErrors errors) {
        return new Recurring("find out how long jobs took", errors::look, ESTIMATE_CHECK);
    }

    @Bean
    OperationsController operationsController(JobStore store, WorkerLiveness workers, EtaErrors errors) {
        return new OperationsController(store, workers, errors);
    }

    @Bean
    JobAnswers jobAnswers(JobStore store, EventLog log, BlobStore blobs, Estimates estimates) {
        return new JobAnswers(store, log, blobs, estimates);
    }

    @Bean
    JobEnding jobEnding(JobLifecycle lifecycle, JobSignals signals) {
        return new JobEnding(lifecycle, signals);
    }

    @Bean
    JobService jobService(JobStore store, BlobStore blobs, JobEnding ending, JobAnswers answers) {
        return new JobService(store, blobs, ending, answers);
    }

    @Bean
    Closing closing(JobStore store, JobEnding ending, StopClock stop) {
        return new Closing(store, ending, stop);
    }

    @Bean
    LiveEvents liveEvents(ApiProperties properties, Closing closing) {
        return new LiveEvents(properties.heartbeat(), closing);
    }

    @Bean
    EventStreams eventStreams(EventLog log, JobStore store, JobLifecycle lifecycle, LiveEvents live,
            JobAnswers answers, ApiProperties properties) {
        return new EventStreams(log, store, lifecycle, live, new Drafts(store, answers), properties.heartbeat());
    }

    @Bean
    JobController jobController(JobService jobs, EventStreams streams) {
        return new JobController(jobs, streams);
    }

    @Bean
    GenerationService generationService(
            JobStore store,
            JobSignals signals,
            EventLog log,
            WorkerLiveness workers,
            Estimates estimates,
            EtaErrors errors,
            Clock clock,
            Closing closing,
            ApiProperties properties) {
        return new GenerationService(store, signals, log, workers, estimates, errors, clock,
                properties.retryAfter(), properties.queueWithoutWorkers(), closing);
    }

    @Bean
    RequestResolver requestResolver(ModelRegistry models, WorkerLiveness workers, BlobStore blobs, EventLog log,
            ApiProperties properties) {
        SecureRandom random = new SecureRandom();
        return new RequestResolver(models, workers, () -> random.nextLong(RANDOM_SEEDS),
                new Budget(properties.maxRows(), blobs.maxBytes(), log.maxBytesPerJob()));
    }

    @Bean
    Acceptance acceptance(ExperimentRouting routing, RequestResolver resolver, GenerationService generation,
            Admission admission, WebhookRules webhooks) {
        return new Acceptance(routing, resolver, generation, admission, webhooks::require);
    }

    @Bean
    GenerateController generateController(
            Acceptance acceptance,
            JobAnswers answers,
            EventStreams streams,
            BlobStore blobs,
            BodyReader bodies,
            FinishedJobs finished) {
        return new GenerateController(acceptance, answers, streams, new Pictures(blobs), bodies, finished);
    }

    @Bean
    FinishedJobs finishedJobs(JobService jobs, EventStreams streams, Closing closing) {
        return new FinishedJobs(jobs, streams, closing);
    }

    @Bean
    OpenAiController openAiController(Acceptance acceptance, JobService jobs, JobAnswers answers, EventStreams streams,
            FinishedJobs finished, ModelStore models, BodyReader bodies) {
        return new OpenAiController(acceptance, jobs, answers, streams, finished, models, bodies);
    }

    @Bean
    ModelService modelService(ModelStore models, WorkerLiveness workers) {
        return new ModelService(models, workers);
    }

    @Bean
    ModelController modelController(ModelService models, BodyReader bodies) {
        return new ModelController(models, bodies);
    }

    @Bean
    Recurring modelHolds(ModelStore models, JobStore jobs, Clock clock) {
        var holds = new ModelHolds(models, List.of(new JobModels(jobs)), ModelHolds.LENGTH, clock);
        return new Recurring("tell the registry which models jobs need", holds::publish, Duration.ZERO,
                ModelHolds.LENGTH.dividedBy(3));
    }

    @Bean
    TrainingController trainingController(ObjectProvider<TrainingRuns> runs, BodyReader bodies, LiveEvents live,
            Closing closing, Admission admission) {
        return new TrainingController(new TrainingService(runs.getIfAvailable(), live, closing, admission),
                bodies);
    }

    @Bean
    WorkersHealthIndicator workersHealthIndicator(WorkerLiveness workers, ApiProperties properties) {
        return new WorkersHealthIndicator(workers, !properties.queueWithoutWorkers());
    }

    @Bean
    RegistryHealthIndicator registryHealthIndicator(ModelRegistry models) {
        return new RegistryHealthIndicator(models);
    }

    @Bean
    OpenApiDetails openApiDetails() {
        return new OpenApiDetails();
    }

    @Bean
    OpenApiExamples openApiExamples() {
        return new OpenApiExamples();
    }

    /** Names that stay when an operation is added: generated clients call them so. */
    @Bean
    OperationCustomizer operationNames() {
        return (operation, handler) -> {
            String tag = operation.getTags().getFirst().toLowerCase(Locale.ROOT);
            String method = handler.getMethod().getName();
            operation.setOperationId(tag.equals(method) ? method : tag + "_" + method);
            return operation;
        };
    }

    @Bean
    ApiMetrics apiMetrics(JobStore store, WorkerLiveness workers, ModelRegistry models, Clock clock) {
        return new ApiMetrics(store, workers, models, clock);
    }

    @Bean
    Recurring jobCounts(JobStore store, MeterRegistry meters, ApiMetrics metrics) {
        var models = new ModelGauges(store, meters);
        return new Recurring("count the jobs", () -> {
            metrics.count();
            models.count();
        }, JOB_COUNT);
    }

    @Bean
    Recurring retention(
            JobStore store, EventLog log, BlobStore blobs, Clock clock, ApiProperties properties) {
        ApiProperties.Retention retention = properties.retention();
        var janitor = new JobJanitor(store, log, blobs, clock, retention.maxAge(), retention.maxJobs(),
                retention.maxBytes().toBytes());
        return new Recurring("forget old jobs", janitor::sweep, retention.sweepEvery());
    }

    @Bean
    Recurring deadlines(JobStore store, JobEnding ending) {
        var deadlines = new JobDeadlines(store, ending);
        return new Recurring("end overdue jobs", deadlines::expire, DEADLINE_CHECK);
    }
}
