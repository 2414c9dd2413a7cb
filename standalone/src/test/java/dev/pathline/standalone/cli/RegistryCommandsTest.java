package dev.pathline.standalone.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands of the registry, on a copy of a shipped model. */
class RegistryCommandsTest {

    private static final Path SHIPPED = Path.of("../models/gaussian-2d/1");

    @TempDir
    private Path models;

    private record Result(int code, String output) {}

    private Result run(String... words) {
        var all = new ArrayList<>(List.of(words));
        all.addAll(List.of("--models", models.toString()));
        PrintStream out = System.out;
        PrintStream err = System.err;
        var bytes = new ByteArrayOutputStream();
        try (var print = new PrintStream(bytes, true, StandardCharsets.UTF_8)) {
            System.setOut(print);
            System.setErr(print);
            return new Result(PathlineCommand.run(all.toArray(String[]::new)), bytes.toString(StandardCharsets.UTF_8));
        } finally {
            System.setOut(out);
            System.setErr(err);
        }
    }

    @BeforeEach
    void register() {
        assertThat(run("register", SHIPPED.toString()).output()).startsWith("registered gaussian-2d@1");
        assertThat(run("register", SHIPPED.toString(), "--version", "2").code()).isZero();
    }

    @Test
    void shouldFindTheSameContentAgain() throws Exception {
        assertThat(run("register", SHIPPED.toString()).output()).startsWith("was there already: gaussian-2d@1");
        assertThat(run("register", models.toString()).output()).contains("is no checkpoint");
        Path card = Files.writeString(Files.createDirectories(models.resolve("cut")).resolve("pathline.json"),
                "{\"name\"");
        assertThat(run("register", models.resolve("cut").toString()).output()).contains(card + ": ", "is not JSON");
    }

    @Test
    void shouldMoveAliasesAndShowThem() {
        assertThat(run("alias", "gaussian-2d@1", "champion").output())
                .contains("gaussian-2d@champion is version 1 now, it is new");
        assertThat(run("alias", "gaussian-2d@2", "champion", "--expected", "2")).satisfies(result -> {
            assertThat(result.code()).isEqualTo(1);
            assertThat(result.output()).contains("is version 1, not as expected");
        });
        assertThat(run("alias", "gaussian-2d@2", "champion", "--expected", "1").output()).contains("was version 1");
        assertThat(run("models").output()).contains("aliases  champion", "created", "content ");
        assertThat(run("alias", "gaussian-2d", "7").output()).contains("the first a letter, not '7'");
        assertThat(run("alias", "gaussian-2d", "champion", "--delete").output()).contains("is gone, it was version 2");
        assertThat(run("alias", "gaussian-2d", "champion", "--delete").output()).contains("there is no alias");
    }

    @Test
    void shouldCollectInTwoSteps() {
        String[] gc = {"gc", "--keep", "1", "--min-age", "0", "--grace", "0", "--no-servers"};
        assertThat(run("gc", "--keep", "1", "--min-age", "0", "--dry-run").output()).contains("retired   gaussian-2d@1",
                "dry run");
        assertThat(run(gc).output()).contains("retired   gaussian-2d@1");
        assertThat(run("models").output()).contains("gaussian-2d@2").doesNotContain("gaussian-2d@1");
        assertThat(run(gc).output()).contains("removed   gaussian-2d@1");
        assertThat(models.resolve("gaussian-2d/1")).isDirectoryNotContaining("glob:**/pathline.json");
        assertThat(run(gc).output()).contains("nothing to do");
        assertThat(run("gc", "--keep", "0").output()).contains("--keep must be at least 1");
    }

    @Test
    void shouldRefuseAGracePeriodThatServersCannotKeepUpWith() {
        for (String minutes : List.of("0", "14")) {
            Result refused = run("gc", "--keep", "1", "--min-age", "0", "--grace", minutes);
            assertThat(refused.code()).isEqualTo(1);
            assertThat(refused.output()).contains("--grace must be at least 15 minutes, not " + minutes,
                    "--no-servers");
        }
        assertThat(run("gc", "--grace", "-1", "--no-servers").output()).contains("--grace 0 or more");
        assertThat(run("gc", "--grace", "soon")).satisfies(result -> {
            assertThat(result.code()).isEqualTo(2);
            assertThat(result.output()).contains("--grace", "'soon' is not a whole number");
        });
        assertThat(run("models").output()).contains("gaussian-2d@1", "gaussian-2d@2");
    }

