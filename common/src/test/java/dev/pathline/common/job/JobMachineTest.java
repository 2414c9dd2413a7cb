package dev.pathline.common.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.pathline.common.error.ErrorCode;
import dev.pathline.common.job.Transition.Moved;
import dev.pathline.common.job.Transition.Reason;
import dev.pathline.common.job.Transition.Refused;
import dev.pathline.common.testing.Jobs;
import dev.pathline.common.wire.JobError;
import dev.pathline.common.wire.JobEvent;
import dev.pathline.common.wire.Json;
import dev.pathline.common.wire.Timings;
import dev.pathline.diffusion.planner.SamplingSettings;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;

class JobMachineTest {

    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final JobResult RESULT = new JobResult(
            List.of(new JobResult.Image(0, 28, 28), new JobResult.Image(1, 28, 28)), 10);

    private final JobRecord queued = Jobs.queued("a", START);

    @Test
    void shouldRunFromQueuedToSucceeded() {
        JobRecord running = moved(queued, new JobCommand.Start(1, "w", "cpu-f32"), 5);
        assertThat(running.state()).isEqualTo(JobState.RUNNING);
        assertThat(running.profile()).isEqualTo("cpu-f32");
        Moved end = (Moved) JobMachine.apply(running, new JobCommand.Succeed(1, RESULT, START.plusMillis(25)),
                START.plusMillis(105));
        assertThat(end.job().state()).isEqualTo(JobState.SUCCEEDED);
        assertThat(end.job().revision()).isEqualTo(2);
        JobEvent.Succeeded event = (JobEvent.Succeeded) end.event();
        assertThat(event.seed()).isEqualTo("-9223372036854775808");
        assertThat(event.timings()).isEqualTo(new Timings(5L, 25L, 100L, 105L));
        assertThat(event.images()).element(1).satisfies(image -> {
            assertThat(image.url()).isEqualTo("/jobs/a/images/1.png");
            assertThat(image.data()).isNull();
        });
    }

    @Test
    void shouldFenceTheFormerAttempt() {
        JobRecord first = moved(queued, new JobCommand.Start(1, "w1", null), 1);
        JobRecord second = moved(first, new JobCommand.Start(2, "w2", null), 3);
        for (JobCommand late : List.of(new JobCommand.Succeed(1, RESULT),
                new JobCommand.Fail(1, error()), new JobCommand.Requeue(1), new JobCommand.Start(1, "w1", null))) {
            assertThat(JobMachine.apply(second, late, START)).isEqualTo(new Refused(second, Reason.FENCED));
        }
    }

    @Test
    void shouldRefuseEverythingOnceEnded() {
        JobRecord ended = moved(queued, new JobCommand.Cancel(), 1);
        assertThat(JobMachine.apply(ended, new JobCommand.Cancel(), START))
                .isEqualTo(new Refused(ended, Reason.ALREADY_ENDED));
        assertThat(JobMachine.apply(ended, new JobCommand.Start(1, "w", null), START).moved()).isFalse();
    }

    @Test
    void shouldNotSucceedWithoutHavingStarted() {
        assertThat(JobMachine.apply(queued, new JobCommand.Succeed(1, RESULT), START))
                .isEqualTo(new Refused(queued, Reason.NOT_RUNNING));
    }

    @Test
    void shouldCountStartsApartFromClaims() {
        JobRecord fifth = moved(moved(queued, new JobCommand.Start(2, "w", null), 1),
                new JobCommand.Start(5, "w", null), 2);
        assertThat(fifth.attempt()).isEqualTo(5);
        assertThat(fifth.starts()).isEqualTo(2);
    }

    @Test
    void shouldQueueAgainAndStartWithTheNextAttempt() {
        JobRecord again = moved(moved(queued, new JobCommand.Start(1, "w", null), 1), new JobCommand.Requeue(1), 2);
        assertThat(again.state()).isEqualTo(JobState.QUEUED);
        assertThat(JobMachine.apply(again, new JobCommand.Start(1, "w", null), START).moved()).isFalse();
        assertThat(moved(again, new JobCommand.Start(2, "w", null), 9).times().timings().queuedMs()).isEqualTo(9);
    }

