package dev.pathline.standalone.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.pathline.common.image.Png;
import dev.pathline.diffusion.npy.Npy;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@code -o} may name, and what becomes of what is there. */
class OutputFileTest {

    private static final byte[] CONTENT = "numbers".getBytes(StandardCharsets.UTF_8);
    private static final byte[] PNG_START = {(byte) 0x89, 'P', 'N', 'G'};

    private static final byte[] PNG_END = {0, 0, 0, 0, 'I', 'E', 'N', 'D', (byte) 0xAE, 0x42, 0x60, (byte) 0x82};

    @TempDir
    private Path folder;

    private static OutputFile file(Path path) throws Exception {
        return OutputFile.of("-o", path, List.of("png", "npy"));
    }

    private static CommandRun sample(Path out) {
        return CommandRun.of("sample", "gaussian-2d", "--count", "2", "--steps", "2", "--seed", "7", "-o",
                out.toString());
    }

    @ParameterizedTest
    @CsvSource({"a.png,png", "a.PNG,png", "a.npy,npy", "X.NPY,npy", "a,png", ".npy,png", "a.b.Npy,npy"})
    void shouldKnowWhatIsMeantByItsEnding(String name, String ending) throws Exception {
        assertThat(file(folder.resolve(name)).ending()).isEqualTo(ending);
    }

    @ParameterizedTest
    @ValueSource(strings = {"x.npz", "x.jpg", "x.png.gz", "samples.v2"})
    void shouldRefuseAnotherEnding(String name) {
        CommandRun run = sample(folder.resolve(name));

        assertThat(run.code()).isEqualTo(1);
        assertThat(run.output()).contains("-o must end in .png or .npy");
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void shouldWriteTheNumbersWhateverTheCaseOfTheEnding() throws Exception {
        Path out = folder.resolve("X.NPY");

        assertThat(sample(out).code()).isZero();
        assertThat(Npy.read(out).shape()).containsExactly(2, 2);
    }

    @Test
    void shouldWriteIntoADeviceAndLeaveItThere() throws Exception {
        Path full = Path.of("/dev/full");
        assumeTrue(Files.exists(full), "no /dev/full here");
        assertThatIOException().isThrownBy(() -> file(full).write(CONTENT)).withMessageStartingWith(
                "/dev/full cannot be written: ").withMessageContaining("No space left");
        file(Path.of("/dev/null")).write(CONTENT);

        assertThat(Files.isRegularFile(full)).isFalse();
        assertThat(Files.isRegularFile(Path.of("/dev/null"))).isFalse();
    }

    @Test
    void shouldWriteIntoANamedPipe() throws Exception {
        Path pipe = folder.resolve("pipe");
        assumeTrue(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor() == 0, "no mkfifo here");
        CompletableFuture<byte[]> read = CompletableFuture.supplyAsync(() -> {
            try {
                return Files.newInputStream(pipe).readAllBytes();
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        });

        file(pipe).write(CONTENT);

        assertThat(read).succeedsWithin(Duration.ofSeconds(10)).isEqualTo(CONTENT);
        assertThat(Files.isRegularFile(pipe)).isFalse();
    }

    @Test
    void shouldWriteThroughALink() throws Exception {
        Path there = Files.writeString(folder.resolve("there.png"), "old");
        Path link = Files.createSymbolicLink(folder.resolve("link.png"), Path.of("there.png"));
        Path dangling = Files.createSymbolicLink(folder.resolve("dangling.png"), Path.of("made.png"));

        file(link).write(CONTENT);
        file(dangling).write(CONTENT);

        assertThat(link).isSymbolicLink().hasBinaryContent(CONTENT);
        assertThat(there).hasBinaryContent(CONTENT);
        assertThat(dangling).isSymbolicLink();
        assertThat(folder.resolve("made.png")).hasBinaryContent(CONTENT);
    }

    @Test
    void shouldRefuseALinkToItself() throws Exception {
        Path link = folder.resolve("link.png");
        Files.createSymbolicLink(link, Path.of("link.png"));

        assertThatIllegalArgumentException().isThrownBy(() -> file(link)).withMessageContaining("leads back to itself");
    }

    @Test
    void shouldLeaveAReadOnlyFileAsItIs() throws Exception {
        Path out = Files.writeString(folder.resolve("kept.png"), "mine");
        Files.setPosixFilePermissions(out, PosixFilePermissions.fromString("r--r--r--"));

        CommandRun run = sample(out);

        assertThat(run.code()).isEqualTo(1);
        assertThat(run.output()).contains("kept.png is there already and read-only");
        assertThat(out).hasContent("mine");
    }

    @Test
    void shouldKeepThePermissionsOfWhatItReplaces() throws Exception {
        Path out = Files.writeString(folder.resolve("private.png"), "old");
        Files.setPosixFilePermissions(out, PosixFilePermissions.fromString("rw-------"));

        file(out).write(CONTENT);

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(out))).isEqualTo("rw-------");
        assertThat(out).hasBinaryContent(CONTENT);
    }

    @Test
    void shouldRefuseAFolderAndAPathThroughAFile() throws Exception {
        Path there = Files.writeString(folder.resolve("file"), "");

        assertThatIllegalArgumentException().isThrownBy(() -> file(folder)).withMessageContaining("is a folder");
        assertThatIllegalArgumentException().isThrownBy(() -> file(there.resolve("a.png")))
                .withMessageContaining("file is a file");
    }

    @ParameterizedTest
    @ValueSource(strings = {"-", "/dev/stdout"})
    void shouldWriteToTheStandardOutputNothingButThePicture(String name) {
        PrintStream out = System.out;
        var bytes = new ByteArrayOutputStream();
        int code;
        try (var print = new PrintStream(bytes, true, StandardCharsets.UTF_8)) {
            System.setOut(print);
            code = PathlineCommand.run("sample", "gaussian-2d", "--count", "2", "--steps", "2", "-o", name, "--models",
                    CommandRun.MODELS.toString(), "--device", "cpu");
        } finally {
            System.setOut(out);
        }

        assertThat(code).isZero();
        assertThat(bytes.toByteArray()).startsWith(PNG_START).endsWith(PNG_END);
        assertThat(Png.decode(bytes.toByteArray()).width()).isPositive();
        assertThat(Path.of("-")).doesNotExist();
    }
}
