package dev.pathline.api.webhooks;

import dev.pathline.api.concurrent.Blocking;
import dev.pathline.api.jobs.JobAnswers;
import dev.pathline.api.webhooks.WebhookSender.Outcome;
import dev.pathline.common.job.JobRecord;
import dev.pathline.common.port.JobStore;
import dev.pathline.common.port.JobStore.Noting;
import dev.pathline.common.port.WebhookOutbox;
import dev.pathline.common.port.WebhookOutbox.Due;
import dev.pathline.common.port.WebhookOutbox.Message;
import dev.pathline.common.wire.JobAnswer;
import dev.pathline.common.wire.Json;
import dev.pathline.common.wire.Webhook;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Tells of ended jobs whoever is to be told, at least once. A job that has ended goes into the outbox, and is marked then: whoever dies in
 * between leaves it to the next, and the outbox knows it already. What is taken out of the outbox comes again unless somebody says what became
 * of it. Methods block.
 */
public final class WebhookDeliveries {

    private static final Logger LOG = LoggerFactory.getLogger(WebhookDeliveries.class);

    private static final int AT_ONCE = 100;
    private static final int BESIDE_EACH_OTHER = 16;
    /** Between two messages that failed together. */
    private static final double JITTER = 0.2;

    private final JobStore jobs;
    private final WebhookOutbox outbox;
    private final WebhookSender sender;
    private final JobAnswers answers;
    private final MeterRegistry meters;
    private final RandomGenerator random;
    private final List<Duration> retries;
    private final Duration lease;

    /**
     * Deliveries.
     *
     * @param random spreads repetitions
     * @param retries how long is waited after each failure; after one more it is dead
     * @param timeout how long an attempt may take
     */
    public WebhookDeliveries(JobStore jobs, WebhookOutbox outbox, WebhookSender sender, JobAnswers answers,
            MeterRegistry meters, RandomGenerator random, List<Duration> retries, Duration timeout) {
        this.jobs = jobs;
        this.outbox = outbox;
        this.sender = sender;
        this.answers = answers;
        this.meters = meters;
        this.random = random;
        this.retries = List.copyOf(retries);
        this.lease = timeout.multipliedBy(2).plusSeconds(10);
    }

    /**
     * What a message says.
     *
     * @param type {@code job.} and the state
     * @param timestamp when the job ended
     * @param data the job as {@code GET /jobs/{id}} says it
     */
    record Body(String type, Instant timestamp, JobAnswer data) {}

    /** Puts into the outbox what has ended, and sends what is due. */
    public void deliver() {
        handOver();
        send();
    }

    private void handOver() {
        List<JobRecord> ended;
        do {
            ended = jobs.toNote(Noting.WEBHOOK, AT_ONCE);
            for (JobRecord job : ended) {
                Webhook webhook = Objects.requireNonNull(job.request().webhook());
                if (webhook.events().contains(job.state().wire())) {
                    outbox.add(new Message(job.id(), job.owner(), webhook.url(), body(job)));
                }
            }
            jobs.markNoted(Noting.WEBHOOK, ended.stream().map(JobRecord::id).toList());
        } while (ended.size() == AT_ONCE);
    }

    private String body(JobRecord job) {
        Instant end = Objects.requireNonNullElse(job.times().finishedAt(), job.times().createdAt());
        return Json.MAPPER.writeValueAsString(new Body("job." + job.state().wire(), end, answers.withUrls(job, "")));
    }

    private void send() {
        List<Due> due;
        do {
            due = outbox.take(BESIDE_EACH_OTHER, lease);
            Flux.fromIterable(due).flatMap(one -> Blocking.call(() -> sender.send(one.message()))
                    .flatMap(sending -> sending).flatMap(outcome -> Blocking.run(() -> settle(one, outcome)))
                    .onErrorResume(e -> {
                        LOG.warn("what became of the webhook of job {} is not noted, so it comes again: {}",
                                one.message().id(), e.toString());
                        return Mono.empty();
                    }), BESIDE_EACH_OTHER).then().block();
        } while (due.size() == BESIDE_EACH_OTHER);
    }

    private void settle(Due due, Outcome outcome) {
        String id = due.message().id();
        String error = outcome.error();
        if (error == null) {
            outbox.delivered(id);
            count("delivered");
            return;
        }
        Duration again = outcome.worthless() ? null : wait(due.attempt());
        outbox.failed(id, again, error);
        count(again == null ? "dead" : "failed");
        if (again == null) {
            LOG.warn("the webhook of job {} is given up after {} attempt(s): {}", id, due.attempt(), error);
        }
    }

    private @Nullable Duration wait(int attempt) {
        if (attempt > retries.size()) {
            return null;
        }
        double factor = 1 + JITTER * (2 * random.nextDouble() - 1);
        return Duration.ofMillis(Math.round(retries.get(attempt - 1).toMillis() * factor));
    }

    private void count(String outcome) {
        Counter.builder("pathline.webhooks").description("Attempts to deliver webhooks, by what came of them")
                .tag("outcome", outcome).register(meters).increment();
    }
}
