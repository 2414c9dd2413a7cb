package dev.pathline.common.port;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pathline.common.port.JobQueue.Claim;
import dev.pathline.common.port.JobQueue.Depth;
import dev.pathline.common.port.JobQueue.Hold;
import dev.pathline.common.port.JobQueue.Offer;
import dev.pathline.common.port.JobQueue.Place;
import dev.pathline.common.port.JobQueue.QueueEntry;
import dev.pathline.common.testing.MutableClock;
import dev.pathline.common.wire.Priority;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.test.StepVerifier;

/** What every {@link JobQueue} must do. */
public abstract class JobQueueContract {

    private static final Duration LEASE = Duration.ofSeconds(30);
    private static final int CAPACITY = 3;

    private final MutableClock clock = new MutableClock();
    private JobQueue queue;

    /** An empty queue for so many waiting jobs, whose leases follow the clock. */
    protected abstract JobQueue create(int capacity, MutableClock clock);

    @BeforeEach
    void createQueue() {
        queue = create(CAPACITY, clock);
    }

    @Test
    void shouldHandOutJobsInTheirOrder() throws Exception {
        offer("a", "b");
        assertThat(claim("w").jobId()).isEqualTo("a");
        assertThat(claim("w").jobId()).isEqualTo("b");
        assertThat(queue.claim("w", LEASE, Duration.ZERO)).isEmpty();
    }

    @Test
    void shouldTellTheOfferItsPlace() throws Exception {
        assertThat(queue.offer(entry("a", 10))).isEqualTo(new Offer.Accepted(new Place(1, 0)));
        assertThat(queue.offer(entry("b", 20))).isEqualTo(new Offer.Accepted(new Place(2, 10)));
        claim("w");
        assertThat(queue.place("a")).isEmpty();
        assertThat(queue.place("b")).contains(new Place(1, 10));
        assertThat(queue.depth()).isEqualTo(new Depth(1, 1, 30, CAPACITY));
    }

    @Test
    void shouldRefuseWhatDoesNotFit() {
        offer("a", "b", "c");
        assertThat(queue.offer(entry("d", 1))).isEqualTo(new Offer.Full(new Depth(3, 0, 30, CAPACITY)));
        assertThat(queue.place("d")).isEmpty();
    }

    @Test
    void shouldNotCountClaimedJobsAgainstTheCapacity() throws Exception {
        offer("a", "b", "c");
        claim("w");
        assertThat(queue.offer(entry("d", 1))).isInstanceOf(Offer.Accepted.class);
    }

