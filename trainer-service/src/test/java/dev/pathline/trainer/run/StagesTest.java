package dev.pathline.trainer.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pathline.engine.checkpoint.Checkpoint;
import dev.pathline.engine.checkpoint.TensorData;
import dev.pathline.engine.training.OtherSettingsException;
import dev.pathline.trainer.delivery.RunFolders;
import dev.pathline.trainer.delivery.RunResult;
import dev.pathline.trainer.specification.TrainingSpec;
import dev.pathline.trainer.specification.fields.SpecException;
import dev.pathline.trainer.specification.teaching.TeachingSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Chains of stages: each begins from the one before, and one model is delivered. */
class StagesTest {

    private static final int STEPS = 12;

    @TempDir
    private Path folder;

    private Path data = Path.of("");

    @BeforeEach
    void trainATeacher() throws IOException {
        data = TinyRuns.data(folder.resolve("data"));
        TinyRuns.run(folder, TinyRuns.flow(data, 10));
    }

    /** Progressive distillation from 4 steps to 1. */
    private String chain() {
        String flow = TinyRuns.flow(data, STEPS).replace("name: tiny", "name: student").replace("sheetEvery: 10",
                "sheetEvery: 6");
        int from = flow.indexOf("objective:");
        int to = flow.indexOf("optimizer:");
        return flow.substring(0, from) + flow.substring(to) + """
                start: {model: tiny}
                stages:
                  - objective: {type: progressive-distillation, steps: 4}
                    teacher: {model: tiny, cfgScale: 2}
                  - objective: {type: progressive-distillation, steps: 2}
                    teacher: previous
                    images: 36
                  - objective: {type: progressive-distillation, steps: 1}
                    teacher: previous
                """;
    }

    private RunFolders folders(String run) {
        return new RunFolders(folder.resolve(run), TinyRuns.models(folder.resolve("models")),
                folder.resolve("metrics"));
    }

    private RunResult run(String run, String yaml, RunListener listener) throws IOException {
        return new TrainingRun(TinyRuns.spec(folder, yaml), folders(run)).run(TinyRuns.TORCH, TinyRuns.THREAD,
                listener);
    }

    private static void assertSame(Map<String, TensorData> a, Map<String, TensorData> b) {
        assertThat(a.keySet()).isEqualTo(b.keySet());
        a.forEach((name, tensor) -> assertThat(tensor.values()).as(name)
                .isEqualTo(Objects.requireNonNull(b.get(name)).values()));
    }

    @Test
    void shouldReadStagesAsSpecificationsOfTheirOwn() throws IOException {
        TrainingSpec spec = TinyRuns.spec(folder, chain());
        assertThat(spec.stages()).hasSize(3);
        assertThat(spec.steps()).isEqualTo(STEPS + 6 + STEPS);
        assertThat(spec.stages().stream().map(TrainingSpec::steps)).containsExactly(12L, 6L, 12L);
        assertThat(spec.stages().stream().map(stage -> stage.teaching().start())).containsExactly("tiny", null, null);
        assertThat(Objects.requireNonNull(spec.stages().get(1).teaching().teacher()).model())
                .isEqualTo(TeachingSpec.PREVIOUS);
        assertThat(spec.name()).isEqualTo("student");
    }

    @Test
    void shouldEndWithOneModelAndTheSameWeightsHoweverOftenItIsStopped() throws IOException {
        var told = new ArrayList<String>();
        RunResult whole = run("run-a", chain(), new RunListener() {
            @Override
            public void prepared(String what, long done, long of) {
                told.add(what);
            }

            @Override
            public void snapshot(long step) {
                told.add("snapshot " + step);
            }

            @Override
            public void sheet(Path file) {
                told.add(String.valueOf(file.getFileName()));
                assertThat(file).exists().hasParent(folder.resolve("run-a/sheets"));
            }
        });
        assertThat(told).containsExactly("stage 1 of 3, progressive-distillation", "snapshot 5", "step-6.png",
                "snapshot 10", "step-12.png", "snapshot 12", "stage 2 of 3, progressive-distillation", "snapshot 17",
                "step-18.png", "snapshot 18", "stage 3 of 3, progressive-distillation", "snapshot 23", "step-24.png",
                "snapshot 28", "step-30.png", "snapshot 30");
        var finished = (RunResult.Finished) whole;
        assertThat(finished.model()).isEqualTo("student@1");
        Checkpoint student = Checkpoint.read(finished.folder());
        assertThat(List.of(student.card().training().teacher(), student.card().training().method()))
                .containsExactly("tiny@1", "progressive-distillation");
        assertThat(folder.resolve("run-a/stages/2/result/pathline.json")).exists();

        int stops = 0;
        RunResult result = new RunResult.Stopped(0, 0);
        while (result instanceof RunResult.Stopped) {
            var training = new TrainingRun(TinyRuns.spec(folder, chain()), folders("run-b"));
            result = training.run(TinyRuns.TORCH, TinyRuns.THREAD, new RunListener() {
                @Override
                public void snapshot(long step) {
                    training.stop();
                }
            });
            if (result instanceof RunResult.Stopped stopped) {
                assertThat(stopped.step()).isBetween(1L, stopped.steps());
                assertThat(stopped.steps()).isEqualTo(30);
                assertThat(++stops).isLessThan(20);
            }
        }
        assertThat(stops).isGreaterThan(3);
        assertThat(((RunResult.Finished) result).alreadyThere()).isTrue();
        assertSame(Checkpoint.read(folder.resolve("run-b/stages/2/result")).weights(),
                Checkpoint.read(folder.resolve("run-a/stages/2/result")).weights());
    }

    @Test
    void shouldRefuseByNameAStageThatWasChangedSince() throws IOException {
        run("run-a", chain(), new RunListener() {
        });
        assertThatThrownBy(() -> run("run-a", chain().replace("cfgScale: 2}\n", "cfgScale: 1.5}\n"), new RunListener() {
        })).isInstanceOf(OtherSettingsException.class).hasMessageContaining("stages/1")
                .hasMessageContaining("teacher.cfgScale");
        assertThat(Files.exists(folder.resolve("models/student/2"))).isFalse();
    }

    private void assertRefused(String yaml, String message) {
        assertThatThrownBy(() -> new TrainingRun(TinyRuns.spec(folder, yaml), folders("run-x")).check(TinyRuns.TORCH))
                .isInstanceOf(SpecException.class).hasMessageContaining(message);
    }

    @Test
    void shouldRefuseStagesThatDoNotFit() throws IOException {
        new TrainingRun(TinyRuns.spec(folder, chain()), folders("run-x")).check(TinyRuns.TORCH);
        assertRefused(chain().replace("teacher: {model: tiny, cfgScale: 2}", "teacher: previous"),
                "stages[0].teacher is previous, which is for a stage that has one before it");
        assertRefused(chain().replace("images: 36", "name: other"),
                "stages[1].name is the whole chain's: say it outside of stages");
        assertRefused(chain().replace("images: 36", "minutes: 3"),
                "stages[1].minutes is there, but stages count steps");
        assertRefused(chain().replace("images: 36", "imagse: 36"), "stages[1].imagse is unknown");
        assertRefused(chain().replace("batch: 6", "batch: 0"), "batch must be a whole number from 1 on, not 0");
        assertRefused(chain().substring(0, chain().indexOf("stages:")) + "stages: 3\n",
                "stages must be a list of 1 to 64 objects");
        assertRefused(chain().replace("{type: progressive-distillation, steps: 1}", "{type: flow-matching}"),
                "teacher is there, but objective.type flow-matching has no use for one");
    }
}
