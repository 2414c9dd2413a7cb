package dev.pathline.trainer.runs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mockito.AdditionalAnswers.delegatesTo;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.Mockito.doAnswer;
import static org.mockito.Mockito.doThrow;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.verify;

import dev.pathline.common.port.ModelStore;
import dev.pathline.common.port.TrainingRuns.LoggedRunEvent;
import dev.pathline.trainer.delivery.RunFolders;
import dev.pathline.trainer.delivery.RunResult;
import dev.pathline.trainer.facts.RunReports;
import dev.pathline.trainer.journal.RunJournal;
import dev.pathline.trainer.life.RunCommand;
import dev.pathline.trainer.life.RunLock;
import dev.pathline.trainer.life.RunRecord.Owner;
import dev.pathline.trainer.life.RunRecord;
import dev.pathline.trainer.life.RunRecordFile;
import dev.pathline.trainer.life.RunState;
import dev.pathline.trainer.life.RunTransition;
import dev.pathline.trainer.run.RunListener;
import dev.pathline.trainer.run.TinyRuns;
import dev.pathline.trainer.specification.TrainingSpec;
import dev.pathline.trainer.specification.TrainingSpecs;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunSessionTest {

    private static final int STEPS = 10;

    @TempDir
    private Path folder;

    private Path run;
    private TrainingSpec spec;
    private ModelStore registry;
    private ModelStore models;
    private RunHome home;
    private RunSession part;

    @BeforeEach
    void accept() throws IOException {
        run = Files.createDirectory(folder.resolve("run"));
        spec = TrainingSpecs.read(TinyRuns.flow(TinyRuns.data(folder.resolve("data")), STEPS)
                .replace("sheetEvery: 10", "sheetEvery: 0"), "tiny.yaml");
        registry = TinyRuns.models(folder.resolve("models"));
        models = mock(ModelStore.class, delegatesTo(registry));
        RunRecordFile.write(run, RunRecord.accepted("tiny", "tiny", Owner.SERVER, 1, spec.batch(), spec.steps(),
                Instant.EPOCH));
        open();
    }

    /** What a new process knows. */
    private void open() {
        home = new RunHome(run, record(), Clock.systemUTC());
    }

    private RunRecord record() {
        return RunRecordFile.read(run).orElseThrow();
    }

    private RunResult train(RunListener listener) throws IOException {
        part = new RunSession(home, spec, new RunFolders(run, models, folder.resolve("metrics")), false,
                List.of(listener));
        try (RunLock taken = RunLock.take(run)) {
            home.hold();
            try {
                return part.run(taken, TinyRuns.TORCH, TinyRuns.THREAD);
            } finally {
                home.letGo();
            }
        }
    }

    private RunTransition change(RunCommand command) {
        try {
            return home.alone(() -> home.decide(command));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private List<String> told() {
        RunJournal journal = RunJournal.open(run);
        var types = new ArrayList<String>();
        for (LoggedRunEvent event = journal.next(0); event != null; event = journal.next(event.position())) {
            types.add(event.event().type());
        }
        return types;
    }

    /** Does something once registering has begun. */
    private void whileRegistering(Runnable action) throws IOException {
        doAnswer(call -> {
            action.run();
            return registry.register(call.getArgument(0));
        }).when(models).register(any());
    }

    /** Keeps the record from being written, and returns what takes that back. */
    private Runnable obstruct() {
        try {
            Path saved = Files.move(run.resolve(RunRecordFile.NAME), run.resolve("saved"));
            Path inTheWay = Files.createDirectory(run.resolve(RunRecordFile.NAME));
            return () -> {
                try {
                    Files.delete(inTheWay);
                    Files.move(saved, inTheWay);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            };
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void shouldLeaveNoModelWhereItIsCancelledAfterTheLastStep() throws IOException {
        RunResult result = train(new RunListener() {
            @Override
            public void snapshot(long step) {
                if (step == STEPS) {
                    assertThat(change(new RunCommand.Cancel()).run().state()).isEqualTo(RunState.CANCELLED);
                }
            }
        });

        assertThat(result).isEqualTo(new RunResult.Stopped(STEPS, STEPS));
        verify(models, never()).register(any());
        assertThat(record().state()).isEqualTo(RunState.CANCELLED);
        assertThat(told()).endsWith("cancelled");
        assertThat(run.resolve(RunReports.FILE)).content().contains("<dd>cancelled</dd>").doesNotContain("goes on");
    }

    @Test
    void shouldNotBeCancelledOnceItsModelIsBeingRegistered() throws IOException {
        whileRegistering(() -> {
            assertThat(change(new RunCommand.Cancel())).isInstanceOf(RunTransition.Refused.class);
            assertThat(change(new RunCommand.Pause())).isInstanceOf(RunTransition.Refused.class);
            assertThat(record().delivering()).as("whoever comes after a crash knows, too").isTrue();
        });

        assertThat(train(new RunListener() {
        })).isInstanceOf(RunResult.Finished.class);

        assertThat(record().state()).isEqualTo(RunState.SUCCEEDED);
        assertThat(record().model()).isEqualTo("tiny@1");
    }

    @Test
    void shouldBeCancelledWhileItsModelCannotBeRegistered() throws IOException {
        doThrow(new IOException("no room")).when(models).register(any());

        RunResult result = train(new RunListener() {
            @Override
            public void blocked(String reason) {
                assertThat(reason).contains("training is done", "no room");
                assertThat(change(new RunCommand.Cancel()).run().state()).isEqualTo(RunState.CANCELLED);
                part.stop();
            }
        });

        assertThat(result).isEqualTo(new RunResult.Stopped(STEPS, STEPS));
        assertThat(record().state()).isEqualTo(RunState.CANCELLED);
        assertThat(told()).endsWith("blocked", "cancelled");
    }

    @Test
    void shouldWaitUntilItsEndIsRecorded() throws IOException {
        var free = new Runnable[1];
        whileRegistering(() -> free[0] = obstruct());

        RunResult result = train(new RunListener() {
            @Override
            public void blocked(String reason) {
                assertThat(reason).contains("the run's record cannot be written", "run.json", "the run waits");
                assertThat(home.run().state()).isEqualTo(RunState.BLOCKED);
                free[0].run();
            }
        });

        assertThat(result).isInstanceOf(RunResult.Finished.class);
        assertThat(record().state()).isEqualTo(RunState.SUCCEEDED);
        assertThat(told()).endsWith("blocked", "succeeded");
    }

    @Test
    void shouldComeToItsEndInAnotherProcessWhereItWasNotRecorded() throws IOException {
        var free = new Runnable[1];
        whileRegistering(() -> free[0] = obstruct());
        train(new RunListener() {
            @Override
            public void blocked(String reason) {
                part.leave();
            }
        });
        free[0].run();

        open();
        assertThat(home.run().state()).isEqualTo(RunState.RUNNING);
        assertThat(change(new RunCommand.TakeOver(Owner.SERVER)).run().state()).isEqualTo(RunState.QUEUED);
        assertThat(change(new RunCommand.Cancel())).as("its model is there").isInstanceOf(RunTransition.Refused.class);
        doAnswer(call -> registry.register(call.getArgument(0))).when(models).register(any());
        RunResult again = train(new RunListener() {
        });

        assertThat(again).isInstanceOfSatisfying(RunResult.Finished.class, done -> {
            assertThat(done.model()).isEqualTo("tiny@1");
            assertThat(done.alreadyThere()).isTrue();
        });
        assertThat(record().state()).isEqualTo(RunState.SUCCEEDED);
    }

    @Test
    void shouldRecordAFailureThatTheDiskRefusesAtFirst() throws IOException {
        var free = new Runnable[1];
        doAnswer(call -> {
            free[0] = obstruct();
            throw new IllegalStateException("broken");
        }).when(models).register(any());

        assertThatThrownBy(() -> train(new RunListener() {
            @Override
            public void blocked(String reason) {
                free[0].run();
            }
        })).hasMessage("broken");

        assertThat(record().state()).isEqualTo(RunState.FAILED);
        assertThat(record().error().message()).contains("should not; the log has the details");
        assertThat(told()).endsWith("blocked", "failed");
    }
}
