package dev.pathline.common.port;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pathline.common.experiment.ArmOf;
import dev.pathline.common.experiment.Experiment;
import dev.pathline.common.job.JobCommand;
import dev.pathline.common.job.JobIds;
import dev.pathline.common.job.JobMachine;
import dev.pathline.common.job.JobRecord;
import dev.pathline.common.job.JobRequest;
import dev.pathline.common.job.JobResult;
import dev.pathline.common.job.JobState;
import dev.pathline.common.port.JobStore.Claim;
import dev.pathline.common.port.JobStore.Claimed;
import dev.pathline.common.port.JobStore.Creation;
import dev.pathline.common.port.JobStore.Depth;
import dev.pathline.common.port.JobStore.Hold;
import dev.pathline.common.port.JobStore.ModelDepth;
import dev.pathline.common.port.JobStore.Noting;
import dev.pathline.common.port.JobStore.Page;
import dev.pathline.common.port.JobStore.Place;
import dev.pathline.common.port.JobStore.Query;
import dev.pathline.common.testing.Experiments;
import dev.pathline.common.testing.Jobs;
import dev.pathline.common.wire.JobTerms;
import dev.pathline.common.wire.Precision;
import dev.pathline.common.wire.Priority;
import dev.pathline.common.wire.Webhook;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every {@link JobStore} must do. */
public abstract class JobStoreContract {

    /** Long, for stores whose own clock goes on meanwhile. */
    private static final Duration LEASE = Duration.ofHours(1);
    private static final Duration HOUR = Duration.ofHours(1);
    private static final int CAPACITY = 10;

    private Instant start = Instant.EPOCH;
    private JobStore store;

    /** An empty store for so many waiting jobs. */
    protected abstract JobStore create(int capacity);

    /** The time by the store's own clock. */
    protected abstract Instant now();

    /** Lets time pass for the store. */
    protected abstract void advance(Duration time);

    @BeforeEach
    void createStore() {
        store = create(CAPACITY);
        start = now();
    }

