package dev.pathline.common.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pathline.common.inprocess.InProcessEventLog;
import dev.pathline.common.inprocess.InProcessJobSignals;
import dev.pathline.common.inprocess.InProcessJobStore;
import dev.pathline.common.job.JobRecord;
import dev.pathline.common.job.JobState;
import dev.pathline.common.port.EventLog;
import dev.pathline.common.port.JobStore;
import dev.pathline.common.port.ServedModels;
import dev.pathline.common.testing.Jobs;
import dev.pathline.common.testing.MutableClock;
import dev.pathline.common.wire.JobEvent;
import dev.pathline.common.wire.JobTerms;
import dev.pathline.common.wire.Precision;
import dev.pathline.common.wire.Priority;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import reactor.core.scheduler.Schedulers;

final class JobDeadlinesTest {

    private static final Duration LEASE = Duration.ofSeconds(30);

    private final MutableClock clock = new MutableClock();
    private final InProcessJobStore store = new InProcessJobStore(10, clock);
    private final InProcessEventLog log = new InProcessEventLog(Schedulers.parallel(), 1 << 20, 1 << 20);
    private final JobLifecycle lifecycle = new JobLifecycle(store, log, clock);
    private final JobDeadlines deadlines = new JobDeadlines(store,
            new JobEnding(lifecycle, new InProcessJobSignals()));

    @Test
    void shouldExpireWhatWaitedPastItsDeadline() {
        submit("whole", 1000L, null);
        submit("start", 5000L, 1000L);
        submit("later", null, 2000L);
        submit("patient", null, null);

        assertThat(deadlines.expire()).isEmpty();
        clock.advance(Duration.ofSeconds(1));
        assertThat(deadlines.expire()).containsExactlyInAnyOrder("whole", "start");
        assertThat(deadlines.expire()).isEmpty();

        assertThat(state("whole")).isEqualTo(JobState.EXPIRED);
        assertThat(state("start")).isEqualTo(JobState.EXPIRED);
        assertThat(claim().jobId()).isEqualTo("later");
        assertThat(state("patient")).isEqualTo(JobState.QUEUED);
    }

    @Test
    void shouldLeaveARunningJobToItsWorker() {
        submit("job", 1000L, null);
        lifecycle.begin(claim(), null);
        clock.advance(Duration.ofSeconds(2));

        assertThat(deadlines.expire()).isEmpty();
        assertThat(state("job")).isEqualTo(JobState.RUNNING);

        clock.advance(LEASE);
        assertThat(deadlines.expire()).containsExactly("job");
        assertThat(state("job")).isEqualTo(JobState.EXPIRED);
    }

    private void submit(String id, @Nullable Long deadlineMs, @Nullable Long startDeadlineMs) {
        var terms = new JobTerms(Priority.NORMAL, deadlineMs, startDeadlineMs, Precision.AUTO, false);
        JobRecord job = JobRecord.queued(id, Jobs.request("fashion-flow", "1", terms), null, null, clock.instant());
        log.append(id, EventLog.NO_ATTEMPT, new JobEvent.Queued(1, null));
        store.create(job);
    }

    private JobStore.Claim claim() {
        return store.claim("w", ServedModels.ALL, LEASE).orElseThrow().claim();
    }

    private JobState state(String id) {
        return store.find(id).orElseThrow().state();
    }
}
