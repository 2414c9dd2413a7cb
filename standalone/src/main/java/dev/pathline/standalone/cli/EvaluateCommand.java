package dev.pathline.standalone.cli;

import dev.pathline.diffusion.planner.SamplingSettings;
import dev.pathline.engine.checkpoint.Checkpoint;
import dev.pathline.engine.torch.ComputeThread;
import dev.pathline.engine.torch.Torch;
import dev.pathline.engine.evaluation.report.EvaluationReport;
import dev.pathline.engine.evaluation.real.FeatureCache;
import dev.pathline.engine.evaluation.ModelEvaluation;
import dev.pathline.engine.evaluation.real.RealData;
import dev.pathline.engine.evaluation.SampleCount;
import dev.pathline.trainer.evaluation.Comparison;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicReference;
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

    private static final int USUAL_SAMPLES = 2000;

    @Parameters(paramLabel = "MODEL", description = "a model's name, NAME@VERSION, or a checkpoint's folder")
    private String model = "";

    @Option(names = "--samples", paramLabel = "N",
            description = "samples of each setting (default: " + USUAL_SAMPLES
                    + ", or as many as there are real ones to"
                    + " compare them with; 10000 for a figure to publish)")
    private @Nullable Integer samples;

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
    public Integer call() {
        @Nullable
        EvaluationReport known = files.open(System.err);
        Path folder = folder();
        Checkpoint checkpoint = Checkpoint.read(folder);
        List<SamplingSettings> wanted = grid.settings(checkpoint.card());
        Comparison comparison = judge.comparison(checkpoint, folder);
        RealData data = comparison.data();
        data.warnings().forEach(warning -> System.err.println("warning: " + warning));
        files.requireMeasured(ModelEvaluation.metrics(checkpoint.card(), comparison.judge(), data));
        int count = samples == null ? data.most(checkpoint.card(), USUAL_SAMPLES) : samples;
        SampleCount.require(checkpoint.card(), data, comparison.judge() != null, count);
        var kept = new AtomicReference<@Nullable EvaluationReport>();
        var progress = new EvaluationProgress(System.err, Terminal.isInteractive(), report -> {
            kept.set(report);
            files.keep(report);
        });
        Torch torch = device.open();
        try (ComputeThread thread = device.thread()) {
            var settings = new ModelEvaluation.Settings(count, wanted, seed,
                    device.options().profileOf(checkpoint.card().name(), checkpoint, torch));
            EvaluationReport report = new ModelEvaluation(torch, thread,
                    new FeatureCache(FeatureCache.defaultFolder()), progress)
                    .evaluate(checkpoint, comparison.judge(), data, settings, known);
            kept.set(report);
        } catch (RuntimeException e) {
            // What was measured before is not lost with what cannot be.
            @Nullable
            EvaluationReport before = kept.get();
            if (before != null) {
                print(before);
            }
            throw e;
        }
        EvaluationReport report = Objects.requireNonNull(kept.get());
        print(report);
        files.write(report);
        if (System.out.checkError()) {
            throw new IllegalStateException("the table cannot be printed: the standard output takes nothing more");
        }
        return 0;
    }

    private static void print(EvaluationReport report) {
        System.out.print(EvaluationTable.of(report));
    }

    /** A checkpoint need not be in a models folder to be measured. */
    private Path folder() {
        Path folder = Path.of(model);
        return Files.isRegularFile(folder.resolve(Checkpoint.CARD)) ? folder : models.open(models.resolve(model));
    }
}
