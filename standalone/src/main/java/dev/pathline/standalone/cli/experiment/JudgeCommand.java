package dev.pathline.standalone.cli.experiment;

import dev.pathline.engine.evaluation.ServedImages;
import dev.pathline.engine.evaluation.real.FeatureCache;
import dev.pathline.engine.metrics.ClassifierCheckpoint;
import dev.pathline.engine.torch.ComputeThread;
import dev.pathline.engine.torch.Torch;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

/** {@code pathline experiment judge NAME}. */
@Command(name = "judge", mixinStandardHelpOptions = true, sortOptions = false,
        description = "Let a classifier say what the arms' images are worth: the share that is of its own class, how far pairs"
                + " are apart, and the Frechet distance of each arm's images from real ones. The report has it then.",
        footer = {"", "Example: pathline experiment judge one-step --every 30s"})
final class JudgeCommand implements Callable<Integer> {

    @Parameters(paramLabel = "NAME", description = "the experiment")
    private String name = "";

    @Option(names = "--classifier", paramLabel = "DIR",
            defaultValue = "${env:PATHLINE_METRICS:-metrics}/fashion-classifier",
            description = "the classifier (default: ${DEFAULT-VALUE})")
    private Path classifier = Path.of("");

    @Option(names = "--every", paramLabel = "TIME", converter = Time.class,
            description = "go on, so often, until the experiment has ended: 30s, 5m (default: once)")
    private @Nullable Duration every;

    @Option(names = "--device", paramLabel = "DEVICE", defaultValue = "${env:PATHLINE_DEVICE:-auto}",
            description = "auto, cpu or cuda:N (default: ${DEFAULT-VALUE})")
    private String device = "auto";

    @Mixin
    private Server server = new Server();

    @Override
    public Integer call() throws InterruptedException {
        String path = "/experiments/" + Server.escaped(name);
        // The version that runs, or ran last: a draft behind it has nothing to be judged.
        String reference = server.get(path + "/metrics").path("experiment").asString();
        String version = path + "?version=" + reference.substring(reference.lastIndexOf('@') + 1);
        JsonNode experiment = server.get(version);
        ClassifierCheckpoint checkpoint = ClassifierCheckpoint.read(classifier);
        // One thread: the server that makes the images may be on the same machine.
        try (ComputeThread thread = new ComputeThread("judge", 1);
                ServedImages judge = ServedImages.open(Torch.open(device), thread,
                        new FeatureCache(FeatureCache.defaultFolder()), checkpoint)) {
            var judging = new Judging(server, path, experiment, judge, checkpoint.card().classes());
            Duration pause = every;
            if (pause == null) {
                judge(judging, experiment);
                return 0;
            }
            boolean goesOn = true;
            while (goesOn) {
                try {
                    experiment = server.get(version);
                    // Looked at before: what was still made then is judged the next time.
                    goesOn = experiment.path("state").asString().equals("running") || judging.isAtWork();
                    judge(judging, experiment);
                } catch (IllegalStateException e) {
                    // A server that starts anew, or a job that was just forgotten: the next time may be better.
                    System.err.println("pathline experiment judge: " + e.getMessage());
                }
                if (goesOn) {
                    Thread.sleep(pause);
                }
            }
        }
        return 0;
    }

    private static void judge(Judging judging, JsonNode experiment) {
        Judging.Done done = judging
                .judge(experiment.path("stopped").propertyNames().stream().collect(Collectors.toSet()));
        System.out.println("judged " + done.jobs() + " jobs and " + done.pairs() + " pairs");
    }
}
