package dev.pathline.engine.checkpoint.diffusers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.pathline.engine.checkpoint.Checkpoint;
import dev.pathline.engine.checkpoint.StoredType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An import that does not come to its end leaves no model, and the next one clears up. */
class InterruptedImportTest {

    @TempDir
    private Path folder;

    private Path source;
    private Path target;

    @BeforeEach
    void write() throws IOException {
        source = Pipelines.named("ddpm").writeTo(folder.resolve("source"), StoredType.F32);
        target = folder.resolve("models/ddpm/1");
    }

    /** Imports, and stops for ever in the middle of the weights. */
    static final class Stuck {

        private Stuck() {}

        public static void main(String[] args) throws Exception {
            DiffusersImport.open(ImportRequest.of(Path.of(args[0])), "ddpm").write(Path.of(args[1]), "1", bytes -> {
                System.out.println("copying");
                try {
                    new CountDownLatch(1).await();
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            });
        }
    }

    private Process stuck() throws IOException {
        Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-cp",
                System.getProperty("java.class.path"), Stuck.class.getName(), source.toString(), target.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT).start();
        assertThat(process.inputReader().readLine()).isEqualTo("copying");
        return process;
    }

    private void imports() throws IOException {
        DiffusersImport.open(ImportRequest.of(source), "ddpm").write(target, "1", bytes -> {
        });
    }

    private static List<String> entries(Path directory) throws IOException {
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.map(entry -> entry.getFileName().toString()).toList();
        }
    }

    @Test
    void shouldLeaveNoModelWhenItIsKilledAndClearUpLater() throws Exception {
        Process process = stuck();
        try {
            assertThat(target).doesNotExist();
            assertThat(entries(target.getParent())).singleElement().asString().startsWith(".1.").endsWith(".part");
        } finally {
            process.destroyForcibly().waitFor();
        }
        assertThat(target).doesNotExist();

        imports();
        assertThat(entries(target.getParent())).containsExactly("1");
        assertThat(Checkpoint.read(target).card().name()).isEqualTo("ddpm");
        assertThat(entries(target)).containsExactlyInAnyOrder("pathline.json", "model_index.json", "scheduler", "unet");
    }

    @Test
    void shouldLeaveAnImportAloneThatIsStillAtWork() throws Exception {
        Process process = stuck();
        try {
            imports();
            assertThat(entries(target.getParent())).hasSize(2).contains("1");
        } finally {
            process.destroyForcibly().waitFor();
        }
    }

    @Test
    void shouldLeaveNothingOnAFullDisk() throws Exception {
        Path disk = Files.createDirectory(folder.resolve("disk"));
        assumeTrue(run("mount", "-t", "tmpfs", "-o", "size=64k", "none", disk.toString()),
                "a small file system cannot be mounted");
        try {
            target = disk.resolve("ddpm/1");
            assertThatThrownBy(this::imports).isInstanceOf(IOException.class).hasMessageContaining("No space left");
            assertThat(entries(disk)).isEmpty();
        } finally {
            run("umount", disk.toString());
        }
    }

    @Test
    void shouldLeaveNothingWhereAFolderCannotBe() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "in the way");
        target = file.resolve("ddpm/1");
        assertThatThrownBy(this::imports).isInstanceOf(IOException.class);
        assertThat(file).hasContent("in the way");
    }

    private static boolean run(String... command) throws Exception {
        return new ProcessBuilder(command).redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD).start().waitFor() == 0;
    }
}
