package dev.pathline.standalone;

import dev.pathline.standalone.cli.PathlineCommand;

/** The entry point of {@code ./pathline}. */
public final class Pathline {

    /** Names the configuration of the log; the server, whose log is Spring Boot's, takes it away. */
    public static final String LOG_CONFIGURATION = "logback.configurationFile";

    private Pathline() {}

    /** Runs a command and exits with its code: 0 done, 1 failed, 2 wrong usage. */
    public static void main(String[] args) {
        if (System.getProperty(LOG_CONFIGURATION) == null) {
            System.setProperty(LOG_CONFIGURATION, "command-line-logback.xml");
        }
        System.exit(PathlineCommand.run(args));
    }
}
