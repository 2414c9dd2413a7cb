package dev.pathline.standalone.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TrainCommandTest {

    @TempDir
    private Path folder;

    private Path spec(String budget) throws IOException {
        return Files.writeString(folder.resolve("points.yaml"), """
                name: points
                data: {format: mixture, components: [{mean: [-1, 0], std: 0.2}, {mean: [1, 0], std: 0.2}]}
                network: {_class_name: MlpDenoiser, sample_shape: [2], hidden_width: 8, num_blocks: 1}
                objective: {type: flow-matching}
                optimizer: {learningRate: 0.01}
                batch: 8
                """ + budget + "\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "-1", "100000", "two"})
    void shouldRefuseThreadsThatCannotBe(String threads) {
        CommandRun run = CommandRun.of("bench", "mixture-2d", "--threads", threads);

        assertThat(run.code()).isEqualTo(2);
        assertThat(run.output()).contains("--threads").doesNotContain("\tat ", "Exception in thread");
    }

    @ParameterizedTest
    @ValueSource(strings = {"--models", "--metrics", "--runs", "--run"})
    void shouldEndAtOnceWhereAFileIsNamedForAFolder(String option) throws IOException {
        Path file = Files.writeString(folder.resolve("file.txt"), "no folder");
        for (Path place : new Path[]{file, file.resolve("below")}) {
            CommandRun run = option.equals("--models")
                    ? CommandRun.on(place, "train", spec("images: 80").toString(), "--runs",
                            "" + folder.resolve("runs"))
                    : CommandRun.on(folder.resolve("models"), "train", spec("images: 80").toString(), option,
                            place.toString());

            assertThat(run.code()).isNotZero();
            assertThat(run.output()).contains(option + " names a folder, but " + file + " is a file");
        }
        assertThat(file).hasContent("no folder");
    }

    @Test
    void shouldTellMistakesAndNothingOfTheProgram() throws IOException {
        CommandRun run = CommandRun.on(folder.resolve("models"), "train", spec("images 80").toString(), "--runs",
                folder.resolve("runs").toString());

        assertThat(run.code()).isNotZero();
        assertThat(run.output()).contains("points.yaml is not YAML: line 7: a ':' is missing").doesNotContain("\tat ",
                "Exception");
    }

    @Test
    void shouldRefuseToReportOnAFolderThatIsNoRuns() throws IOException {
        CommandRun run = CommandRun.plainly("report", folder.toString());

        assertThat(run.code()).isNotZero();
        assertThat(run.output()).contains("is not the folder of a run");
        assertThat(folder.resolve("report.html")).doesNotExist();
    }
}
