package dev.pathline.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The command line as a person uses it: exit codes, and errors of one sentence. */
class CommandLineIT {

    @TempDir
    private Path folder;

    private record Result(int code, String output) {}

    private static Result run(String... arguments) throws Exception {
        return run(Map.of(), arguments);
    }

    private static Result run(Map<String, String> environment, String... arguments) throws Exception {
        try (PathlineProcess process = PathlineProcess.start(environment, arguments)) {
            int code = process.await();
            return new Result(code, process.output());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"serve", "sample", "forward", "models", "solvers", "train", "evaluate", "bench", "alias",
        "gc", "verify", "register", "experiment"})
    void shouldExplainEveryCommand(String command) throws Exception {
        Result result = run(command, "--help");

        assertThat(result.code()).as(result.output()).isZero();
        assertThat(result.output()).startsWith("Usage: pathline " + command);
    }

    @Test
    void shouldListTheShippedModels() throws Exception {
        Result result = run("models");

        assertThat(result.code()).isZero();
        assertThat(result.output()).contains("fashion-flow@1", "ankle boot", "gaussian-2d@1", "mixture-2d@1",
                "right, left");
    }

    @Test
    void shouldSampleTheSamePictureTwice() throws Exception {
        Path first = folder.resolve("a.png");
        Path second = folder.resolve("b.png");
        for (Path out : new Path[]{first, second}) {
            Result result = run("sample", "fashion-flow", "--label", "sneaker", "--count", "4", "--steps", "4",
                    "--seed",
                    "7", "-o", out.toString());
            assertThat(result.code()).as(result.output()).isZero();
            assertThat(result.output()).contains("seed 7");
        }
        assertThat(Files.readAllBytes(first)).isEqualTo(Files.readAllBytes(second)).startsWith((byte) 0x89, (byte) 'P');
    }

    @Test
    void shouldSamplePointsAsNumbersAndAsAPicture() throws Exception {
        Path numbers = folder.resolve("points.npy");
        Path plot = folder.resolve("points.png");
        for (Path out : new Path[]{numbers, plot}) {
            Result result = run("sample", "mixture-2d", "--label", "all", "--count", "9", "--seed", "7", "-o",
                    out.toString());
            assertThat(result.code()).as(result.output()).isZero();
        }
        assertThat(Files.readString(numbers, StandardCharsets.ISO_8859_1)).contains("'shape': (9, 2,)");
        assertThat(numbers).hasSize(128 + 9 * 2 * 4);
        BufferedImage picture = ImageIO.read(plot.toFile());
        assertThat(picture.getWidth()).isEqualTo(picture.getHeight()).isEqualTo(640);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"evaluate nothing | 1 | fashion-flow@1",
        "sample nothing | 1 | fashion-flow@1",
        "sample fashion-flow --label spaceship | 1 | ankle boot",
        "sample fashion-flow --solver magic | 1 | dpm-solver++-2m", "sample fashion-flow --steps 0 | 1 | 1 to 1000",
        "sample fashion-flow --device cuda:7 | 1 | device cpu", "sample | 2 | MODEL",
        "sample fashion-flow --stepz 3 | 2 | --stepz", "trane | 2 | train", "train /no/such.yaml | 1 | /no/such.yaml"})
    void shouldSayInASentenceWhatIsWrong(String line, int code, String word) throws Exception {
        Result result = run(line.split(" "));

        assertThat(result.code()).as(result.output()).isEqualTo(code);
        assertThat(result.output()).contains(word).doesNotContain("\tat ");
        assertThat(result.output().lines().count()).isLessThanOrEqualTo(3);
    }

    @ParameterizedTest
    @ValueSource(strings = {"serve", "sample fashion-flow"})
    void shouldSayThatTheCacheCannotBeWritten(String line) throws Exception {
        Path file = Files.createFile(folder.resolve("file"));

        Result result = run(Map.of("DJL_CACHE_DIR", file.resolve("cache").toString()),
                line.equals("serve") ? new String[]{"serve", "--port", "0"} : line.split(" "));

        assertThat(result.code()).isEqualTo(1);
        assertThat(result.output().lines().toList()).singleElement().asString().contains("DJL_CACHE_DIR");
    }

    @Test
    void shouldSayThatThePictureCannotBeWritten() throws Exception {
        Path file = Files.createFile(folder.resolve("file"));

        Result result = run("sample", "fashion-flow", "--count", "1", "--steps", "1", "-o",
                file.resolve("x.png").toString());

        assertThat(result.code()).isEqualTo(1);
        assertThat(result.output()).contains(file.toString()).doesNotContain("\tat ");
    }
}
