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
import dev.pathline.common.port.JobQueue.Claim;
import dev.pathline.common.port.JobQueue.QueueEntry;
import dev.pathline.common.testing.Jobs;
import dev.pathline.common.testing.MutableClock;
import dev.pathline.common.wire.ImageFormat;
import dev.pathline.common.wire.Priority;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import reactor.core.scheduler.Schedulers;

class JobLifecycleTest {

    private final MutableClock clock = new MutableClock();
    private final InProcessJobStore store = new InProcessJobStore();
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
            assertThat(lifecycle.begin(claim("a", attempt), null)).isPresent();
        }
        assertThat(lifecycle.begin(claim("a", JobLifecycle.DEFAULT_MAX_ATTEMPTS + 1), null)).isEmpty();
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
        assertThat(types("a")).isEmpty();
        lifecycle.repair(ended);
        lifecycle.repair(ended);
        assertThat(types("a")).containsExactly("cancelled");
    }

    @Test
    void shouldForgetEverythingOfAnEndedJob() {
        InProcessBlobStore blobs = new InProcessBlobStore(1 << 20, clock);
        JobJanitor janitor = new JobJanitor(store, log, blobs, clock, Duration.ofMinutes(30), 10);
        store.create(Jobs.queued("a", clock.instant()));
        blobs.put(BlobKeys.image("a", 0, ImageFormat.PNG), new byte[1]);
        lifecycle.apply("a", new JobCommand.Cancel());
        clock.advance(Duration.ofMinutes(30));
        assertThat(janitor.sweep()).isEmpty();
        clock.advance(Duration.ofMillis(1));
        assertThat(janitor.sweep()).containsExactly("a");
        assertThat(store.find("a")).isEmpty();
        assertThat(blobs.get(BlobKeys.image("a", 0, ImageFormat.PNG))).isEmpty();
        assertThat(types("a")).isEmpty();
    }

    private List<String> types(String id) {
        return log.read(id, 0).map(logged -> logged.event().type())
                .collectList().block(Duration.ofSeconds(10));
    }

    private static Claim claim(String id, int attempt) {
        return new Claim(new QueueEntry(id, 1, Priority.NORMAL, null), attempt, "w", Instant.EPOCH);
    }
}
