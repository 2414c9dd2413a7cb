package dev.pathline.standalone.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pathline.common.image.Png;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What {@code sample} makes of labels and of settings without effect. */
class SampleSettingsTest {

    @TempDir
    private Path folder;
    private Path models;
    private Path out;

    /** The exact mixture, whose classes are called like the indices of others. */
    @BeforeEach
    void numbered() throws Exception {
        models = folder.resolve("models");
        out = folder.resolve("out.png");
        Path from = CommandRun.MODELS.resolve("mixture-2d/1");
        Path to = models.resolve("mixture-2d/1");
        try (var files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Path target = to.resolve(from.relativize(file).toString());
                if (Files.isDirectory(file)) {
                    Files.createDirectories(target);
                } else {
                    Files.copy(file, target);
                }
            }
        }
        Files.deleteIfExists(to.resolve("manifest.json"));
        Path card = to.resolve("pathline.json");
        Files.writeString(card, Files.readString(card).replaceAll("\"classes\"\\s*:\\s*\\[[^\\]]*]",
                "\"classes\": [\"1\", \"2\"]"));
    }

    private CommandRun sample(String... options) {
        var all = new ArrayList<>(List.of("sample", "mixture-2d", "--count", "2", "--steps", "2", "--seed", "7", "-o",
                out.toString()));
        all.addAll(List.of(options));
        return CommandRun.on(models, all.toArray(String[]::new));
    }

    @ParameterizedTest
    @CsvSource(quoteCharacter = '~', value = {"0,1", "1,2", "\"1\",1", "\"2\",2"})
    void shouldTakeAnIntegerForAnIndex(String label, String name) throws Exception {
        CommandRun run = sample("--label", label);

        assertThat(run.code()).as(run.output()).isZero();
        byte[] file = Files.readAllBytes(out);
        assertThat(Png.decode(file).width()).isPositive();
        assertThat(new String(file, StandardCharsets.ISO_8859_1)).contains("label\0" + name);
    }

    @ParameterizedTest
    @CsvSource(quoteCharacter = '~',
            value = {"2,no class 2", "-1,no class -1", "\"0\",no class '0'", "one,no class 'one'"})
    void shouldSayWhichClassesThereAre(String label, String words) {
        CommandRun run = sample("--label", label);

        assertThat(run.code()).isEqualTo(1);
        assertThat(run.output()).contains(words, "0 to 1");
        assertThat(out).doesNotExist();
    }

    @Test
    void shouldSayWhatChangesNothing() {
        assertThat(sample("--cfg-scale", "3", "--cfg-rescale", "0.5").output()).contains("cfgScale changes nothing",
                "cfgRescale changes nothing");
        assertThat(sample("--label", "0", "--solver", "ddim", "--noise", "brownian").output())
                .contains("noise changes nothing");
        assertThat(sample("--label", "0", "--cfg-scale", "3").output()).doesNotContain("changes nothing");
    }

    @Test
    void shouldStepFromGivenTimes() throws Exception {
        CommandRun run = CommandRun.on(models, "sample", "mixture-2d", "--count", "2", "--seed", "7", "--times",
                "1,0.5",
                "-o", out.toString());
        assertThat(run.code()).as(run.output()).isZero();
        assertThat(run.output()).contains("2 steps");
        assertThat(Files.readString(out, StandardCharsets.ISO_8859_1)).contains("times\0[1.0, 0.5]");

        assertThat(sample("--times", "1,0.5").output()).contains("times and steps exclude each other");
    }

    @Test
    void shouldTakeTheOptionsOfTheSolver() throws Exception {
        CommandRun churned = sample("--solver", "edm-stochastic", "--churn", "40", "--churn-min",
                "0.05",
                "--churn-max", "50", "--churn-noise", "1.003");
        assertThat(churned.code()).as(churned.output()).isZero();
        assertThat(Files.readString(out, StandardCharsets.ISO_8859_1)).contains("churn\00040.0", "churnMin\0000.05",
                "churnMax\00050.0", "churnNoise\0001.003");

        CommandRun corrected = sample("--solver", "predictor-corrector", "--inner-steps", "3", "--snr", "0.1");
        assertThat(corrected.code()).as(corrected.output()).isZero();
        assertThat(Files.readString(out, StandardCharsets.ISO_8859_1)).contains("innerSteps\0003", "snr\0000.1");

        assertThat(sample("--solver", "annealed-langevin", "--step-size", "0.1", "--inner-steps", "2").code()).isZero();
        assertThat(sample("--solver", "heun", "--churn", "30").output()).contains("has no churn to set");
        assertThat(sample("--solver", "annealed-langevin", "--inner-steps", "101").output())
                .contains("The number innerSteps must be a whole number, 1 to 100, not 101.");
        // What one command line said is not what the next one says.
        assertThat(sample("--solver", "heun").code()).isZero();
    }
}
