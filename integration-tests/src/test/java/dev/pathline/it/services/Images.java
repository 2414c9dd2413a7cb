package dev.pathline.it.services;

import dev.pathline.common.testing.Programs;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.springframework.util.FileSystemUtils;

/** The images of the three services, made by the Dockerfile from the jars of this build. */
final class Images {

    /** Their tag. */
    static final String TAG = "it";

    private static final List<String> TARGETS = List.of("api", "worker", "trainer");
    private static final List<String> MODULES = List.of("api-service", "inference-worker", "trainer-service");
    /** Where the jars are for the builder, which sees nothing outside the repository. */
    private static final String JARS = "jars";

    private static boolean made;

    private Images() {}

    /** Makes them, once. Where Docker does not run the test is skipped, but not where all has to be there. */
    static synchronized void require() throws IOException, InterruptedException {
        Programs.require(runs("docker", "info"), "Docker does not run here");
        if (made) {
            return;
        }
        Path jars = Services.ROOT.resolve(JARS);
        FileSystemUtils.deleteRecursively(jars);
        Files.createDirectories(jars);
        try {
            for (String module : MODULES) {
                Path jar = jar(module);
                Files.copy(jar, jars.resolve(jar.getFileName()), StandardCopyOption.REPLACE_EXISTING);
            }
            for (String target : TARGETS) {
                run(List.of("docker", "build", "--target", target, "--build-arg", "JARS=" + JARS, "-t",
                        name(target), "."), Map.of());
            }
        } finally {
            FileSystemUtils.deleteRecursively(jars);
        }
        made = true;
    }

    static String name(String target) {
        return "pathline-" + target + ":" + TAG;
    }

    /** The application of a module, as it was packaged. */
    static Path jar(String module) throws IOException {
        try (Stream<Path> files = Files.list(Services.ROOT.resolve(module).resolve("target"))) {
            return files.filter(file -> file.toString().endsWith("-app.jar")).findFirst()
                    .orElseThrow(() -> new AssertionError(module + " was not packaged"));
        }
    }

    /** Runs a command in the repository, which must do. */
    static void run(List<String> command, Map<String, String> environment) throws InterruptedException {
        var said = new StringBuilder();
        int status = run(command, environment, said);
        if (status != 0) {
            throw new AssertionError(command + " ended with " + status + ":\n" + said);
        }
    }

    /** Whether a command can be run and does. */
    static boolean runs(String... command) throws InterruptedException {
        try {
            return run(List.of(command), Map.of(), new StringBuilder()) == 0;
        } catch (UncheckedIOException e) {
            return false;
        }
    }

    private static int run(List<String> command, Map<String, String> environment, StringBuilder said)
            throws InterruptedException {
        try {
            var builder = new ProcessBuilder(command).directory(Services.ROOT.toFile()).redirectErrorStream(true);
            builder.environment().putAll(environment);
            Process process = builder.start();
            said.append(new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
            if (!process.waitFor(1, TimeUnit.MINUTES)) {
                throw new AssertionError(command + " does not end");
            }
            return process.exitValue();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
