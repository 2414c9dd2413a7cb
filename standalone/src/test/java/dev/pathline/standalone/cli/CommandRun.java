package dev.pathline.standalone.cli;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * A command line that was run in this JVM, on the shipped models and the CPU.
 *
 * @param code the exit code
 * @param output what it said, errors included
 */
record CommandRun(int code, String output) {

    static final Path MODELS = Path.of("../models");

    static CommandRun of(String... arguments) {
        return on(MODELS, arguments);
    }

    static CommandRun on(Path models, String... arguments) {
        var all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of("--models", models.toString(), "--device", "cpu"));
        return plainly(all.toArray(String[]::new));
    }

    /** A command line whose output is heard while it runs: all of it so far, after each line. */
    static CommandRun heard(Consumer<String> listener, String... arguments) {
        var all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of("--models", MODELS.toString(), "--device", "cpu"));
        var bytes = new ByteArrayOutputStream() {
            @Override
            public synchronized void flush() throws IOException {
                listener.accept(toString(StandardCharsets.UTF_8));
            }
        };
        return run(bytes, all.toArray(String[]::new));
    }

    /** A command line as it is, for a command that has neither models nor a device. */
    static CommandRun plainly(String... arguments) {
        return run(new ByteArrayOutputStream(), arguments);
    }

    private static CommandRun run(ByteArrayOutputStream bytes, String... arguments) {
        PrintStream out = System.out;
        PrintStream err = System.err;
        try (var print = new PrintStream(bytes, true, StandardCharsets.UTF_8)) {
            System.setOut(print);
            System.setErr(print);
            int code = PathlineCommand.run(arguments);
            return new CommandRun(code, bytes.toString(StandardCharsets.UTF_8));
        } finally {
            System.setOut(out);
            System.setErr(err);
        }
    }
}
