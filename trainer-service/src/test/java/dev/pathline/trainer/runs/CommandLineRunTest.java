package dev.pathline.trainer.runs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pathline.common.port.TrainingRuns.LoggedRunEvent;
import dev.pathline.common.wire.TrainingRunEvent;
import dev.pathline.engine.checkpoint.CheckpointException;
import dev.pathline.engine.training.TrainingException;
import dev.pathline.trainer.delivery.RunResult;
import dev.pathline.trainer.facts.RunReports;
import dev.pathline.trainer.journal.RunJournal;
import dev.pathline.trainer.life.RunLock;
import dev.pathline.trainer.life.RunRecord;
import dev.pathline.trainer.life.RunRecordFile;
import dev.pathline.trainer.run.RunListener;
import dev.pathline.trainer.run.TinyRuns;
import dev.pathline.trainer.specification.TrainingSpecs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.test.StepVerifier;

class CommandLineRunTest {

    @TempDir
    private Path folder;

    private String yaml;

    @BeforeEach
    void prepare() throws IOException {
        yaml = TinyRuns.flow(TinyRuns.data(folder.resolve("data")), 10).replace("sheetEvery: 10", "sheetEvery: 0");
    }

    private RunResult train(String text, boolean force) {
        return new CommandLineRun(TrainingSpecs.read(text, "tiny.yaml"), text, TinyRuns.folders(folder), force,
                Clock.systemUTC(), new RunListener() {
                }).run(TinyRuns.TORCH, TinyRuns.THREAD);
    }

    @Test
    void shouldBeReadToItsLastEndWhereItWasRunAgain() throws IOException {
        train(yaml, false);
        assertThat(train(yaml, false)).isInstanceOfSatisfying(RunResult.Finished.class,
                again -> assertThat(again.alreadyThere()).isTrue());
        Path run = folder.resolve("run");

        StepVerifier.create(RunJournal.open(run).read(0).map(LoggedRunEvent::event)
                .filter(event -> !(event instanceof TrainingRunEvent.Progress
                        || event instanceof TrainingRunEvent.Snapshot)))
                .expectNext(new TrainingRunEvent.Started(0, 10), new TrainingRunEvent.Succeeded("tiny@1"),
                        new TrainingRunEvent.Queued(1), new TrainingRunEvent.Started(10, 10),
                        new TrainingRunEvent.Succeeded("tiny@1"))
                .verifyComplete();
        assertThat(RunReports.html(run, RunJournal.open(run).history())).contains("<dd>succeeded</dd>")
                .doesNotContain("interrupted");
    }

    @Test
    void shouldSayHowTheCommandGoesOnWithOtherSettings() {
        train(yaml, false);
        String changed = yaml.replace("learningRate: 0.003", "learningRate: 0.004").replace("images: 60",
                "images: 120");

        assertThatThrownBy(() -> train(changed, false)).isInstanceOf(CheckpointException.class)
                .hasMessageContaining("optimizer.learningRate was 0.003 and is 0.004")
                .hasMessageContaining("--run").hasMessageContaining("--force").hasMessageNotContaining("POST");
        assertThat(train(changed, true)).isInstanceOf(RunResult.Finished.class);
    }

    @Test
    void shouldNotTrainANameThatAnotherRunTrainsAtThisMoment() throws IOException {
        Path other = Files.createDirectories(folder.resolve("tiny-1"));
        RunRecordFile.write(other, RunRecord.accepted("tiny-1", "tiny", RunRecord.Owner.SERVER, 1, 6, 10,
                Instant.EPOCH));
        try (RunLock _ = RunLock.take(other)) {
            assertThatThrownBy(() -> train(yaml, false)).isInstanceOf(TrainingException.class)
                    .hasMessageContaining("run tiny-1 trains tiny at this moment");
        }
        assertThat(train(yaml, false)).isInstanceOf(RunResult.Finished.class);
    }

    @Test
    void shouldEndAtOnceWhereAFileIsInTheWay() throws IOException {
        Path file = Files.writeString(folder.resolve("models"), "no folder");

        assertThatThrownBy(() -> train(yaml, false)).isInstanceOf(TrainingException.class)
                .hasMessageContaining(file + " is a file, and a folder is needed");
    }
}
