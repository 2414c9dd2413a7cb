package dev.pathline.api.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pathline.common.error.ErrorCode;
import dev.pathline.common.inprocess.InProcessEventLog;
import dev.pathline.common.inprocess.InProcessJobStore;
import dev.pathline.common.job.JobCommand;
import dev.pathline.common.job.JobRecord;
import dev.pathline.common.job.JobResult;
import dev.pathline.common.lifecycle.JobLifecycle;
import dev.pathline.common.testing.Jobs;
import dev.pathline.common.testing.MutableClock;
import dev.pathline.common.watch.JobLog;
import dev.pathline.common.watch.JobMeters;
import dev.pathline.common.watch.WatchedJobStore;
import dev.pathline.common.wire.JobError;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import reactor.core.scheduler.Schedulers;

@ExtendWith(OutputCaptureExtension.class)
class WatchedJobStoreTest {

    private final MutableClock clock = new MutableClock();
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final List<String> heard = new ArrayList<>();
    private final WatchedJobStore store = new WatchedJobStore(new InProcessJobStore(10, clock),
            List.of(new Recorder(), new JobLog(), new JobMeters(meters)));
    private final JobLifecycle lifecycle = new JobLifecycle(store,
            new InProcessEventLog(Schedulers.parallel(), 1 << 20, 1 << 20), clock);

    /** Writes down what it hears, then fails, which must change nothing. */
    private final class Recorder implements WatchedJobStore.Watcher {
        @Override
        public void accepted(JobRecord job) {
            heard.add("accepted " + job.id());
            throw new IllegalStateException("a watcher that fails");
        }

        @Override
        public void ended(JobRecord job) {
            heard.add(job.state().wire() + " " + job.id());
            throw new IllegalStateException("a watcher that fails");
        }
    }

    private double count(String outcome) {
        return meters.find("pathline.jobs.ended").tag("outcome", outcome).counters().stream()
                .mapToDouble(counter -> counter.count()).sum();
    }

    @Test
    void shouldTellOfEveryJobOnceHoweverItEnds(CapturedOutput output) {
        for (String id : List.of("a", "b", "c", "d")) {
            store.create(Jobs.queued(id, clock.instant()));
        }
        clock.advance(Duration.ofSeconds(2));
        lifecycle.apply("a", new JobCommand.Start(1, "w", "f32"));
        clock.advance(Duration.ofSeconds(3));
        lifecycle.apply("a", new JobCommand.Succeed(1, new JobResult(List.of(), 6)));
        lifecycle.apply("b", new JobCommand.Fail(0, JobError.of(ErrorCode.OUT_OF_MEMORY, "It does not fit")));
        lifecycle.apply("c", new JobCommand.Cancel());
        lifecycle.apply("c", new JobCommand.Cancel());
        lifecycle.apply("d", new JobCommand.Expire());

        assertThat(heard).containsExactly("accepted a", "accepted b", "accepted c", "accepted d", "succeeded a",
                "failed b", "cancelled c", "expired d");
        assertThat(meters.get("pathline.jobs.accepted").counter().count()).isEqualTo(4);
        assertThat(List.of("succeeded", "failed", "cancelled", "expired")).allMatch(outcome -> count(outcome) == 1);
        assertThat(meters.get("pathline.jobs.ended").tag("code", "out_of_memory").counter().count()).isEqualTo(1);
        Timer duration = meters.get("pathline.job.duration").tag("outcome", "succeeded").timer();
        assertThat(duration.totalTime(TimeUnit.SECONDS)).isEqualTo(5);
        assertThat(meters.get("pathline.job.queued").tag("outcome", "succeeded").timer().totalTime(TimeUnit.SECONDS))
                .isEqualTo(2);
        String model = Jobs.queued("x", clock.instant()).request().modelReference();
        assertThat(output.toString()).contains("job a accepted: " + model,
                "job a succeeded: " + model, "5000 ms of which it ran 3000", "job b failed: " + model,
                "It does not fit",
                "job c cancelled: ", "job d expired: ", "5000 ms, not begun");
    }
}
