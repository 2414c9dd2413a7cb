package dev.pathline.trainer.runs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pathline.common.wire.TrainingRunEvent;
import dev.pathline.engine.training.TrainingException;
import dev.pathline.trainer.life.RunCommand;
import dev.pathline.trainer.life.RunFiles;
import dev.pathline.trainer.life.RunLock;
import dev.pathline.trainer.life.RunRecord.Owner;
import dev.pathline.trainer.life.RunRecord;
import dev.pathline.trainer.life.RunRecordFile;
import dev.pathline.trainer.life.RunState;
import dev.pathline.trainer.life.RunTransition;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two homes of one folder are two processes: they know of each other by what is on disk alone. */
class RunHomeTest {

    @TempDir
    private Path folder;

    private RunHome one;
    private RunHome other;

    @BeforeEach
    void accept() throws IOException {
        RunRecordFile.write(folder, RunRecord.accepted("r", "r", Owner.SERVER, 7, 6, 100, Instant.EPOCH));
        one = home();
        other = home();
    }

    private RunHome home() {
        return new RunHome(folder, RunRecordFile.read(folder).orElseThrow(), Clock.systemUTC());
    }

    private static RunTransition change(RunHome home, RunCommand command) throws IOException {
        return home.alone(() -> home.decide(command));
    }

    @Test
    void shouldChangeWhatTheOtherHasWritten() throws IOException {
        change(one, new RunCommand.Pause());
        change(other, new RunCommand.Cancel());

        RunTransition late = change(one, new RunCommand.Resume(Owner.SERVER, 8, 1, false));

        assertThat(late).isInstanceOf(RunTransition.Refused.class);
        assertThat(RunRecordFile.read(folder).orElseThrow().state()).isEqualTo(RunState.CANCELLED);
        assertThat(Files.readAllLines(folder.resolve(RunFiles.EVENTS))).hasSize(2)
                .satisfiesExactly(line -> assertThat(line).startsWith("{\"id\":1,").contains("\"type\":\"paused\""),
                        line -> assertThat(line).startsWith("{\"id\":2,").contains("\"type\":\"cancelled\""));
    }

    @Test
    void shouldLeaveARunAloneThatTheOtherHolds() throws IOException {
        try (RunLock _ = RunLock.take(folder)) {
            one.hold();
            one.apply(new RunCommand.Start(0, 100));

            assertThatThrownBy(() -> change(other, new RunCommand.Cancel())).isInstanceOf(TrainingException.class);
            assertThatThrownBy(() -> other.apply(new RunCommand.Cancel())).isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("does not hold it");
            assertThat(change(one, new RunCommand.Pause()).run().pausing()).isTrue();
            one.letGo();
        }
        assertThat(RunRecordFile.read(folder).orElseThrow().pausing()).isTrue();
        assertThat(change(other, new RunCommand.Cancel()).run().state()).isEqualTo(RunState.CANCELLED);
    }

    @Test
    void shouldNotDoWhatItCannotWrite() throws IOException {
        Path saved = Files.move(folder.resolve(RunRecordFile.NAME), folder.resolve("saved"));
        Path inTheWay = Files.createDirectory(folder.resolve(RunRecordFile.NAME));

        assertThatThrownBy(() -> change(one, new RunCommand.Cancel())).isInstanceOf(IOException.class);

        assertThat(one.run().state()).isEqualTo(RunState.QUEUED);
        assertThat(one.journal().last()).isNull();
        Files.delete(inTheWay);
        Files.move(saved, inTheWay);
        assertThat(change(one, new RunCommand.Cancel()).run().state()).isEqualTo(RunState.CANCELLED);
    }

    @Test
    void shouldTellWhatAProcessThatDiedHasWrittenAndNotTold() throws IOException {
        RunRecordFile.write(folder, change(one, new RunCommand.Cancel()).run());
        Files.delete(folder.resolve(RunFiles.EVENTS));

        assertThat(home().journal().last()).as("whoever looks appends it")
                .isEqualTo(new TrainingRunEvent.Cancelled());
        assertThat(Files.readAllLines(folder.resolve(RunFiles.EVENTS))).hasSize(1);
    }
}
