package dev.pathline.common.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pathline.common.inprocess.InProcessBlobStore;
import dev.pathline.common.inprocess.InProcessEventLog;
import dev.pathline.common.inprocess.InProcessJobStore;
import dev.pathline.common.job.BlobKeys;
import dev.pathline.common.job.JobCommand;
import dev.pathline.common.job.JobMachine;
import dev.pathline.common.job.JobRecord;
import dev.pathline.common.job.JobResult;
import dev.pathline.common.job.JobState;
import dev.pathline.common.port.EventLog;
import dev.pathline.common.port.JobStore.Claim;
import dev.pathline.common.port.PortUnavailableException;
import dev.pathline.common.testing.Jobs;
import dev.pathline.common.testing.MutableClock;
import dev.pathline.common.wire.ImageFormat;
import dev.pathline.common.wire.JobEvent;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import reactor.core.scheduler.Schedulers;

class JobLifecycleTest {

    private final MutableClock clock = new MutableClock();
    private final InProcessJobStore store = new InProcessJobStore(1000, clock);
    private final InProcessEventLog log = new InProcessEventLog(Schedulers.parallel(), 1 << 20, 1 << 20);
    private final JobLifecycle lifecycle = new JobLifecycle(store, log, clock);

    @Test
    void shouldLogExactlyOneTerminalEventWhateverTheRace() {
        for (int run = 0; run < 50; run++) {
            String id = "job" + run;
            store.create(Jobs.queued(id, clock.instant()));
            lifecycle.begin(claim(id, 1), null).orElseThrow();
            try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
                threads.submit(() -> lifecycle.apply(id, new JobCommand.Cancel()));
                threads.submit(() -> lifecycle.apply(id, new JobCommand.Expire()));
                threads.submit(() -> lifecycle.apply(id, new JobCommand.Succeed(1, new JobResult(List.of(), 1))));
                threads.submit(() -> store.find(id).ifPresent(lifecycle::repair));
            }
            JobRecord job = store.find(id).orElseThrow();
            assertThat(types(id)).hasSize(2).startsWith("started").endsWith(job.state().wire());
        }
    }

    @Test
    void shouldFailAJobThatKeepsLosingItsWorker() {
        store.create(Jobs.queued("a", clock.instant()));
        for (int attempt = 1; attempt <= JobLifecycle.DEFAULT_MAX_ATTEMPTS; attempt++) {
            // Of two claims one is lost before it begins, which is nobody's fault.
            assertThat(lifecycle.begin(claim("a", 2 * attempt), null)).isPresent();
        }
        assertThat(lifecycle.begin(claim("a", 2 * JobLifecycle.DEFAULT_MAX_ATTEMPTS + 1), null)).isEmpty();
        assertThat(store.find("a").orElseThrow().state()).isEqualTo(JobState.FAILED);
        assertThat(types("a")).containsExactly("started", "started", "started", "failed");
    }

    @Test
    void shouldNotBeginWhatWasCancelled() {
        store.create(Jobs.queued("a", clock.instant()));
        lifecycle.apply("a", new JobCommand.Cancel());
        assertThat(lifecycle.begin(claim("a", 1), null)).isEmpty();
        assertThat(lifecycle.begin(claim("nobody", 1), null)).isEmpty();
    }

    @Test
    void shouldRepairALogThatLacksItsEnd() {
        JobRecord job = Jobs.queued("a", clock.instant());
        store.create(job);
        JobRecord ended = JobMachine.apply(job, new JobCommand.Cancel(), clock.instant()).job();
        store.compareAndSet(0, ended);
        lifecycle.repair(job);
        assertThat(log.read("a", 0).take(Duration.ofMillis(50)).count().block(Duration.ofSeconds(10))).isZero();
        lifecycle.repair(ended);
        lifecycle.repair(ended);
        assertThat(types("a")).containsExactly("cancelled");
    }

    @Test
    void shouldForgetEverythingOfAnEndedJob() {
        InProcessBlobStore blobs = new InProcessBlobStore(1 << 20, clock);
        JobJanitor janitor = new JobJanitor(store, log, blobs, clock, Duration.ofMinutes(30), 10, Long.MAX_VALUE);
        store.create(Jobs.queued("a", clock.instant()));
        blobs.put(BlobKeys.image("a", 1, 0, ImageFormat.PNG), new byte[1]);
        lifecycle.apply("a", new JobCommand.Cancel());
        clock.advance(Duration.ofMinutes(30));
        assertThat(janitor.sweep()).isEmpty();
        clock.advance(Duration.ofMillis(1));
        assertThat(janitor.sweep()).containsExactly("a");
        assertThat(store.find("a")).isEmpty();
        assertThat(blobs.get(BlobKeys.image("a", 1, 0, ImageFormat.PNG))).isEmpty();
        assertThat(log.newestStep("a")).isEmpty();
    }

    @Test
    void shouldDecideWithoutALog() {
        EventLog away = (EventLog) Proxy.newProxyInstance(getClass().getClassLoader(), new Class<?>[]{EventLog.class},
                (proxy, method, arguments) -> {
                    throw new PortUnavailableException("the broker is away", new IOException("refused"));
                });
        var blind = new JobLifecycle(store, away, clock);
        store.create(Jobs.queued("a", clock.instant()));
        assertThat(blind.begin(claim("a", 1), null)).isPresent();
        assertThat(blind.advance(claim("a", 1), new JobEvent.Step(1, 2, 1, 1.0, 0.0, null, List.of()))).isTrue();
        assertThat(blind.apply("a", new JobCommand.Succeed(1, new JobResult(List.of(), 1))).orElseThrow().moved())
                .isTrue();
        store.find("a").ifPresent(lifecycle::repair);
        assertThat(types("a")).containsExactly("succeeded");
    }

    @Test
    void shouldStopAnAttemptThatIsNotTheNewest() {
        store.create(Jobs.queued("a", clock.instant()));
        lifecycle.begin(claim("a", 1), null).orElseThrow();
        var step = new JobEvent.Step(1, 2, 1, 1.0, 0.0, null, List.of());
        assertThat(lifecycle.advance(claim("a", 1), step)).isTrue();
        lifecycle.begin(claim("a", 2), null).orElseThrow();
        assertThat(lifecycle.advance(claim("a", 1), step)).isFalse();
        assertThat(lifecycle.advance(claim("a", 2), step)).isTrue();
        lifecycle.apply("a", new JobCommand.Cancel());
        assertThat(lifecycle.advance(claim("a", 2), step)).isFalse();
    }

    private List<String> types(String id) {
        return log.read(id, 0).map(logged -> logged.event().type())
                .collectList().block(Duration.ofSeconds(10));
    }

    private static Claim claim(String id, int attempt) {
        return new Claim(id, attempt, "w");
    }
}
