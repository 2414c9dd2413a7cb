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
import java.util.concurrent.Semaphore;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;

/**
 * Tells of ended jobs whoever is to be told, at least once. A job that has ended goes into the outbox, and is marked then: whoever dies in
 * between leaves it to the next, and the outbox knows it already. What is taken out of the outbox comes again unless somebody says what became
 * of it. Methods may block.
 */
public final class WebhookDeliveries {

    private static final Logger LOG = LoggerFactory.getLogger(WebhookDeliveries.class);

    private static final int AT_ONCE = 100;
    private static final int BESIDE_EACH_OTHER = 64;
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
    private final Semaphore room = new Semaphore(BESIDE_EACH_OTHER);

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

    /** Puts into the outbox what has ended. */
    public void handOver() {
        List<JobRecord> ended;
        do {
            ended = jobs.toNote(Noting.WEBHOOK, AT_ONCE);
            ended.forEach(this::add);
            jobs.markNoted(Noting.WEBHOOK, ended.stream().map(JobRecord::id).toList());
        } while (ended.size() == AT_ONCE);
    }

    private void add(JobRecord job) {
        Webhook webhook = job.request().webhook();
        if (webhook == null) {
            // A worker of an earlier version has ended it, and has not kept what it does not know.
            LOG.warn("whom to tell of job {} is lost: a worker of an earlier version has ended it", job.id());
        } else if (webhook.events().contains(job.state().wire())) {
            outbox.add(new Message(job.id(), job.owner(), webhook.url(), body(job)));
        }
    }

    private String body(JobRecord job) {
        Instant end = Objects.requireNonNullElse(job.times().finishedAt(), job.times().createdAt());
        return Json.MAPPER.writeValueAsString(new Body("job." + job.state().wire(), end, answers.withUrls(job, "")));
    }

    /** Sends what is due, as far as there is room, and waits for no answer: a receiver that is slow holds up nobody else. */
    public void send() {
        int free = room.availablePermits();
        if (free == 0) {
            return;
        }
        for (Due due : outbox.take(free, lease)) {
            room.acquireUninterruptibly();
            Mono.defer(() -> sender.send(due.message())).subscribeOn(Blocking.SCHEDULER)
                    .onErrorResume(e -> Mono.just(new Outcome(String.valueOf(e), false)))
                    .flatMap(outcome -> Blocking.run(() -> settle(due, outcome))).doFinally(signal -> room.release())
                    .subscribe(done -> {
                    }, e -> LOG.warn("what became of the webhook of job {} is not noted, so it comes again: {}",
                            due.message().id(), e.toString()));
        }
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