    @Test
    void shouldHaveATerminalEventExactlyForEndedJobs() {
        assertThatIllegalArgumentException().isThrownBy(() -> JobMachine.terminalEvent(queued));
        JobRecord failed = moved(queued, new JobCommand.Fail(1, error()), 1);
        assertThat(JobMachine.terminalEvent(failed)).isEqualTo(new JobEvent.Failed(error()));
        assertThat(JobMachine.terminalEvent(moved(queued, new JobCommand.Expire(), 1)))
                .isEqualTo(new JobEvent.Expired());
    }

    @Test
    void shouldEndOnceWhateverIsCommanded() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        for (int run = 0; run < 500; run++) {
            JobRecord job = queued;
            int terminalEvents = 0;
            for (int i = 0; i < 40; i++) {
                JobRecord before = job;
                Transition transition = JobMachine.apply(job, randomCommand(random), START.plusMillis(i));
                job = transition.job();
                if (transition instanceof Moved moved) {
                    terminalEvents += moved.event().terminal() ? 1 : 0;
                    assertThat(job.revision()).as("seed %d", seed).isEqualTo(before.revision() + 1);
                    assertThat(job.attempt()).as("seed %d", seed).isGreaterThanOrEqualTo(before.attempt());
                } else {
                    assertThat(job).as("seed %d", seed).isEqualTo(before);
                }
            }
            assertThat(terminalEvents).as("seed %d", seed).isEqualTo(job.state().terminal() ? 1 : 0);
        }
    }

    @Test
    void shouldSurviveBeingWrittenAndRead() {
        JobRecord job = moved(moved(Jobs.queued("a", "key", START), new JobCommand.Start(1, "w", "p"), 1),
                new JobCommand.Succeed(1, RESULT), 2);
        assertThat(Json.MAPPER.readValue(Json.MAPPER.writeValueAsString(job), JobRecord.class)).isEqualTo(job);
    }

    @Test
    void shouldKeepGivenTimesAndReadRecordsFromBeforeThereWereAny() {
        SamplingSettings grid = Jobs.request("m", "1").settings();
        SamplingSettings given = grid.withSteps(null).withTimeGrid(null).withTimes(List.of(1.0, 0.8));
        String json = Json.MAPPER.writeValueAsString(given);
        assertThat(Json.MAPPER.readValue(json, SamplingSettings.class)).isEqualTo(given);
        assertThat(given.stepCount()).isEqualTo(2);

        ObjectNode before = (ObjectNode) Json.MAPPER.valueToTree(grid);
        before.remove("times");
        assertThat(Json.MAPPER.treeToValue(before, SamplingSettings.class)).isEqualTo(grid);
    }

    private static JobCommand randomCommand(Random random) {
        int attempt = 1 + random.nextInt(4);
        return switch (random.nextInt(12)) {
            case 0, 1, 2, 3, 4, 5, 6 -> new JobCommand.Start(attempt, "w", null);
            case 7, 8 -> new JobCommand.Requeue(attempt);
            case 9 -> new JobCommand.Succeed(attempt, RESULT);
            case 10 -> random.nextInt(4) == 0 ? new JobCommand.Cancel() : new JobCommand.Requeue(attempt);
            default -> random.nextBoolean() ? new JobCommand.Fail(attempt, error()) : new JobCommand.Expire();
        };
    }

    private static JobRecord moved(JobRecord job, JobCommand command, long millis) {
        Transition transition = JobMachine.apply(job, command, START.plusMillis(millis));
        assertThat(transition).isInstanceOf(Moved.class);
        return transition.job();
    }

    private static JobError error() {
        return JobError.of(ErrorCode.NOT_FINITE, "NaN in step 3");
    }
}
