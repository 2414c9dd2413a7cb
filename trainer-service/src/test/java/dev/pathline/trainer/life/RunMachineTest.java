package dev.pathline.trainer.life;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pathline.common.error.ErrorCode;
import dev.pathline.trainer.life.RunRecord.Owner;
import dev.pathline.trainer.life.RunTransition.Moved;
import dev.pathline.trainer.life.RunTransition.Refused;
import dev.pathline.trainer.life.RunTransition.Unchanged;
import dev.pathline.common.wire.JobError;
import dev.pathline.common.wire.Json;
import dev.pathline.common.wire.TrainingRunEvent;
import dev.pathline.common.wire.TrainingRunEventJson;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class RunMachineTest {

    private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");
    private static final JobError ERROR = JobError.of(ErrorCode.TRAINING_FAILED, "no");
    private static final RunRecord QUEUED = RunRecord.accepted("r", "r", Owner.SERVER, 7, 6, 100, NOW);
    private static final TrainingRunEvent.Progress REPORT = new TrainingRunEvent.Progress(20, 100, 120, 0.5, 1.0, 9.0,
            500L, List.of(new TrainingRunEvent.NoiseLevel(Double.NEGATIVE_INFINITY, -1.0, 3, Double.NaN)));

    private static RunRecord after(RunRecord run, RunCommand... commands) {
        RunRecord now = run;
        for (RunCommand command : commands) {
            now = RunMachine.apply(now, command, NOW).run();
        }
        return now;
    }

    private static RunRecord in(RunState state) {
        RunRecord running = after(QUEUED, new RunCommand.Start(5, 100), new RunCommand.Report(REPORT));
        RunRecord run = switch (state) {
            case QUEUED -> QUEUED;
            case RUNNING -> running;
            case BLOCKED -> after(running, new RunCommand.Block("full"));
            case PAUSED -> after(running, new RunCommand.Pause(), new RunCommand.Stopped(20));
            case SUCCEEDED -> after(running, new RunCommand.Succeed("r@1"));
            case FAILED -> after(running, new RunCommand.Fail(ERROR));
            case CANCELLED -> after(running, new RunCommand.Cancel());
        };
        assertThat(run.state()).isEqualTo(state);
        return run;
    }

    @Test
    void shouldKeepWhereItStandsFromOneSnapshotToTheNext() {
        RunRecord started = after(QUEUED, new RunCommand.Start(5, 100));
        assertThat(started.progress().step()).isEqualTo(5);
        assertThat(started.progress().images()).isEqualTo(30);
        assertThat(started.starts()).isEqualTo(1);

        RunRecord reported = after(started, new RunCommand.Report(REPORT), new RunCommand.Snapshot(20));
        assertThat(reported.progress().loss()).isEqualTo(0.5);
        assertThat(reported.starts()).as("a snapshot is progress").isZero();
        assertThat(after(reported, new RunCommand.StepBack(15, "NaN")).progress().step()).isEqualTo(15);
    }

    @Test
    void shouldPauseWhenTheTrainerHasStopped() {
        RunTransition asked = RunMachine.apply(in(RunState.RUNNING), new RunCommand.Pause(), NOW);

        assertThat(asked).isInstanceOfSatisfying(Moved.class, moved -> assertThat(moved.event()).isNull());
        assertThat(asked.run().state()).isEqualTo(RunState.RUNNING);
        assertThat(RunMachine.apply(asked.run(), new RunCommand.Stopped(21), NOW))
                .isInstanceOfSatisfying(Moved.class, moved -> {
                    assertThat(moved.run().state()).isEqualTo(RunState.PAUSED);
                    assertThat(moved.event()).isEqualTo(new TrainingRunEvent.Paused(21));
                });
    }

    @Test
    void shouldGoBackToTheQueueWhenItIsResumedBeforeTheTrainerHasStopped() {
        RunRecord run = after(in(RunState.RUNNING), new RunCommand.Pause(),
                new RunCommand.Resume(Owner.SERVER, 9, 2, false), new RunCommand.Stopped(21));

        assertThat(run.state()).isEqualTo(RunState.QUEUED);
        assertThat(run.arrival()).as("it keeps its place").isEqualTo(7);
    }

    @Test
    void shouldGoOnWhenItsProcessHasDied() {
        assertThat(after(in(RunState.BLOCKED), new RunCommand.TakeOver(Owner.SERVER)).state())
                .isEqualTo(RunState.QUEUED);
        assertThat(after(in(RunState.RUNNING), new RunCommand.Pause(), new RunCommand.TakeOver(Owner.SERVER)).state())
                .isEqualTo(RunState.PAUSED);
        assertThat(after(in(RunState.QUEUED), new RunCommand.TakeOver(Owner.COMMAND)).owner())
                .isEqualTo(Owner.COMMAND);
    }

    @ParameterizedTest
    @EnumSource(value = RunState.class, names = {"PAUSED", "FAILED"})
    void shouldResumeAtTheEndOfTheQueue(RunState state) {
        RunRecord run = after(in(state), new RunCommand.Resume(Owner.SERVER, 9, 2, false));

        assertThat(run.state()).isEqualTo(RunState.QUEUED);
        assertThat(run.arrival()).isEqualTo(9);
        assertThat(run.error()).isNull();
        assertThat(run.endedAt()).isNull();
    }

    @ParameterizedTest
    @EnumSource(value = RunState.class, names = {"SUCCEEDED", "FAILED", "CANCELLED"})
    void shouldStayEnded(RunState state) {
        RunRecord ended = in(state);
        for (RunCommand late : List.of(new RunCommand.Start(0, 1), new RunCommand.Report(REPORT),
                new RunCommand.Snapshot(30), new RunCommand.Block("full"), new RunCommand.Unblock(),
                new RunCommand.Deliver(),
                new RunCommand.Undelivered(),
                new RunCommand.StepBack(0, "NaN"), new RunCommand.Stopped(30), new RunCommand.Succeed("r@1"),
                new RunCommand.Fail(ERROR), new RunCommand.Pause())) {
            assertThat(RunMachine.apply(ended, late, NOW)).as(late.toString()).isEqualTo(new Refused(ended));
        }
        assertThat(RunMachine.apply(ended, new RunCommand.Cancel(), NOW)).isEqualTo(new Unchanged(ended));
        assertThat(RunMachine.apply(ended, new RunCommand.TakeOver(Owner.SERVER), NOW))
                .isEqualTo(new Unchanged(ended));
        assertThat(RunMachine.stateEvent(ended).orElseThrow().terminal()).isTrue();
    }

    @Test
    void shouldNotBeCancelledOnceItsResultIsDelivered() {
        RunRecord delivering = after(in(RunState.RUNNING), new RunCommand.Deliver());
        RunRecord afterACrash = after(delivering, new RunCommand.TakeOver(Owner.SERVER));

        assertThat(afterACrash.state()).isEqualTo(RunState.QUEUED);
        for (RunRecord late : List.of(delivering, after(delivering, new RunCommand.Block("full")), afterACrash,
                after(afterACrash, new RunCommand.Start(100, 100)))) {
            assertThat(RunMachine.apply(late, new RunCommand.Cancel(), NOW)).isEqualTo(new Refused(late));
            assertThat(RunMachine.apply(late, new RunCommand.Pause(), NOW)).isEqualTo(new Refused(late));
        }
        assertThat(after(delivering, new RunCommand.Succeed("r@1")).state()).isEqualTo(RunState.SUCCEEDED);
        assertThat(after(delivering, new RunCommand.Fail(ERROR)).state()).isEqualTo(RunState.FAILED);
        assertThat(after(delivering, new RunCommand.Undelivered(), new RunCommand.Cancel()).state())
                .isEqualTo(RunState.CANCELLED);
        assertThat(after(delivering, new RunCommand.Report(REPORT), new RunCommand.Cancel()).state())
                .as("it trains on, so there is no result yet").isEqualTo(RunState.CANCELLED);
    }

    @Test
    void shouldWaitForTheDiskBeforeItStarts() {
        RunRecord blocked = after(QUEUED, new RunCommand.Block("full"));

        assertThat(blocked.state()).isEqualTo(RunState.BLOCKED);
        assertThat(blocked.startedAt()).isNull();
        RunRecord started = after(blocked, new RunCommand.Unblock(), new RunCommand.Start(5, 100));
        assertThat(started.state()).isEqualTo(RunState.RUNNING);
        assertThat(started.startedAt()).isEqualTo(NOW);
        assertThat(started.starts()).isEqualTo(1);
    }

    @Test
    void shouldBeForcedUntilItHasASnapshotOfItsOwn() {
        RunRecord forced = after(in(RunState.FAILED), new RunCommand.Resume(Owner.SERVER, 9, 2, true));
        assertThat(forced.force()).isTrue();

        RunRecord restarted = after(forced, new RunCommand.Start(5, 100), new RunCommand.TakeOver(Owner.SERVER),
                new RunCommand.Start(5, 100));
        assertThat(restarted.force()).isTrue();
        assertThat(after(restarted, new RunCommand.Snapshot(10)).force()).isFalse();
        assertThat(after(QUEUED, new RunCommand.Resume(Owner.SERVER, 9, 2, true)).force()).isTrue();
        assertThat(after(restarted, new RunCommand.Fail(ERROR), new RunCommand.Resume(Owner.SERVER, 10, 1, false))
                .force()).as("what was asked for last counts").isFalse();
    }

    @Test
    void shouldReadARecordOfAnEarlierVersion() {
        String early = Json.MAPPER.writeValueAsString(QUEUED).replace("\"force\":false,", "")
                .replace("\"delivering\":false,", "");

        assertThat(early).doesNotContain("force", "delivering");
        assertThat(Json.MAPPER.readValue(early, RunRecord.class)).isEqualTo(QUEUED);
    }

    @ParameterizedTest
    @EnumSource(value = RunState.class, names = {"QUEUED", "RUNNING", "BLOCKED", "PAUSED"})
    void shouldBeCancelledAtOnce(RunState state) {
        assertThat(after(in(state), new RunCommand.Cancel()).state()).isEqualTo(RunState.CANCELLED);
    }

    @ParameterizedTest
    @EnumSource(RunState.class)
    void shouldComeBackFromItsFile(RunState state) {
        RunRecord run = in(state);

        assertThat(Json.MAPPER.readValue(Json.MAPPER.writeValueAsString(run), RunRecord.class)).isEqualTo(run);
    }

    static Stream<TrainingRunEvent> events() {
        return Stream.of(new TrainingRunEvent.Queued(1), new TrainingRunEvent.Started(0, 9), REPORT,
                new TrainingRunEvent.Snapshot(5), new TrainingRunEvent.Sheet(5, "/x"),
                new TrainingRunEvent.Warning("w"), new TrainingRunEvent.Blocked("full"),
                new TrainingRunEvent.Unblocked(), new TrainingRunEvent.SteppedBack(5, "NaN"),
                new TrainingRunEvent.Paused(5), new TrainingRunEvent.Resumed(1),
                new TrainingRunEvent.Succeeded("r@1"), new TrainingRunEvent.Succeeded(null),
                new TrainingRunEvent.Failed(ERROR), new TrainingRunEvent.Cancelled());
    }

    @ParameterizedTest
    @MethodSource("events")
    void shouldComeBackFromTheWire(TrainingRunEvent event) {
        String data = TrainingRunEventJson.write(event);

        assertThat(data).doesNotContain("Infinity", "\"type\"", "\"terminal\"");
        assertThat(TrainingRunEventJson.read(event.type(), data)).isEqualTo(event);
    }
}