    @Test
    void shouldGiveBackWhatWasStored() {
        JobRecord job = Jobs.queued("a", "key", start);
        assertThat(store.create(job)).isEqualTo(new Creation.Created(new Place(1, 0)));
        assertThat(store.find("a")).contains(job);
        assertThat(store.find("b")).isEmpty();
        assertThatThrownBy(() -> store.create(Jobs.queued("a", start))).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void shouldKnowAnIdempotencyKeyAsLongAsItsJobIsKept() {
        JobRecord job = Jobs.queued("a", "key", start);
        store.create(job);
        assertThat(store.create(Jobs.queued("b", "key", start))).isEqualTo(new Creation.Existing(job));
        assertThat(store.find("b")).isEmpty();
        assertThat(store.create(Jobs.queued("c", "other", start))).isInstanceOf(Creation.Created.class);
        end("a", start);
        assertThat(store.create(Jobs.queued("d", "key", start))).isInstanceOf(Creation.Existing.class);
        assertThat(store.removeEnded(start, 0, Long.MAX_VALUE)).containsExactly("a");
        assertThat(store.create(Jobs.queued("d", "key", start))).isInstanceOf(Creation.Created.class);
    }

    @Test
    void shouldReplaceOnlyTheExpectedRevision() {
        JobRecord job = Jobs.queued("a", start);
        store.create(job);
        JobRecord running = apply(job, new JobCommand.Start(1, "w", null));
        assertThat(store.compareAndSet(0, running)).isTrue();
        assertThat(store.compareAndSet(0, apply(job, new JobCommand.Cancel()))).isFalse();
        assertThat(store.find("a")).contains(running);
        assertThat(store.compareAndSet(0, Jobs.queued("nobody", start))).isFalse();
    }

    @Test
    void shouldLetOneOfManyWin() {
        JobRecord job = Jobs.queued("a", start);
        store.create(job);
        AtomicInteger winners = new AtomicInteger();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 16; i++) {
                JobRecord next = apply(job, new JobCommand.Start(1, "w" + i, null));
                threads.submit(() -> store.compareAndSet(0, next) ? winners.incrementAndGet() : 0);
            }
        }
        assertThat(winners).hasValue(1);
    }

    @Test
    void shouldListTheNewestFirstPageByPage() {
        for (String id : new String[]{"a", "b", "c", "d", "e"}) {
            store.create(Jobs.queued(id, start));
        }
        Page first = store.list(Query.in(null, 2, null));
        assertThat(first.jobs()).extracting(JobRecord::id).containsExactly("e", "d");
        store.create(Jobs.queued("f", start));
        Page second = store.list(Query.in(null, 2, first.nextCursor()));
        assertThat(second.jobs()).extracting(JobRecord::id).containsExactly("c", "b");
        Page third = store.list(Query.in(null, 2, second.nextCursor()));
        assertThat(third.jobs()).extracting(JobRecord::id).containsExactly("a");
        assertThat(third.nextCursor()).isNull();
    }

    @Test
    void shouldListTheJobsOfAnExperiment() {
        for (String experiment : List.of("one@1", "one@2", "one-b@1")) {
            String[] parts = experiment.split("@");
            var arm = new ArmOf(parts[0], Integer.parseInt(parts[1]), "few", "ada", ArmOf.Role.UNIT, null);
            store.create(JobRecord.queued(experiment, Jobs.request("moons", "1").in(arm), null, null, start));
        }
        store.create(Jobs.queued("outside", start));
        assertThat(ids(new Query(null, null, "one", 9, null))).containsExactlyInAnyOrder("one@1", "one@2");
        assertThat(ids(new Query(null, null, "one@2", 9, null))).containsExactly("one@2");
        assertThat(ids(new Query(JobState.RUNNING, null, "one", 9, null))).isEmpty();
        assertThat(ids(new Query(null, null, "on", 9, null))).isEmpty();
    }

    @Test
    void shouldListByStateAndModel() {
        Instant now = start;
        store.create(Jobs.queued("a", now));
        store.create(JobRecord.queued("b", Jobs.request("fashion-flow", "2"), null, null, now));
        store.create(JobRecord.queued("c", Jobs.request("moons", "1"), null, null, now));
        end("c", now);
        assertThat(ids(Query.in(JobState.QUEUED, 9, null))).containsExactly("b", "a");
        assertThat(ids(Query.in(JobState.CANCELLED, 9, null))).containsExactly("c");
        assertThat(ids(new Query(null, "fashion-flow", null, 9, null))).containsExactly("b", "a");
        assertThat(ids(new Query(null, "fashion-flow@2", null, 9, null))).containsExactly("b");
        assertThat(ids(new Query(null, "fashion", null, 9, null))).isEmpty();
    }

    @Test
    void shouldKeepWhatAnExperimentDoesNotKnowOf() {
        Experiment experiment = Experiments.running("one-step", Experiments.design(1, 1));
        for (String id : List.of("a", "b")) {
            store.create(Jobs.queued(id, Jobs.request("fashion-flow", "1")
                    .in(Experiments.unit(experiment, "arm1", "subject-" + id)), start));
        }
        store.create(Jobs.queued("c", start));
        assertThat(store.toNote(Noting.EXPERIMENT, 9)).as("nothing has ended").isEmpty();
        end("a", start);
        end("b", start);
        end("c", start);
        assertThat(store.toNote(Noting.EXPERIMENT, 9)).extracting(JobRecord::id).containsExactlyInAnyOrder("a", "b");
        assertThat(store.toNote(Noting.EXPERIMENT, 1)).hasSize(1);
        assertThat(store.removeEnded(start.plusSeconds(100), 0, Long.MAX_VALUE)).containsExactly("c");

        store.markNoted(Noting.EXPERIMENT, List.of("a"));
        assertThat(store.toNote(Noting.EXPERIMENT, 9)).extracting(JobRecord::id).containsExactly("b");
        assertThat(store.removeEnded(start.plusSeconds(100), 0, Long.MAX_VALUE)).containsExactly("a");
        store.markNoted(Noting.EXPERIMENT, List.of("b", "nobody"));
        store.markNoted(Noting.EXPERIMENT, List.of());
        assertThat(store.toNote(Noting.EXPERIMENT, 9)).isEmpty();
        assertThat(store.find("b").orElseThrow().request().arm())
                .isEqualTo(Experiments.unit(experiment, "arm1", "subject-b"));
    }

    @Test
    void shouldKeepWhatTheOutboxDoesNotKnowOf() {
        var webhook = new Webhook("https://example.com/told", Webhook.EVENTS);
        store.create(Jobs.queued("a", Jobs.telling(Jobs.request("moons", "1"), webhook), start));
        store.create(Jobs.queued("b", start));
        assertThat(store.toNote(Noting.WEBHOOK, 9)).as("nothing has ended").isEmpty();
        end("a", start);
        end("b", start);
        assertThat(store.toNote(Noting.WEBHOOK, 9)).extracting(JobRecord::id).containsExactly("a");
        assertThat(store.toNote(Noting.EXPERIMENT, 9)).isEmpty();
        assertThat(store.removeEnded(start.plusSeconds(100), 0, 0)).containsExactly("b");
        store.markNoted(Noting.EXPERIMENT, List.of("a"));
        assertThat(store.toNote(Noting.WEBHOOK, 9)).as("who knows is somebody else").hasSize(1);
        store.markNoted(Noting.WEBHOOK, List.of("a"));
        assertThat(store.toNote(Noting.WEBHOOK, 9)).isEmpty();
        assertThat(store.removeEnded(start.plusSeconds(100), 0, 0)).containsExactly("a");
    }

    @Test
    void shouldForgetTheOldestWhereTheImagesOfAllAreTooMuch() {
        for (int i = 0; i < 4; i++) {
            JobRecord job = Jobs.queued("job" + i, start);
            store.create(job);
            JobRecord running = apply(job, new JobCommand.Start(1, "w", null));
            store.compareAndSet(0, running);
            store.compareAndSet(1,
                    JobMachine.apply(running, new JobCommand.Succeed(1, new JobResult(List.of(), 1, 100)),
                            start.plusSeconds(i)).job());
        }
        assertThat(store.removeEnded(Instant.MIN, 9, 400)).isEmpty();
        assertThat(store.removeEnded(Instant.MIN, 9, 399)).containsExactly("job0");
        assertThat(store.removeEnded(Instant.MIN, 9, 100)).containsExactlyInAnyOrder("job1", "job2");
        assertThat(store.removeEnded(Instant.MIN, 9, 0)).containsExactly("job3");
    }

    private JobRecord owned(String id, String owner) {
        return JobRecord.queued(id, Jobs.request("moons", "1"), null, owner, null, start);
    }

    @Test
    void shouldBoundWhatAnOwnerHasAtTheSameTime() {
        assertThat(store.create(owned("a", "ada"), 1)).isInstanceOf(Creation.Created.class);
        assertThat(store.create(owned("b", "ada"), 1)).isEqualTo(new Creation.Crowded(1));
        assertThat(store.find("b")).isEmpty();
        assertThat(store.create(owned("c", "bob"), 1)).isInstanceOf(Creation.Created.class);
        store.claim("w", ServedModels.ALL, HOUR);
        assertThat(store.create(owned("b", "ada"), 1)).as("held, and not ended").isEqualTo(new Creation.Crowded(1));
        end("a", start);
        assertThat(store.create(owned("b", "ada"), 1)).isInstanceOf(Creation.Created.class);
        assertThat(store.create(Jobs.queued("of nobody", start), 0)).isInstanceOf(Creation.Created.class);
    }

    @Test
    void shouldListByOwnerMetadataAndTime() {
        JobIds early = new JobIds(Clock.fixed(start, ZoneOffset.UTC));
        JobIds late = new JobIds(Clock.fixed(start.plusMillis(1), ZoneOffset.UTC));
        JobRequest request = Jobs.request("moons", "1");
        Instant now = start;
        String ada = early.next();
        store.create(JobRecord.queued(ada, with(request, Map.of("team", "a=b", "run", "7")), null, "ada", null, now));
        String bob = late.next();
        store.create(JobRecord.queued(bob, with(request, Map.of("team", "A=B", "run", "71")), null, "bob", null, now));
        assertThat(ids(query("ada", Map.of(), null, null))).containsExactly(ada);
        assertThat(ids(query(null, Map.of("run", "7"), null, null))).containsExactly(ada);
        assertThat(ids(query(null, Map.of("run", "71", "team", "A=B"), null, null))).containsExactly(bob);
        assertThat(ids(query(null, Map.of("run", "7", "team", "A=B"), null, null))).isEmpty();
        assertThat(ids(query(null, Map.of("un", "7"), null, null))).isEmpty();
        assertThat(ids(query(null, Map.of(), start.plusMillis(1), null))).containsExactly(bob);
        assertThat(ids(query(null, Map.of(), null, start.plusMillis(1)))).containsExactly(ada);
        assertThat(ids(query(null, Map.of(), start, start.plusMillis(2)))).containsExactly(bob, ada);
        assertThat(ids(query(null, Map.of(), start.plusMillis(2), null))).isEmpty();
    }

    private static JobRequest with(JobRequest request, Map<String, String> metadata) {
        return new JobRequest(request.model(), request.version(), request.count(), request.label(), request.labelName(),
                request.settings(), request.seed(), request.preview(), request.format(), request.rows(),
                request.evaluations(), request.terms(), metadata);
    }

    private static Query query(@Nullable String owner, Map<String, String> metadata, @Nullable Instant since,
            @Nullable Instant before) {
        return new Query(null, null, null, owner, metadata, since, before, 9, null);
    }

    @Test
    void shouldForgetWhatEndedLongAgoAndWhatIsTooMuch() {
        for (int i = 0; i < 6; i++) {
            store.create(Jobs.queued("job" + i, start));
        }
        // They end in another order than they began; job5 does not end.
        for (int i = 0; i < 5; i++) {
            end("job" + i, start.plusSeconds(10 - i));
        }
        assertThat(store.removeEnded(start.plusSeconds(7), 2, Long.MAX_VALUE)).containsExactlyInAnyOrder("job4", "job3",
                "job2");
        assertThat(ids(Query.in(null, 9, null))).containsExactly("job5", "job1", "job0");
        assertThat(store.removeEnded(Instant.MIN, 2, Long.MAX_VALUE)).isEmpty();
    }

    @Test
    void shouldTellANewJobItsPlace() {
        assertThat(store.create(job("a", 10, Priority.NORMAL))).isEqualTo(new Creation.Created(new Place(1, 0)));
        assertThat(store.create(job("b", 20, Priority.NORMAL))).isEqualTo(new Creation.Created(new Place(2, 10)));
        claim("a");
        assertThat(store.place("a")).isEmpty();
        assertThat(store.place("b")).contains(new Place(1, 10));
        assertThat(store.depth()).isEqualTo(new Depth(1, 1, 30, CAPACITY));
        end("a", start);
        assertThat(store.place("b")).contains(new Place(1, 0));
        assertThat(store.depth()).isEqualTo(new Depth(1, 0, 20, CAPACITY));
        assertThat(store.place("nobody")).isEmpty();
    }

    @Test
    void shouldCountWhatHasNotEndedOfEachModel() {
        assertThat(store.depthByModel()).isEmpty();
        store.create(JobRecord.queued("a", Jobs.request("moons", "1"), null, null, start));
        store.create(JobRecord.queued("b", Jobs.request("fashion-flow", "2"), null, null, start));
        store.create(JobRecord.queued("c", Jobs.request("fashion-flow", "2"), null, null, start));
        store.create(JobRecord.queued("d", Jobs.request("fashion-flow", "1"), null, null, start));
        assertThat(claim(List.of("fashion-flow@2"))).contains("b");
        end("d", start);
        assertThat(store.depthByModel()).containsExactly(new ModelDepth("fashion-flow@2", 1, 1),
                new ModelDepth("moons@1", 1, 0));
    }

    @Test
    void shouldKeepNothingOfWhatDoesNotFit() {
        store = create(2);
        store.create(job("a", 10, Priority.NORMAL));
        store.create(job("b", 10, Priority.NORMAL));
        JobRecord third = Jobs.queued("c", "key", start);
        assertThat(store.create(third)).isEqualTo(new Creation.Full(new Depth(2, 0, 20, 2)));
        assertThat(store.find("c")).isEmpty();
        assertThat(store.place("c")).isEmpty();
        claim("a");
        assertThat(store.create(third)).as("held jobs do not count, and the key is free")
                .isInstanceOf(Creation.Created.class);
    }

    @Test
    void shouldTakeBackMoreThanFits() {
        store = create(1);
        store.create(job("a", 10, Priority.NORMAL));
        Claim claim = claim("a");
        store.create(job("b", 10, Priority.NORMAL));
        assertThat(store.release(claim)).isTrue();
        assertThat(store.depth()).isEqualTo(new Depth(2, 0, 20, 1));
        assertThat(store.create(job("c", 10, Priority.NORMAL))).isInstanceOf(Creation.Full.class);
    }

    @Test
    void shouldGiveAJobToOne() {
        store.create(job("a", 10, Priority.NORMAL));
        assertThat(store.claim("w1", ServedModels.ALL, LEASE))
                .contains(new Claimed(new Claim("a", 1, "w1"), store.find("a").orElseThrow()));
        assertThat(store.claim("w2", ServedModels.ALL, LEASE)).isEmpty();
        end("a", start);
        assertThat(store.claim("w2", ServedModels.ALL, LEASE)).isEmpty();
    }

    @Test
    void shouldGiveAWorkerJobsOfItsModelsAlone() {
        store.create(JobRecord.queued("a", Jobs.request("moons", "1"), null, null, start));
        store.create(JobRecord.queued("b", Jobs.request("fashion-flow", "1"), null, null, start));
        store.create(JobRecord.queued("c", Jobs.request("fashion-flow", "2"), null, null, start));
        assertThat(claim(List.of("fashion"))).isEmpty();
        assertThat(claim(List.of("other", "fashion-flow@2"))).contains("c");
        assertThat(claim(List.of("fashion-flow@2"))).isEmpty();
        assertThat(claim(List.of("fashion-flow"))).contains("b");
        assertThat(claim(List.of("fashion-flow", "moons@1"))).contains("a");
    }

    private Optional<String> claim(List<String> models) {
        return store.claim("w", new ServedModels(models), LEASE).map(claimed -> claimed.job().id());
    }

    @Test
    void shouldGiveEachJobToOneOfManyClaimers() {
        int jobs = 50;
        store = create(jobs);
        for (int i = 0; i < jobs; i++) {
            store.create(job("job" + i, 1, Priority.NORMAL));
        }
        Set<Claim> seen = ConcurrentHashMap.newKeySet();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int worker = 0; worker < 8; worker++) {
                String name = "w" + worker;
                threads.submit(() -> {
                    Optional<Claimed> claimed = store.claim(name, ServedModels.ALL, LEASE);
                    while (claimed.isPresent()) {
                        seen.add(claimed.get().claim());
                        claimed = store.claim(name, ServedModels.ALL, LEASE);
                    }
                });
            }
        }
        assertThat(seen).hasSize(jobs).allSatisfy(claim -> assertThat(claim.attempt()).isOne());
    }

    @Test
    void shouldLetAnEndedLeaseGoToTheNextAttempt() {
        store.create(job("a", 10, Priority.NORMAL));
        Claim first = claim("a");
        advance(LEASE);
        assertThat(store.keep(List.of(first), LEASE)).as("even if nobody has taken it")
                .isEqualTo(Map.of(first, Hold.LOST));
        assertThat(store.place("a")).contains(new Place(1, 0));
        Claim second = claim("a");
        assertThat(second.attempt()).isEqualTo(2);
        assertThat(store.keep(List.of(first, second), LEASE)).isEqualTo(Map.of(first, Hold.LOST, second, Hold.HELD));
        assertThat(store.release(first)).isFalse();
        assertThat(store.release(second)).isTrue();
        assertThat(store.release(second)).isFalse();
        assertThat(claim("a").attempt()).isEqualTo(3);
    }

    @Test
    void shouldHoldAClaimAsLongAsItsHeartBeats() {
        store.create(job("a", 10, Priority.NORMAL));
        Claim claim = claim("a");
        for (int i = 0; i < 5; i++) {
            advance(LEASE.dividedBy(2));
            assertThat(store.keep(List.of(claim), LEASE)).isEqualTo(Map.of(claim, Hold.HELD));
        }
        assertThat(store.claim("other", ServedModels.ALL, LEASE)).isEmpty();
        assertThat(store.keep(List.of(), LEASE)).isEmpty();
    }

    @Test
    void shouldTellTheHolderOfAJobThatHasEnded() {
        store.create(job("a", 10, Priority.NORMAL));
        Claim claim = claim("a");
        end("a", start);
        var unknown = new Claim("nobody", 1, "w");
        assertThat(store.keep(List.of(claim, unknown), LEASE))
                .isEqualTo(Map.of(claim, Hold.ENDED, unknown, Hold.ENDED));
        assertThat(store.release(claim)).isFalse();
        assertThat(claimAll()).isEmpty();
    }

    @Test
    void shouldPutTheUrgentBeforeThoseThatAreMorePatient() {
        store.create(job("batch", 10, Priority.BATCH));
        store.create(job("normal", 10, Priority.NORMAL));
        assertThat(store.create(job("interactive", 10, Priority.INTERACTIVE)))
                .isEqualTo(new Creation.Created(new Place(1, 0)));
        assertThat(store.place("batch")).contains(new Place(3, 20));
        assertThat(claimAll()).containsExactly("interactive", "normal", "batch");
    }

    @Test
    void shouldLetNobodyWaitForEver() {
        Duration patience = Priority.BATCH.patience();
        store.create(job("batch", 10, Priority.BATCH));
        store.create(job("within its patience", 10, Priority.INTERACTIVE, start.plus(patience).minusMillis(1)));
        store.create(job("too late", 10, Priority.INTERACTIVE, start.plus(patience).plusMillis(1)));
        assertThat(claimAll()).containsExactly("within its patience", "batch", "too late");
    }

    @Test
    void shouldCountOfTheHeldThoseWhoseTurnWasBefore() {
        store.create(job("batch", 10, Priority.BATCH));
        store.create(job("normal", 10, Priority.NORMAL));
        claim("normal");
        claim("batch");
        assertThat(store.create(job("interactive", 10, Priority.INTERACTIVE)))
                .isEqualTo(new Creation.Created(new Place(1, 0)));
        assertThat(store.create(job("then", 10, Priority.NORMAL)))
                .isEqualTo(new Creation.Created(new Place(2, 20)));
        assertThat(store.create(job("past", 10, Priority.BATCH)))
                .isEqualTo(new Creation.Created(new Place(3, 40)));
    }

    @Test
    void shouldTellWhatWaitsTooLong() {
        store.create(job("a", terms(Priority.NORMAL, HOUR.toMillis()), start));
        store.create(job("b", terms(Priority.NORMAL, 2 * HOUR.toMillis()), start));
        store.create(job("c", 10, Priority.NORMAL));
        assertThat(store.overdue()).isEmpty();
        advance(HOUR);
        assertThat(store.overdue()).containsExactly("a");
        advance(HOUR);
        assertThat(store.overdue()).containsExactlyInAnyOrder("a", "b");
        end("a", start);
        claim("b");
        assertThat(store.overdue()).isEmpty();
        advance(LEASE);
        assertThat(store.overdue()).containsExactly("b");
    }

    private JobRecord job(String id, long rows, Priority priority) {
        return job(id, rows, priority, start);
    }

    private static JobRecord job(String id, long rows, Priority priority, Instant at) {
        return Jobs.queued(id, Jobs.request("fashion-flow", "1", terms(priority, null), rows), at);
    }

    private static JobRecord job(String id, JobTerms terms, Instant at) {
        return Jobs.queued(id, Jobs.request("fashion-flow", "1", terms), at);
    }

    private static JobTerms terms(Priority priority, @Nullable Long deadlineMs) {
        return new JobTerms(priority, deadlineMs, null, Precision.AUTO, false);
    }

    /** Takes the next, which is to be a certain one. */
    private Claim claim(String id) {
        Claim claim = store.claim("w", ServedModels.ALL, LEASE).orElseThrow().claim();
        assertThat(claim.jobId()).isEqualTo(id);
        return claim;
    }

    /** Takes all that wait, in the order in which they are handed out. */
    private List<String> claimAll() {
        var all = new ArrayList<String>();
        Optional<Claimed> claimed = store.claim("w", ServedModels.ALL, LEASE);
        while (claimed.isPresent()) {
            all.add(claimed.get().job().id());
            claimed = store.claim("w", ServedModels.ALL, LEASE);
        }
        return all;
    }

    private Iterable<String> ids(Query query) {
        return store.list(query).jobs().stream().map(JobRecord::id).toList();
    }

    private void end(String id, Instant now) {
        JobRecord job = store.find(id).orElseThrow();
        store.compareAndSet(job.revision(), JobMachine.apply(job, new JobCommand.Cancel(), now).job());
    }

    private JobRecord apply(JobRecord job, JobCommand command) {
        return JobMachine.apply(job, command, start).job();
    }
}