    @Test
    void shouldRefuseTheSameJobTwice() throws Exception {
        offer("a");
        assertThatThrownBy(() -> offer("a")).isInstanceOf(IllegalStateException.class);
        claim("w");
        assertThatThrownBy(() -> offer("a")).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void shouldRedeliverAnEndedLeaseFirstWithTheNextAttempt() throws Exception {
        offer("a", "b");
        Claim first = claim("w1");
        assertThat(first.attempt()).isEqualTo(1);
        assertThat(first.leaseUntil()).isEqualTo(clock.instant().plus(LEASE));
        clock.advance(LEASE);
        Claim second = claim("w2");
        assertThat(second.jobId()).isEqualTo("a");
        assertThat(second.attempt()).isEqualTo(2);
        assertThat(second.entry()).isEqualTo(first.entry());
    }

    @Test
    void shouldFenceTheFormerAttempt() throws Exception {
        offer("a");
        Claim first = claim("w1");
        clock.advance(LEASE);
        Claim second = claim("w2");
        assertThat(queue.heartbeat(first, LEASE)).isEqualTo(Hold.LOST);
        assertThat(queue.ack(first)).isFalse();
        assertThat(queue.release(first)).isFalse();
        assertThat(queue.heartbeat(second, LEASE)).isEqualTo(Hold.HELD);
        assertThat(queue.ack(second)).isTrue();
    }

    @Test
    void shouldLoseAClaimWhenItsLeaseEndsEvenIfNobodyTakesIt() throws Exception {
        offer("a");
        Claim claim = claim("w");
        clock.advance(LEASE);
        assertThat(queue.heartbeat(claim, LEASE)).isEqualTo(Hold.LOST);
        assertThat(queue.place("a")).contains(new Place(1, 0));
    }

    @Test
    void shouldHoldAClaimAsLongAsItsHeartBeats() throws Exception {
        offer("a");
        Claim claim = claim("w");
        for (int i = 0; i < 5; i++) {
            clock.advance(LEASE.minusMillis(1));
            assertThat(queue.heartbeat(claim, LEASE)).isEqualTo(Hold.HELD);
        }
        assertThat(queue.claim("other", LEASE, Duration.ZERO)).isEmpty();
    }

    @Test
    void shouldForgetAnAcknowledgedJob() throws Exception {
        offer("a");
        Claim claim = claim("w");
        assertThat(queue.ack(claim)).isTrue();
        assertThat(queue.ack(claim)).isFalse();
        clock.advance(LEASE.multipliedBy(2));
        assertThat(queue.claim("w", LEASE, Duration.ZERO)).isEmpty();
        assertThat(queue.depth()).isEqualTo(new Depth(0, 0, 0, CAPACITY));
    }

    @Test
    void shouldHandOutAReleasedJobNextWithTheNextAttempt() throws Exception {
        offer("a", "b");
        assertThat(queue.release(claim("w1"))).isTrue();
        Claim again = claim("w2");
        assertThat(again.jobId()).isEqualTo("a");
        assertThat(again.attempt()).isEqualTo(2);
    }

    @Test
    void shouldTakeBackMoreThanFits() throws Exception {
        offer("a", "b", "c");
        Claim claim = claim("w");
        offer("d");
        assertThat(queue.release(claim)).isTrue();
        assertThat(queue.depth().waiting()).isEqualTo(CAPACITY + 1);
        assertThat(queue.offer(entry("e", 1))).isInstanceOf(Offer.Full.class);
    }

    @Test
    void shouldRemoveACancelledJobThatWaits() throws Exception {
        offer("a", "b");
        assertThat(queue.cancel("a")).isTrue();
        assertThat(queue.cancel("a")).isFalse();
        assertThat(claim("w").jobId()).isEqualTo("b");
    }

    @Test
    void shouldTellTheHolderOfACancelledJob() throws Exception {
        offer("a");
        Claim claim = claim("w");
        StepVerifier.create(queue.cancellations().take(1)).then(() -> assertThat(queue.cancel("a")).isTrue())
                .expectNext("a").expectComplete().verify(Duration.ofSeconds(10));
        assertThat(queue.heartbeat(claim, LEASE)).isEqualTo(Hold.CANCELLED);
        assertThat(queue.ack(claim)).isTrue();
    }

    @Test
    void shouldNotRedeliverACancelledJob() throws Exception {
        offer("a", "b");
        Claim released = claim("w");
        queue.cancel("a");
        assertThat(queue.release(released)).isTrue();
        claim("w");
        queue.cancel("b");
        clock.advance(LEASE);
        assertThat(queue.claim("w", LEASE, Duration.ZERO)).isEmpty();
    }

    @Test
    void shouldWakeAWaitingClaim() throws Exception {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Callable<Optional<Claim>> waits = () -> queue.claim("w", LEASE, Duration.ofSeconds(30));
            Future<Optional<Claim>> claim = threads.submit(waits);
            offer("a");
            assertThat(claim.get(10, TimeUnit.SECONDS)).map(Claim::jobId).contains("a");
        }
    }