    @Test
    void shouldCollectTheOthersAndReportWhatIsBroken() throws Exception {
        Path hats = models.resolve("hats/1");
        Files.createDirectories(hats);
        Files.writeString(hats.resolve("manifest.json"), "{");

        Result result = run("gc", "--keep", "1", "--min-age", "0");

        assertThat(result.code()).isEqualTo(1);
        assertThat(result.output()).contains("retired   gaussian-2d@1",
                "problem   " + hats.resolve("manifest.json") + ": it is not a manifest");
    }

    @Test
    void shouldNameTheFileThatDiffers() throws Exception {
        assertThat(run("verify")).satisfies(result -> {
            assertThat(result.code()).isZero();
            assertThat(result.output()).contains("right     gaussian-2d@1, 3 files", "right     gaussian-2d@2");
        });
        Path config = models.resolve("gaussian-2d/1/network/config.json");
        Files.writeString(config, Files.readString(config) + " ");
        assertThat(run("verify", "gaussian-2d@1")).satisfies(result -> {
            assertThat(result.code()).isEqualTo(1);
            assertThat(result.output()).contains("differs   gaussian-2d@1: network/config.json has SHA-256");
        });
        Files.delete(models.resolve("gaussian-2d/2/manifest.json"));
        assertThat(run("verify", "gaussian-2d@2").output()).contains("unsealed  gaussian-2d@2");
        assertThat(run("verify", "gaussian-2d@2", "--seal").output()).contains("sealed    gaussian-2d@2", "right");
    }

    /** A copy by hand that has come to the card, with and without the manifest of where it came from. */
    @Test
    void shouldNotSeeAVersionThatIsHalfCopied() throws Exception {
        Path half = Files.createDirectories(models.resolve("gaussian-2d/3"));
        for (String file : List.of("pathline.json", "manifest.json")) {
            Files.writeString(half.resolve(file), Files.readString(models.resolve("gaussian-2d/2").resolve(file))
                    .replace("\"version\" : \"2\"", "\"version\" : \"3\""));
        }
        for (int turn = 0; turn < 2; turn++) {
            assertThat(run("models").output()).contains("gaussian-2d@2", "skipped " + half + ": it is not whole")
                    .doesNotContain("gaussian-2d@3");
            assertThat(run("verify")).satisfies(result -> {
                assertThat(result.code()).isEqualTo(1);
                assertThat(result.output()).contains("broken    " + half + ": it is not whole",
                        "right     gaussian-2d@2");
            });
            assertThat(run("alias", "gaussian-2d@3", "champion").code()).isEqualTo(1);
            assertThat(run("verify", "gaussian-2d@3").output()).contains("there is no model",
                    half + ": it is not whole");
            Files.deleteIfExists(half.resolve("manifest.json"));
        }
        Path network = models.resolve("gaussian-2d/2/network");
        Files.createDirectories(half.resolve("network"));
        Files.copy(network.resolve("config.json"), half.resolve("network/config.json"));
        assertThat(run("models").output()).doesNotContain("gaussian-2d@3");
        Files.copy(network.resolve("diffusion_pytorch_model.safetensors"),
                half.resolve("network/diffusion_pytorch_model.safetensors"));
        assertThat(run("models").output()).contains("gaussian-2d@3").doesNotContain("skipped");
        assertThat(run("verify", "gaussian-2d@3", "--seal").output()).contains("sealed    gaussian-2d@3", "right");
    }

    @Test
    void shouldRefusePlacesThatAreNone() {
        var options = List.of("models", "--models", "s3://Bucket");
        assertThat(PathlineCommand.run(options.toArray(String[]::new))).isEqualTo(1);
    }
}
