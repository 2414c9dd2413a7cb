package dev.pathline.api.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pathline.api.closing.Closing;
import dev.pathline.api.events.LiveEvents;
import dev.pathline.common.experiment.ArmOf;
import dev.pathline.common.inprocess.InProcessBlobStore;
import dev.pathline.common.inprocess.InProcessEventLog;
import dev.pathline.common.inprocess.InProcessJobSignals;
import dev.pathline.common.inprocess.InProcessJobStore;
import dev.pathline.common.inprocess.InProcessWorkerLiveness;
import dev.pathline.common.job.JobCommand;
import dev.pathline.common.job.JobMachine;
import dev.pathline.common.job.JobRecord;
import dev.pathline.common.job.JobResult;
import dev.pathline.common.lifecycle.JobEnding;
import dev.pathline.common.lifecycle.JobLifecycle;
import dev.pathline.common.lifecycle.StopClock;
import dev.pathline.common.testing.Jobs;
import dev.pathline.common.testing.MutableClock;
import dev.pathline.common.wire.JobEvent;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;

class EventStreamsTest {

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final MutableClock clock = new MutableClock();
    private final InProcessJobStore store = new InProcessJobStore(10, clock);
    private final InProcessEventLog log = new InProcessEventLog(Schedulers.parallel(), 1 << 20, 1 << 20);
    private final JobLifecycle lifecycle = new JobLifecycle(store, log, clock);
    private final Closing closing = new Closing(store,
            new JobEnding(lifecycle, new InProcessJobSignals()),
            new StopClock(Duration.ofSeconds(3)));
    private final EventStreams streams = new EventStreams(log, store, lifecycle,
            new LiveEvents(Duration.ofMillis(20), closing), new Drafts(store, new JobAnswers(store, log,
                    new InProcessBlobStore(1 << 20, clock), new Estimates(store, new InProcessWorkerLiveness(clock)))),
            Duration.ofMillis(20));

    @Test
    void shouldEndTheStreamOfAJobWhoseWriterDiedBeforeItsLastEvent() {
        JobRecord job = Jobs.queued("a", clock.instant());
        store.create(job);
        log.append("a", 0, new JobEvent.Queued(1, null));
        StepVerifier.create(streams.stream("a", 0, "").filter(event -> event.event() != null))
                .assertNext(event -> assertThat(event.event()).isEqualTo("queued"))
                // The record ends, the event is never written.
                .then(() -> store.compareAndSet(0,
                        JobMachine.apply(job, new JobCommand.Cancel(), clock.instant()).job()))
                .assertNext(event -> assertThat(event.event()).isEqualTo("cancelled")).expectComplete()
                .verify(PATIENCE);
    }

    @Test
    void shouldNotWaitForAJobThatIsForgotten() {
        StepVerifier.create(streams.end("nobody")).expectComplete().verify(PATIENCE);
        StepVerifier.create(streams.stream("nobody", 0, "").filter(event -> event.event() != null)).expectComplete()
                .verify(PATIENCE);
        JobRecord job = Jobs.queued("a", clock.instant());
        store.create(job);
        log.append("a", 0, new JobEvent.Queued(1, null));
        StepVerifier.create(streams.end("a").mergeWith(streams.stream("a", 1, "").then())).then(() -> {
            // Its record ends and is forgotten; that its log is, too, does not reach whoever reads elsewhere.
            store.compareAndSet(0, JobMachine.apply(job, new JobCommand.Cancel(), clock.instant()).job());
            store.removeEnded(clock.instant(), 0, Long.MAX_VALUE);
        }).expectComplete().verify(PATIENCE);
    }

    @Test
    void shouldTellTheEndToWhoClaimsToHaveSeenMore() {
        store.create(Jobs.queued("a", clock.instant()));
        log.append("a", 0, new JobEvent.Queued(1, null));
        StepVerifier.create(streams.stream("a", 99, "").filter(event -> event.event() != null))
                .then(() -> lifecycle.apply("a", new JobCommand.Cancel()))
                .assertNext(event -> {
                    assertThat(event.event()).isEqualTo("cancelled");
                    assertThat(event.id()).isEqualTo("2");
                }).expectComplete().verify(PATIENCE);
        StepVerifier.create(streams.goesOn("a", 1)).expectNext(true).expectComplete().verify(PATIENCE);
        StepVerifier.create(streams.goesOn("a", 2)).expectNext(false).expectComplete().verify(PATIENCE);
        StepVerifier.create(streams.goesOn("a", 99)).expectNext(false).expectComplete().verify(PATIENCE);
    }

    @Test
    void shouldWaitForTheEnd() {
        store.create(Jobs.queued("a", clock.instant()));
        log.append("a", 0, new JobEvent.Queued(1, null));
        StepVerifier.create(streams.end("a")).expectSubscription().expectNoEvent(Duration.ofMillis(100))
                .then(() -> log.append("a", 0, new JobEvent.Cancelled())).expectComplete().verify(PATIENCE);
    }

    private JobRecord cascade() {
        var arm = new ArmOf("cascade", 1, "many", "ada", ArmOf.Role.UNIT, "pair");
        JobRecord many = JobRecord.queued("many", Jobs.request("moons", "1").in(arm.after("one")), null, null,
                clock.instant());
        JobRecord one = JobRecord.queued("one", Jobs.request("moons", "1").in(arm.shadow("one")), null, null,
                clock.instant());
        store.create(many);
        store.create(one);
        log.append("many", 0, new JobEvent.Queued(1, null));
        return many;
    }

    private void succeed(String id) {
        JobRecord job = store.find(id).orElseThrow();
        JobRecord started = JobMachine.apply(job, new JobCommand.Start(1, "w", null), clock.instant()).job();
        store.compareAndSet(job.revision(), started);
        store.compareAndSet(started.revision(), JobMachine.apply(started,
                new JobCommand.Succeed(1, new JobResult(List.of(), 1)), clock.instant()).job());
    }

    @Test
    void shouldTellTheImagesThatComeFirstBetweenTheEvents() {
        cascade();
        StepVerifier.create(streams.stream("many", 0, "/below").filter(event -> event.event() != null))
                .assertNext(event -> assertThat(event.event()).isEqualTo("queued"))
                .then(() -> succeed("one"))
                .assertNext(event -> {
                    assertThat(event.event()).isEqualTo("draft");
                    assertThat(event.id()).as("it is no part of the log").isNull();
                    assertThat(event.data()).contains("\"job\":\"one\"", "\"arm\":\"cascade@1/one\"");
                })
                .then(() -> succeed("many"))
                .assertNext(event -> assertThat(event.event()).isEqualTo("succeeded")).expectComplete()
                .verify(PATIENCE);
    }

    @Test
    void shouldNotWaitForImagesThatAreToComeFirst() {
        cascade();
        succeed("many");
        StepVerifier.create(streams.stream("many", 0, "").filter(event -> event.event() != null))
                .assertNext(event -> assertThat(event.event()).isEqualTo("queued"))
                .assertNext(event -> assertThat(event.event()).isEqualTo("succeeded")).expectComplete()
                .verify(PATIENCE);
    }
}
