package dev.pathline.nats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pathline.common.port.EventLog;
import dev.pathline.common.port.EventLog.LoggedEvent;
import dev.pathline.common.port.PortUnavailableException;
import dev.pathline.common.port.WorkerLiveness.WorkerStatus;
import dev.pathline.common.testing.MutableClock;
import dev.pathline.common.testing.NatsServer;
import dev.pathline.common.wire.JobEvent;
import dev.pathline.common.wire.StepImage;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.scheduler.Schedulers;

/** Several processes on one server, which may be killed, and lose its disk. */
class NatsProcessesTest {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final JobEvent QUEUED = new JobEvent.Queued(1, null);
    private static final JobEvent CANCELLED = new JobEvent.Cancelled();

    private final List<NatsLink> links = new ArrayList<>();
    private NatsServer server;

    @BeforeEach
    void start() {
        server = NatsServer.start();
    }

    @AfterEach
    void stop() throws Exception {
        links.forEach(NatsLink::close);
        if (server != null) {
            server.close();
        }
    }

    private NatsLink link() {
        var settings = new NatsSettings(List.of(server.url()), "", "", "pathline", 1, Duration.ofSeconds(1),
                Duration.ofHours(1), 64 << 20, 32 << 20);
        links.add(NatsLink.open(settings));
        return links.getLast();
    }

    private EventLog log() {
        return new NatsEventLog(link(), Schedulers.parallel(), Clock.systemUTC());
    }

    private static JobEvent started(int attempt) {
        return new JobEvent.Started(attempt, "worker-" + attempt);
    }

    private static JobEvent.Step step(int step, int... sizes) {
        var images = new ArrayList<StepImage>();
        for (int i = 0; i < sizes.length; i++) {
            images.add(new StepImage(i, "x".repeat(sizes[i]), null));
        }
        return new JobEvent.Step(step, 1000, step, 1.0, 0.0, null, images);
    }

