package dev.pathline.standalone;

import dev.pathline.standalone.cli.PathlineCommand;

/** The entry point of {@code ./pathline}. */
public final class Pathline {

    private Pathline() {}

    /** Runs a command and exits with its code: 0 done, 1 failed, 2 wrong usage. */
    public static void main(String[] args) {
        System.exit(PathlineCommand.run(args));
    }
}
