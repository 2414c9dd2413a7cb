package dev.pathline.standalone.cli.experiment;

import dev.pathline.common.image.ContactSheet;
import dev.pathline.common.image.Png;
import dev.pathline.common.wire.Json;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

/** {@code pathline experiment vote NAME}. */
@Command(name = "vote", mixinStandardHelpOptions = true, sortOptions = false,
        description = "Say which of two images is better. Both are written into one file, side by side; nobody is told which"
                + " arm made which.")
final class VoteCommand implements Callable<Integer> {

    private static final Map<String, String> CHOICES = Map.of("l", "left", "r", "right", "t", "tie", "b", "bad");

    @Parameters(paramLabel = "NAME", description = "the experiment")
    private String name = "";

    @Option(names = "--voter", paramLabel = "NAME", defaultValue = "${USER:-somebody}",
            description = "who votes: on each pair once (default: the user)")
    private String voter = "somebody";

    @Option(names = {"-o", "--output"}, paramLabel = "FILE", defaultValue = "vote.png",
            description = "where the images go (default: ${DEFAULT-VALUE})")
    private Path file = Path.of("vote.png");

    @Mixin
    private Server server = new Server();

    @Override
    public Integer call() throws IOException {
        var input = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        String path = "/experiments/" + Server.escaped(name);
        int votes = 0;
        while (true) {
            Optional<JsonNode> ballot = server.find(path + "/ballot?voter=" + Server.escaped(voter));
            if (ballot.isEmpty()) {
                System.out.println("there is no pair that " + voter + " has not voted on; " + votes
                        + " votes were counted");
                return 0;
            }
            JsonNode pair = ballot.get();
            Files.write(file, Png.encode(ContactSheet.of(List.of(
                    Png.decode(server.bytes(pair.path("leftImage").asString())),
                    Png.decode(server.bytes(pair.path("rightImage").asString()))), 2)));
            String choice = choice(input);
            if (choice == null) {
                System.out.println(votes + " votes were counted");
                return 0;
            }
            boolean counted = server.post(path + "/votes", Json.MAPPER.createObjectNode()
                    .put("left", pair.path("left").asString()).put("right", pair.path("right").asString())
                    .put("voter", voter).put("choice", choice).toString()).path("counted").asBoolean();
            votes += counted ? 1 : 0;
        }
    }

    /** Returns the choice, or null if there is none any more. */
    private @Nullable String choice(BufferedReader input) throws IOException {
        while (true) {
            System.out.print("look at " + file + ": which is better, (l)eft or (r)ight, a (t)ie, or are both (b)ad?"
                    + " (q)uit: ");
            System.out.flush();
            String line = input.readLine();
            if (line == null || line.strip().startsWith("q")) {
                return null;
            }
            String choice = line.isBlank() ? null : CHOICES.get(line.strip().substring(0, 1).toLowerCase(Locale.ROOT));
            if (choice != null) {
                return choice;
            }
        }
    }
}