    @Test
    void shouldGiveEachJobToOneOfManyClaimers() throws Exception {
        queue = create(1000, clock);
        for (int i = 0; i < 1000; i++) {
            queue.offer(entry("job" + i, 1));
        }
        Set<String> seen = ConcurrentHashMap.newKeySet();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int worker = 0; worker < 8; worker++) {
                String name = "w" + worker;
                threads.submit(() -> {
                    Optional<Claim> claim;
                    while ((claim = queue.claim(name, LEASE, Duration.ZERO)).isPresent()) {
                        assertThat(seen.add(claim.get().jobId())).isTrue();
                        assertThat(queue.ack(claim.get())).isTrue();
                    }
                    return null;
                });
            }
        }
        assertThat(seen).hasSize(1000);
    }

    @Test
    void shouldPutTheUrgentBeforeThoseThatAreMorePatient() throws Exception {
        queue = create(10, clock);
        queue.offer(entry("batch", Priority.BATCH));
        queue.offer(entry("normal", Priority.NORMAL));
        assertThat(queue.offer(entry("interactive", Priority.INTERACTIVE)))
                .isEqualTo(new Offer.Accepted(new Place(1, 0)));
        assertThat(queue.place("batch")).contains(new Place(3, 20));
        assertThat(queue.expectedPlace(entry("next", Priority.NORMAL))).isEqualTo(new Place(3, 20));
        assertThat(queue.depth().waiting()).isEqualTo(3);

        assertThat(claim("w").jobId()).isEqualTo("interactive");
        assertThat(claim("w").jobId()).isEqualTo("normal");
        assertThat(claim("w").jobId()).isEqualTo("batch");
    }

    @Test
    void shouldLetNobodyWaitForEver() throws Exception {
        queue = create(10, clock);
        queue.offer(entry("batch", Priority.BATCH));
        clock.advance(Priority.BATCH.patience().minusMillis(1));
        queue.offer(entry("within its patience", Priority.INTERACTIVE));
        clock.advance(Duration.ofMillis(2));
        queue.offer(entry("too late", Priority.INTERACTIVE));

        assertThat(claim("w").jobId()).isEqualTo("within its patience");
        assertThat(claim("w").jobId()).isEqualTo("batch");
    }

    @Test
    void shouldHandOutWhatComesBackBeforeTheUrgent() throws Exception {
        queue.offer(entry("batch", Priority.BATCH));
        Claim claim = claim("w");
        queue.offer(entry("interactive", Priority.INTERACTIVE));
        queue.release(claim);

        assertThat(claim("w").jobId()).isEqualTo("batch");
    }

    @Test
    void shouldTellWhatWaitsTooLong() throws Exception {
        queue.offer(new QueueEntry("a", 1, Priority.NORMAL, clock.instant().plusSeconds(1)));
        queue.offer(new QueueEntry("b", 1, Priority.NORMAL, clock.instant().plusSeconds(2)));
        offer("c");
        assertThat(queue.overdue()).isEmpty();
        clock.advance(Duration.ofSeconds(1));
        assertThat(queue.overdue()).containsExactly("a");
        clock.advance(Duration.ofSeconds(1));
        assertThat(queue.overdue()).containsExactlyInAnyOrder("a", "b");

        queue.cancel("a");
        claim("w");
        assertThat(queue.overdue()).isEmpty();
    }

    @Test
    void shouldCountOfTheClaimedThoseThatAreNotLessUrgent() throws Exception {
        queue.offer(entry("batch", Priority.BATCH));
        claim("w");
        queue.offer(entry("normal", Priority.NORMAL));
        claim("w");

        assertThat(queue.expectedPlace(entry("interactive", Priority.INTERACTIVE))).isEqualTo(new Place(1, 0));
        assertThat(queue.expectedPlace(entry("next", Priority.NORMAL))).isEqualTo(new Place(1, 10));
        assertThat(queue.expectedPlace(entry("late", Priority.BATCH))).isEqualTo(new Place(1, 20));
    }

    private static QueueEntry entry(String job, long rows) {
        return new QueueEntry(job, rows, Priority.NORMAL, null);
    }

    private static QueueEntry entry(String job, Priority priority) {
        return new QueueEntry(job, 10, priority, null);
    }

    private void offer(String... jobs) {
        for (String job : jobs) {
            queue.offer(entry(job, 10));
        }
    }

    private Claim claim(String worker) throws InterruptedException {
        return queue.claim(worker, LEASE, Duration.ZERO).orElseThrow();
    }
}
