package dev.pathline.trainer.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BuildCommitTest {

    private static final Path WRITER = Path.of("../.build/Commit.java").toAbsolutePath().normalize();

    @TempDir
    private Path folder;

    private static String run(Path where, Map<String, String> environment, String... command) throws Exception {
        var builder = new ProcessBuilder(command).directory(where.toFile()).redirectErrorStream(true);
        builder.environment().remove("PATHLINE_COMMIT");
        builder.environment().putAll(environment);
        Process process = builder.start();
        String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        assertThat(process.waitFor()).as(printed).isZero();
        return printed;
    }

    private static String git(Path where, String... arguments) throws Exception {
        var command = new ArrayList<>(List.of("git", "-c", "user.name=x", "-c", "user.email=x@example.org"));
        command.addAll(List.of(arguments));
        return run(where, Map.of(), command.toArray(String[]::new));
    }

    /** What the build would write for a repository. */
    private String written(Path repository, Map<String, String> environment) throws Exception {
        Path file = folder.resolve("target/commit.properties");
        run(folder, environment, Path.of(System.getProperty("java.home"), "bin", "java").toString(), WRITER.toString(),
                repository.toString(), file.toString());
        try (var in = Files.newInputStream(file)) {
            return BuildCommit.read(in);
        }
    }

    @Test
    void shouldBeThatOfTheRepositoryWhetherItWasChangedOrNot() throws Exception {
        Path repository = Files.createDirectories(folder.resolve("repository"));
        git(repository, "init", "-q");
        Files.writeString(repository.resolve("code"), "1");
        git(repository, "add", "code");
        git(repository, "commit", "-q", "-m", "first");
        String head = git(repository, "rev-parse", "HEAD");

        Files.writeString(repository.resolve("notes"), "not tracked");
        assertThat(written(repository, Map.of())).isEqualTo(head);
        Files.writeString(repository.resolve("code"), "2");
        assertThat(written(repository, Map.of())).isEqualTo(head + "-dirty");
        Path copy = Files.createDirectories(repository.resolve("vendor/pathline"));
        assertThat(written(copy, Map.of())).as("the commit is another project's").isEqualTo(BuildCommit.UNKNOWN);
    }

    @Test
    void shouldBeThatOfTheEnvironmentWhereThereIsNoRepository() throws Exception {
        assertThat(written(folder, Map.of("PATHLINE_COMMIT", " 0123abc "))).isEqualTo("0123abc");
        assertThat(written(folder, Map.of())).isEqualTo(BuildCommit.UNKNOWN);
    }

    @Test
    void shouldBeUnknownWhereTheBuildSaidNothing() throws IOException {
        assertThat(BuildCommit.read(null)).isEqualTo(BuildCommit.UNKNOWN);
        assertThat(BuildCommit.read(new ByteArrayInputStream(new byte[0]))).isEqualTo(BuildCommit.UNKNOWN);
    }

    @Test
    void shouldComeFromTheBuildAndNotFromTheCurrentFolder() {
        assertThat(BuildCommit.class.getResource("commit.properties")).as("the build writes it").isNotNull();
        assertThat(BuildCommit.id()).matches("[0-9a-f]{7,64}(-dirty)?|unknown");
    }
}
