package dev.pathline.trainer.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pathline.trainer.specification.TrainingSpec;
import dev.pathline.trainer.specification.fields.SpecException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SpecCheckTest {

    @TempDir
    private Path folder;

    private TrainingSpec check(String yaml, String refusedEnding) {
        return SpecCheck.check(yaml, "spec", path -> path.endsWith(refusedEnding)
                ? Optional.of("may not be read here")
                : Optional.empty(), TinyRuns.TORCH, TinyRuns.folders(folder));
    }

    private String withData(String section) {
        return TinyRuns.flow(folder, 10).replaceFirst("data: \\{.*}", "data: {" + section + "}");
    }

    @Test
    void shouldAcceptWhatCanBeTrained() throws IOException {
        TinyRuns.data(folder);

        assertThat(check(TinyRuns.flow(folder, 10), "elsewhere").data().classes()).hasSize(3);
    }

    /** Not even whether there is such a folder is told. */
    @Test
    void shouldNotLookAtDataThatMayNotBeRead() {
        assertThatThrownBy(() -> check(withData("format: images, path: /no/secret, size: 8"), "secret"))
                .isInstanceOf(SpecException.class).hasMessageContaining("data.path may not be read here")
                .hasMessageNotContaining("no folder");
    }

    @Test
    void shouldRefuseEveryFileThatMayNotBeRead() {
        assertThatThrownBy(() -> check(withData("format: npy, path: x.npy, labels: secret, test: t.npy,"
                + " testLabels: my-secret, classes: [a, b, c]"), "secret")).isInstanceOf(SpecException.class)
                .hasMessageContaining("data.labels may not be read here")
                .hasMessageContaining("data.testLabels may not be read here").hasMessageNotContaining("x.npy");
    }

    @Test
    void shouldNameDataThatCannotBeUsedTogetherWithOtherMistakes() {
        String yaml = withData("format: csv, path: /no/points.csv").replace("seed: 1", "seed: one");

        assertThatThrownBy(() -> check(yaml, "secret")).isInstanceOf(SpecException.class)
                .hasMessageContaining("data cannot be used: there is no file /no/points.csv")
                .hasMessageContaining("seed must be");
    }

    /** A stranger's trajectories are files like any other, and a stranger's teacher is a model that is served here. */
    @Test
    void shouldNameModelsThatAreNotHereAndTrajectoriesThatMayNotBeRead() throws IOException {
        TinyRuns.data(folder);
        String flow = TinyRuns.flow(folder, 10);
        assertThatThrownBy(() -> check(flow + "start: {model: nobody}\n", "secret")).isInstanceOf(SpecException.class)
                .hasMessageContaining("start.model is 'nobody', but there is no such model here");
        String distilled = flow.replace("type: flow-matching\n  time: {distribution: logit-normal, mean: 0, std: 1}",
                "type: progressive-distillation");
        assertThatThrownBy(() -> check(distilled + "teacher: {model: nobody@2}\n", "secret"))
                .isInstanceOf(SpecException.class).hasMessageContaining("teacher.model is 'nobody@2'");
        assertThatThrownBy(() -> check(flow + "trajectories: {path: /no/secret}\n", "secret"))
                .isInstanceOf(SpecException.class).hasMessageContaining("trajectories.path may not be read here")
                .hasMessageNotContaining("no file");
        assertThatThrownBy(() -> check(flow + "stages: [{trajectories: {path: /no/secret}}]\n", "secret"))
                .isInstanceOf(SpecException.class)
                .hasMessageContaining("stages[0].trajectories.path may not be read here");
        assertThatThrownBy(
                () -> check(withData("format: trajectories, path: /no/secret, classes: [dark, upper, lower]"),
                        "secret"))
                .isInstanceOf(SpecException.class).hasMessageContaining("data.path may not be read here");
    }
}
