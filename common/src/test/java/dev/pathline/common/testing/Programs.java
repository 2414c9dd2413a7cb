package dev.pathline.common.testing;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/** Programs of this machine that tests need. */
public final class Programs {

    private Programs() {}

    /**
     * Finds a program. Where there is none the test is skipped, but where {@code PATHLINE_CI} says that all is there it fails.
     *
     * @param name its name on the path
     * @param variable of the environment, which may name another one
     */
    public static Path require(String name, String variable) {
        Optional<Path> program = Stream.concat(Stream.ofNullable(System.getenv(variable)).map(Path::of),
                Arrays.stream(System.getenv("PATH").split(File.pathSeparator)).map(folder -> Path.of(folder, name)))
                .filter(Files::isExecutable).findFirst();
        require(program.isPresent(), "there is no " + name + " on the path, and " + variable + " names none");
        return program.orElseThrow();
    }

    /** Skips the test where something is not there, but where {@code PATHLINE_CI} says that all is there it fails. */
    public static void require(boolean there, String otherwise) {
        if (!there && System.getenv("PATHLINE_CI") != null) {
            throw new AssertionError(otherwise);
        }
        Assumptions.assumeTrue(there, otherwise);
    }
}
