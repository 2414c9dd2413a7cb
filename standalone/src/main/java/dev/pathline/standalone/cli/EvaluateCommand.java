package dev.pathline.standalone.cli;

import dev.pathline.engine.checkpoint.AtomicFiles;
import dev.pathline.engine.checkpoint.Checkpoint;
import dev.pathline.engine.metrics.ClassifierCheckpoint;
import dev.pathline.engine.torch.ComputeThread;
import dev.pathline.engine.torch.Torch;
import dev.pathline.trainer.evaluation.EvaluationJson;
import dev.pathline.trainer.evaluation.EvaluationReport;
import dev.pathline.trainer.evaluation.ModelEvaluation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code pathline evaluate MODEL}. */
@Command(name = "evaluate", mixinStandardHelpOptions = true,
        description = "Measure a model: the share of its samples that a classifier calls their own class, and the CNN"
                + " Frechet distance of its samples from the test set.",
        footer = {"",
            "The CNN Frechet distance is taken in the features of this project's own classifier. It is not FID,",
            "and stands beside other numbers of the same classifier and the same sample count only."})
final class EvaluateCommand implements Callable<Integer> {

    @Parameters(paramLabel = "MODEL", description = "a model's name, NAME@VERSION, or a checkpoint's folder")
    private String model = "";

    @Option(names = "--samples", paramLabel = "N", defaultValue = "2000",
            description = "samples of the distance (default: ${DEFAULT-VALUE}; 10000 for a figure to publish)")
    private int samples;

    @Option(names = "--seed", paramLabel = "SEED", defaultValue = "1", description = "default: ${DEFAULT-VALUE}")
    private long seed;

    @Option(names = "--classifier", paramLabel = "DIR",
            defaultValue = "${env:PATHLINE_METRICS:-metrics}/fashion-classifier",
            description = "the classifier (default: ${DEFAULT-VALUE})")
    private Path classifier = Path.of("metrics", "fashion-classifier");

    @Option(names = "--data", paramLabel = "DIR",
            description = "the real images (default: where the classifier was trained on them)")
    private @Nullable Path data;

    @Option(names = "--json", paramLabel = "FILE", description = "write the result here too, as JSON")
    private @Nullable Path json;

    @Mixin
    private SamplingOptions sampling = new SamplingOptions();

    @Mixin
    private ModelsOptions models = new ModelsOptions();

    @Mixin
    private DeviceOptions device = new DeviceOptions();

    @Override
    public Integer call() throws IOException {
        Checkpoint checkpoint = Checkpoint.read(folder());
        ClassifierCheckpoint judge = ClassifierCheckpoint.read(classifier);
        var progress = new EvaluationProgress(System.err, Terminal.isInteractive());
        Torch torch = device.open();
        EvaluationReport report;
        try (ComputeThread thread = device.thread()) {
            var settings = new ModelEvaluation.Settings(samples, sampling.settings(true), seed,
                    thread.call(() -> device.profile(torch, checkpoint)));
            report = new ModelEvaluation(torch, thread, progress).evaluate(checkpoint, judge,
                    data == null ? Path.of(judge.card().dataPath()) : data, settings);
        }
        System.out.print(EvaluationTable.of(report));
        if (json != null) {
            AtomicFiles.write(json, EvaluationJson.write(report));
        }
        return 0;
    }

    /** A checkpoint need not be in a models folder to be measured. */
    private Path folder() {
        Path folder = Path.of(model);
        return Files.isRegularFile(folder.resolve(Checkpoint.CARD)) ? folder : models.resolve(model).directory();
    }
}
