package dev.pathline.standalone.cli;

import java.io.Console;
import org.jspecify.annotations.Nullable;

/** Whether a person is watching. */
final class Terminal {

    private Terminal() {}

    /** Returns whether both input and output are a terminal, on which a line can be redrawn. */
    @SuppressWarnings("SystemConsoleNull") // It is null when the JVM runs with jdk.console=java.base and no terminal.
    static boolean isInteractive() {
        @Nullable
        Console console = System.console();
        return console != null && console.isTerminal();
    }
}
