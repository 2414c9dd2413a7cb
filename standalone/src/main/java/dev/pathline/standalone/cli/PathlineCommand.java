package dev.pathline.standalone.cli;

import dev.pathline.standalone.cli.experiment.ExperimentCommand;
import dev.pathline.standalone.cli.keys.KeysCommand;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParameterException;

/** The top command. Errors are one sentence on the standard error, never a stack trace. */
@Command(name = "pathline", mixinStandardHelpOptions = true, version = "pathline 0.1.0",
        description = "Train, serve and sample diffusion and flow-map models.", synopsisSubcommandLabel = "COMMAND",
        footer = {
            "", "Without a command, pathline serves at http://localhost:8080."},
        subcommands = {ServeCommand.class,
            SampleCommand.class, PairsCommand.class, ForwardCommand.class, ModelsCommand.class, SolversCommand.class,
            TrainCommand.class, DistillCommand.class,
            ReportCommand.class,
            EvaluateCommand.class, BenchCommand.class, ImportCommand.class, ExportCommand.class, RegisterCommand.class,
            AliasCommand.class, VerifyCommand.class, GcCommand.class, ExperimentCommand.class,
            KeysCommand.class})
public final class PathlineCommand {

    private static final String DEBUG = "PATHLINE_DEBUG";

    private PathlineCommand() {}

    /** Runs a command line and returns the exit code: 0 done, 1 failed, 2 wrong usage. */
    public static int run(String... args) {
        CommandLine line = new CommandLine(new PathlineCommand());
        line.setCaseInsensitiveEnumValuesAllowed(true);
        line.setParameterExceptionHandler(PathlineCommand::wrongUsage);
        line.setExecutionExceptionHandler((e, command, result) -> {
            command.getErr().println("pathline " + command.getCommandName() + ": " + sentence(e));
            if (System.getenv(DEBUG) != null) {
                e.printStackTrace(command.getErr());
            }
            return CommandLine.ExitCode.SOFTWARE;
        });
        return line.execute(args.length == 0 ? new String[]{"serve"} : args);
    }

    private static int wrongUsage(ParameterException e, String[] args) {
        CommandLine command = e.getCommandLine();
        command.getErr().println("pathline: " + inWords(e.getMessage()));
        if (!CommandLine.UnmatchedArgumentException.printSuggestions(e, command.getErr())) {
            command.getErr().println("See '" + command.getCommandSpec().qualifiedName() + " --help'.");
        }
        return CommandLine.ExitCode.USAGE;
    }

    /** picocli calls numbers by their types in Java. */
    private static String inWords(@Nullable String message) {
        return String.valueOf(message).replaceAll("is not an? (int|long|short)$", "is not a whole number, or too large")
                .replaceAll("is not an? (double|float)$", "is not a number").replace("for option option", "for option");
    }

    /** What a person needs to know of an exception. */
    static String sentence(Throwable e) {
        @Nullable
        String message = e.getMessage();
        if (e instanceof OutOfMemoryError) {
            return "there is not enough memory: use fewer samples at once, or give the JVM more";
        }
        return message == null || message.isBlank()
                ? e.getClass().getSimpleName() + " (set " + DEBUG + "=1 to see where)"
                : message;
    }
}