    private static void await(BooleanSupplier condition) throws InterruptedException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("in time").isLessThan(end);
            Thread.sleep(20);
        }
    }

    /** Appends, again and again while nobody answers. */
    private static OptionalLong persistently(EventLog log, String job, int attempt, JobEvent event)
            throws InterruptedException {
        while (true) {
            try {
                return log.append(job, attempt, event);
            } catch (PortUnavailableException e) {
                Thread.sleep(100);
            }
        }
    }

    @Test
    void shouldShowEveryProcessTheSameEventsAtTheSamePositions() {
        EventLog api = log();
        EventLog worker = log();
        api.append("a", 0, QUEUED);
        var seen = new CopyOnWriteArrayList<LoggedEvent>();
        EventLog other = log();
        other.read("a", 0).subscribe(seen::add);
        worker.append("a", 1, started(1));
        for (int i = 1; i <= 30; i++) {
            worker.append("a", 1, step(i, 100));
        }
        assertThat(worker.newestStep("a")).contains(step(30));
        api.append("a", 0, CANCELLED);

        List<LoggedEvent> all = api.read("a", 0).collectList().block(PATIENCE);
        assertThat(all).hasSize(33);
        assertThat(other.read("a", 0).collectList().block(PATIENCE)).isEqualTo(all);
        long middle = all.get(20).position();
        assertThat(worker.read("a", middle).collectList().block(PATIENCE)).isEqualTo(all.subList(21, 33));
        await(() -> seen.size() == 33, seen, all);
    }

    private static void await(BooleanSupplier condition, List<LoggedEvent> seen, List<LoggedEvent> all) {
        try {
            await(condition);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
        assertThat(seen).isEqualTo(all);
    }

    @Test
    void shouldRefuseWhatAWorkerSaysThatHasLostItsJob() {
        EventLog lost = log();
        EventLog heir = log();
        lost.append("a", 1, started(1));
        lost.append("a", 1, step(1));
        heir.append("a", 2, started(2));
        assertThat(lost.append("a", 1, step(2))).isEmpty();
        assertThat(lost.append("a", 1, new JobEvent.Cancelled())).as("its last word").isEmpty();
        assertThat(heir.append("a", 2, step(1))).isPresent();
        log().append("a", 0, CANCELLED);
        assertThat(heir.append("a", 2, step(2))).isEmpty();
        assertThat(heir.append("a", 0, CANCELLED)).isEmpty();
        assertThat(heir.read("a", 0).count().block(PATIENCE)).isEqualTo(5);
    }

    @Test
    void shouldEndTheReadersOfAllProcessesWhenALogIsDeleted() throws Exception {
        EventLog one = log();
        EventLog other = log();
        one.append("a", 0, QUEUED);
        var ended = new CopyOnWriteArrayList<String>();
        var seen = new CopyOnWriteArrayList<LoggedEvent>();
        other.read("a", 0).doOnComplete(() -> ended.add("other")).subscribe(seen::add);
        await(() -> !seen.isEmpty());
        one.delete("a");
        await(() -> !ended.isEmpty());
        assertThat(one.newestStep("a")).isEmpty();
        assertThat(one.append("a", 0, QUEUED)).as("anew").isPresent();
    }

    @Test
    void shouldShowMoreThanAMessageMayHaveInSeveral() {
        EventLog log = log();
        log.append("a", 1, started(1));
        log.append("a", 1, step(1, 400_000, 400_000, 400_000, 2_000_000, 10));
        log.append("a", 0, CANCELLED);
        List<JobEvent> steps = log.read("a", 0).map(LoggedEvent::event).filter(JobEvent.Step.class::isInstance)
                .collectList().block(PATIENCE);
        assertThat(steps).hasSizeGreaterThan(1).allSatisfy(
                event -> assertThat(((JobEvent.Step) event).step()).isOne());
        assertThat(steps.stream().flatMap(event -> ((JobEvent.Step) event).images().stream()).map(StepImage::index))
                .as("all but the one for which no message is large enough").containsExactly(0, 1, 2, 4);
    }

    @Test
    void shouldGoOnWhereItWasWhenTheServerWasKilled() throws Exception {
        EventLog worker = log();
        EventLog api = log();
        var seen = new CopyOnWriteArrayList<LoggedEvent>();
        api.append("a", 0, QUEUED);
        api.read("a", 0).subscribe(seen::add);
        worker.append("a", 1, started(1));
        worker.append("a", 1, step(1));
        await(() -> seen.size() == 3);
        server.kill();
        assertThatThrownBy(() -> worker.append("a", 1, step(2))).isInstanceOf(PortUnavailableException.class)
                .hasMessageContaining(server.url());
        server.restart();
        persistently(worker, "a", 1, step(3));
        persistently(worker, "a", 0, CANCELLED);
        await(() -> seen.getLast().event().terminal());
        assertThat(seen).extracting(LoggedEvent::event).startsWith(QUEUED, started(1), step(1)).endsWith(step(3),
                CANCELLED);
        assertThat(seen).extracting(LoggedEvent::position).isSorted().doesNotHaveDuplicates();
    }

    @Test
    void shouldBeginAnewBehindAllPositionsWhenTheServerHasLostItsDisk() throws Exception {
        EventLog worker = log();
        EventLog api = log();
        var seen = new CopyOnWriteArrayList<LoggedEvent>();
        worker.append("a", 1, started(1));
        worker.append("a", 1, step(1));
        api.read("a", 0).subscribe(seen::add);
        await(() -> seen.size() == 2);
        server.kill();
        server.restartEmpty();
        persistently(worker, "a", 1, step(2));
        persistently(worker, "a", 1, step(3));
        persistently(api, "a", 0, CANCELLED);
        await(() -> seen.size() == 5);
        assertThat(seen).extracting(LoggedEvent::event).containsExactly(started(1), step(1), step(2), step(3),
                CANCELLED);
        assertThat(seen).extracting(LoggedEvent::position).isSorted().doesNotHaveDuplicates();
        assertThat(worker.append("a", 1, step(4))).isEmpty();
    }

    @Test
    void shouldTellOfWorkersToWhoeverListens() throws Exception {
        var clock = new MutableClock();
        var api = new NatsWorkerLiveness(link(), clock);
        var worker = new NatsWorkerLiveness(link(), Clock.systemUTC());
        var status = new WorkerStatus("w", 12.5);
        await(() -> {
            worker.report(status, Duration.ofSeconds(10));
            return api.live().equals(List.of(status));
        });
        server.kill();
        await(() -> !links.getFirst().isUp() && !links.getLast().isUp());
        clock.advance(Duration.ofMinutes(5));
        assertThat(api.live()).as("silence of the server says nothing about workers").hasSize(1);
        server.restart();
        await(() -> links.getFirst().isUp() && links.getLast().isUp());
        assertThat(api.live()).as("a moment to give the next sign").hasSize(1);
        await(() -> {
            worker.leave("w"); // delivery may fail: the server may not know yet who listens again
            return api.live().isEmpty();
        });
    }

    @Test
    void shouldSayWhichServerCannotBeUsed() throws Exception {
        server.kill();
        assertThatThrownBy(() -> NatsLink.open(NatsSettings.of(server.url())))
                .isInstanceOf(PortUnavailableException.class)
                .hasMessageContaining(server.url() + " cannot be reached");
        assertThat(ServerVersion.of("2.9.10")).isLessThan(NatsLink.LEAST);
        assertThat(ServerVersion.of("2.12.3")).isEqualTo(NatsLink.LEAST);
        assertThat(ServerVersion.of("2.15.1-RC.2")).isGreaterThan(NatsLink.LEAST);
        assertThat(ServerVersion.of("dev")).isLessThan(NatsLink.LEAST);
        assertThatIllegalArgumentException().isThrownBy(() -> new NatsSettings(List.of(), "", "", "p", 1, PATIENCE,
                PATIENCE, 1, 1));
        assertThatIllegalArgumentException().isThrownBy(() -> new NatsSettings(List.of("x"), "", "", "a.b", 1, PATIENCE,
                PATIENCE, 1, 1)).withMessageContaining("a.b");
        assertThat(new NatsSettings(List.of("nats://h"), "me", "secret", "p", 1, PATIENCE, PATIENCE, 1, 1))
                .asString().doesNotContain("secret");
    }
}
