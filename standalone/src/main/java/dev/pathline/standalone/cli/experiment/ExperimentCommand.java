package dev.pathline.standalone.cli.experiment;

import dev.pathline.common.wire.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code pathline experiment}. */
@Command(name = "experiment", mixinStandardHelpOptions = true, sortOptions = false,
        description = "Compare settings with the requests that come anyway: experiments of a server that runs.",
        synopsisSubcommandLabel = "COMMAND",
        footer = {"", "Example: pathline experiment create one-step.json --start",
            "         pathline experiment report one-step"},
        subcommands = {ExperimentCommand.Create.class, ExperimentCommand.Start.class, ExperimentCommand.Stop.class,
            ExperimentCommand.Decide.class, ExperimentCommand.ListAll.class, ExperimentCommand.Report.class,
            VoteCommand.class, JudgeCommand.class})
public final class ExperimentCommand {

    private ExperimentCommand() {}

    /** Who does something and why. */
    static final class Deed {

        @Option(names = "--by", paramLabel = "NAME", defaultValue = "${USER:-somebody}",
                description = "who does it, for the experiment's audit (default: the user)")
        private String by = "somebody";

        @Option(names = "--why", paramLabel = "TEXT", description = "why, for the audit")
        private @Nullable String why;

        private ObjectNode body() {
            ObjectNode body = Json.MAPPER.createObjectNode().put("by", by);
            if (why != null) {
                body.put("why", why);
            }
            return body;
        }
    }

    private static String path(String name) {
        return "/experiments/" + Server.escaped(name);
    }

    private static void told(JsonNode experiment) {
        System.out.println("experiment " + experiment.path("name").asString() + ", version "
                + experiment.path("version").asInt() + ", is " + experiment.path("state").asString() + ": "
                + experiment.path("planned").asLong() + " units are planned");
    }

    /** {@code create FILE}. */
    @Command(name = "create", mixinStandardHelpOptions = true, sortOptions = false,
            description = "Design an experiment, as docs/experiments.md says.")
    static final class Create implements Callable<Integer> {

        @Parameters(paramLabel = "FILE", description = "its design as JSON; - is the standard input")
        private Path file = Path.of("-");

        @Option(names = "--start", description = "start it at once")
        private boolean start;

        @Mixin
        private Deed deed = new Deed();

        @Mixin
        private Server server = new Server();

        @Override
        public Integer call() throws IOException {
            String design = file.toString().equals("-")
                    ? new String(System.in.readAllBytes(), StandardCharsets.UTF_8)
                    : Files.readString(file);
            JsonNode made = server.post("/experiments", design);
            told(start
                    ? server.post(path(made.path("name").asString()) + "/start", deed.body().toString())
                    : made);
            return 0;
        }
    }

    /** What is done with an experiment that is there. */
    abstract static class Action implements Callable<Integer> {

        @Parameters(index = "0", paramLabel = "NAME", description = "the experiment")
        private String name = "";

        @Mixin
        private Deed deed = new Deed();

        @Mixin
        private Server server = new Server();

        private final String what;

        Action(String what) {
            this.what = what;
        }

        /** Adds what else is to be said. */
        void add(ObjectNode body) {}

        @Override
        public Integer call() {
            ObjectNode body = deed.body();
            add(body);
            told(server.post(path(name) + "/" + what, body.toString()));
            return 0;
        }
    }

    /** {@code start NAME}. */
    @Command(name = "start", mixinStandardHelpOptions = true, sortOptions = false,
            description = "Start the newest version of an experiment.")
    static final class Start extends Action {

        Start() {
            super("start");
        }
    }

    /** {@code stop NAME}. */
    @Command(name = "stop", mixinStandardHelpOptions = true, sortOptions = false,
            description = "Stop an experiment: everybody is served the control.")
    static final class Stop extends Action {

        Stop() {
            super("stop");
        }
    }

    /** {@code decide NAME ARM}. */
    @Command(name = "decide", mixinStandardHelpOptions = true, sortOptions = false,
            description = "Choose an arm: everybody is served that, and the experiment's alias points to it.")
    static final class Decide extends Action {

        @Parameters(index = "1", paramLabel = "ARM", description = "the arm")
        private String arm = "";

        Decide() {
            super("decide");
        }

        @Override
        void add(ObjectNode body) {
            body.put("arm", arm);
        }
    }

    /** {@code list}. */
    @Command(name = "list", mixinStandardHelpOptions = true, sortOptions = false,
            description = "List the experiments.")
    static final class ListAll implements Callable<Integer> {

        @Mixin
        private Server server = new Server();

        @Override
        public Integer call() {
            JsonNode all = server.get("/experiments");
            if (all.isEmpty()) {
                System.out.println("there are no experiments");
            }
            all.forEach(ExperimentCommand::told);
            return 0;
        }
    }

    /** {@code report NAME}. */
    @Command(name = "report", mixinStandardHelpOptions = true, sortOptions = false,
            description = "Say what is known of an experiment.")
    static final class Report implements Callable<Integer> {

        @Parameters(paramLabel = "NAME", description = "the experiment")
        private String name = "";

        @Option(names = "--json", description = "as the server says it")
        private boolean json;

        @Mixin
        private Server server = new Server();

        @Override
        public Integer call() {
            JsonNode report = server.get(path(name) + "/report");
            System.out.print(json ? report.toPrettyString() + "\n" : ReportText.of(report));
            return 0;
        }
    }
}
