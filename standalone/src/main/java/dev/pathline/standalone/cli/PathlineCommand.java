package dev.pathline.standalone.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The top command. */
@Command(
        name = "pathline",
        mixinStandardHelpOptions = true,
        description = "Train, serve and sample diffusion and flow-map models.",
        subcommands = {TrainCommand.class})
public final class PathlineCommand {

    private PathlineCommand() {}

    /** Runs a command line and returns the exit code. */
    public static int run(String... args) {
        return new CommandLine(new PathlineCommand()).execute(args);
    }
}
