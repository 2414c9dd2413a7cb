package dev.pathline.standalone.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EvaluateCommandTest {

    @TempDir
    private Path folder;

    @Test
    void shouldPrintOneRowASettingAndMeasureNoneTwice() throws IOException {
        Path json = folder.resolve("report.json");
        Path csv = folder.resolve("report.csv");
        Path plot = folder.resolve("report.svg");
        CommandRun first = CommandRun.of("evaluate", "mixture-2d", "--samples", "100", "--solver", "euler,heun",
                "--steps", "2,4", "--json", json.toString());
        assertThat(first.code()).as(first.output()).isZero();
        assertThat(first.output()).contains("1 of 4: euler, 2 steps", "4 of 4: heun, 4 steps");
        List<String> table = first.output().lines().filter(line -> line.startsWith("|")).toList();
        assertThat(table).hasSize(2 + 1 + 4);
        assertThat(table.getFirst()).contains("setting", "evaluations", "sliced W", "energy");
        assertThat(table.get(2)).startsWith("| real ones: the floor ").contains("[");
        assertThat(table.get(6)).startsWith("| heun, 4 steps ").containsPattern("\\| +7 \\|");

        String kept = Files.readString(json);
        CommandRun second = CommandRun.of("evaluate", "mixture-2d", "--samples", "100", "--solver", "euler,ddim",
                "--steps", "2", "--json", json.toString(), "--csv", csv.toString(), "--plot", plot.toString());
        assertThat(second.code()).as(second.output()).isZero();
        assertThat(second.output()).contains("1 of 2: euler, 2 steps, known already", "2 of 2: ddim, 2 steps\n");
        assertThat(Files.readString(json)).isNotEqualTo(kept).contains(kept.substring(0, kept.indexOf("settings")));
        assertThat(Files.readAllLines(csv)).hasSize(2 + 5);
        assertThat(Files.readString(plot)).startsWith("<?xml").contains("heun", "ddim", "real images");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"--plot x.gif | --plot must be a file that ends in .svg",
        "--plot-metric beauty | --plot-metric must be one of cnnFrechetDistance", "--samples 3 | 10 to 10000",
        "--noise x.npy | must be independent or brownian", "--solver euler,heum | heum",
        "--classifier ../metrics/fashion-classifier | takes images of shape"})
    void shouldSayInASentenceWhatIsWrong(String line, String sentence) {
        CommandRun run = CommandRun.of(("evaluate mixture-2d " + line).split(" "));

        assertThat(run.code()).isEqualTo(1);
        assertThat(run.output()).contains(sentence);
    }

    @Test
    void shouldRefuseAFileOfOtherMeasurements() throws IOException {
        Path json = Files.writeString(folder.resolve("other.json"), "{}");
        CommandRun run = CommandRun.of("evaluate", "mixture-2d", "--json", json.toString());

        assertThat(run.code()).isEqualTo(1);
        assertThat(run.output()).contains("other.json is there already", "name another file");
        assertThat(Files.readString(json)).isEqualTo("{}");
    }
}
