package dev.pathline.standalone.cli;

import dev.pathline.diffusion.planner.SamplingSettings;
import dev.pathline.engine.checkpoint.Checkpoint;
import dev.pathline.engine.metrics.ClassifierCheckpoint;
import dev.pathline.engine.torch.ComputeThread;
import dev.pathline.engine.torch.Torch;
import dev.pathline.engine.evaluation.EvaluationReport;
import dev.pathline.engine.evaluation.FeatureCache;
import dev.pathline.engine.evaluation.ModelEvaluation;
import dev.pathline.engine.evaluation.RealData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code pathline evaluate MODEL}. */
@Command(name = "evaluate", mixinStandardHelpOptions = true,
        description = "Measure a model's samples by one or more settings: distances from the real ones, precision and"
                + " recall, and the share that a classifier calls their own class, each with its 95%% interval and beside"
                + " what real samples get.",
        footer = {"",
            "The Frechet and kernel distances are taken in the features of this project's own classifier. They are not",
            "FID and KID, and stand beside other numbers of the same classifier and sample count only.",
            "docs/evaluation.md says what each number means."})
final class EvaluateCommand implements Callable<Integer> {

    @Parameters(paramLabel = "MODEL", description = "a model's name, NAME@VERSION, or a checkpoint's folder")
    private String model = "";

    @Option(names = "--samples", paramLabel = "N", defaultValue = "2000",
            description = "samples of each setting (default: ${DEFAULT-VALUE}; 10000 for a figure to publish)")
    private int samples;

    @Option(names = "--seed", paramLabel = "SEED", defaultValue = "1", description = "default: ${DEFAULT-VALUE}")
    private long seed;

    @Mixin
    private JudgeOptions judge = new JudgeOptions();

    @Mixin
    private ReportOptions files = new ReportOptions();

    @Mixin
    private GridOptions grid = new GridOptions();

    @Mixin
    private ModelsOptions models = new ModelsOptions();

    @Mixin
    private DeviceOptions device = new DeviceOptions();

    @Override
    public Integer call() throws IOException {
        files.requireWritable();
        Checkpoint checkpoint = Checkpoint.read(folder());
        List<SamplingSettings> wanted = grid.settings(checkpoint.card());
        @Nullable
        ClassifierCheckpoint classifier = judge.classifier(checkpoint.card());
        RealData data = judge.data(checkpoint, classifier);
        @Nullable
        EvaluationReport known = files.known();
        var progress = new EvaluationProgress(System.err, Terminal.isInteractive(), files::keep);
        Torch torch = device.open();
        EvaluationReport report;
        try (ComputeThread thread = device.thread()) {
            var settings = new ModelEvaluation.Settings(samples, wanted, seed,
                    device.options().profileOf(checkpoint.card().name(), checkpoint, torch));
            report = new ModelEvaluation(torch, thread, new FeatureCache(FeatureCache.defaultFolder()), progress)
                    .evaluate(checkpoint, classifier, data, settings, known);
        }
        System.out.print(EvaluationTable.of(report));
        files.write(report);
        return 0;
    }

    /** A checkpoint need not be in a models folder to be measured. */
    private Path folder() {
        Path folder = Path.of(model);
        return Files.isRegularFile(folder.resolve(Checkpoint.CARD)) ? folder : models.open(models.resolve(model));
    }
}
