package dev.pathline.trainer.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pathline.diffusion.planner.SamplingSettings;
import dev.pathline.engine.checkpoint.Checkpoint;
import dev.pathline.engine.data.DataException;
import dev.pathline.engine.data.IdxFiles;
import dev.pathline.engine.data.Split;
import dev.pathline.engine.evaluation.report.EvaluationCsv;
import dev.pathline.engine.evaluation.report.EvaluationJson;
import dev.pathline.engine.evaluation.EvaluationListener;
import dev.pathline.engine.evaluation.report.EvaluationReport;
import dev.pathline.engine.evaluation.report.EvaluationSetting;
import dev.pathline.engine.evaluation.real.FeatureCache;
import dev.pathline.engine.evaluation.report.Measurement;
import dev.pathline.engine.evaluation.report.Metric;
import dev.pathline.engine.evaluation.ModelEvaluation;
import dev.pathline.engine.evaluation.real.RealData;
import dev.pathline.engine.evaluation.real.RealImages;
import dev.pathline.engine.evaluation.TrainingEvaluation;
import dev.pathline.engine.metrics.ClassifierCheckpoint;
import dev.pathline.engine.metrics.Estimate;
import dev.pathline.engine.script.NumericProfile;
import dev.pathline.trainer.delivery.RunResult;
import dev.pathline.trainer.run.TinyRuns;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EvaluationTest {

    private static final SamplingSettings DEFAULTS = SamplingSettings.defaults(true);

    @TempDir
    private static Path folder;

    private static Path data;
    private static ClassifierCheckpoint judge;
    private static Checkpoint good;
    private static Checkpoint bad;

    /** Counts what happens. */
    private static final class Log implements EvaluationListener {
        private final List<EvaluationReport> reports = new ArrayList<>();
        private final List<Boolean> known = new ArrayList<>();

        @Override
        public void setting(EvaluationSetting setting, int index, int of, boolean isKnown) {
            known.add(isKnown);
        }

        @Override
        public void measured(EvaluationReport report) {
            reports.add(report);
        }
    }

    @BeforeAll
    static void train() throws IOException {
        data = TinyRuns.data(folder.resolve("data"));
        var result = (RunResult.Finished) TinyRuns.run(Files.createDirectories(folder.resolve("judge")),
                TinyRuns.classifier(data));
        judge = ClassifierCheckpoint.read(result.folder());
        good = model(200);
        bad = model(1);
    }

    private static Checkpoint model(int steps) throws IOException {
        Path place = Files.createDirectories(folder.resolve("flow-" + steps));
        return Checkpoint.read(((RunResult.Finished) TinyRuns.run(place, TinyRuns.flow(data, steps))).folder());
    }

    private static FeatureCache cache() {
        return new FeatureCache(folder.resolve("features"));
    }

    private static EvaluationReport evaluate(Checkpoint model, @Nullable ClassifierCheckpoint with, int samples,
            EvaluationListener listener, @Nullable EvaluationReport known, SamplingSettings... settings) {
        var wanted = new ModelEvaluation.Settings(samples, List.of(settings), 1, NumericProfile.FLOAT32);
        return new ModelEvaluation(TinyRuns.TORCH, TinyRuns.THREAD, cache(), listener).evaluate(model, with,
                RealData.of(model, with, data), wanted, known);
    }

    private static Estimate of(Measurement measurement, Metric metric) {
        return Objects.requireNonNull(measurement.metrics().get(metric), metric.key());
    }

    @Test
    void shouldTrainAClassifierThatTellsClassesApart() {
        assertThat(judge.card().testAccuracy()).isGreaterThan(0.95);
        assertThat(judge.card().testImages()).isEqualTo(60);
    }

    @Test
    void shouldTellATrainedModelFromAnUntrainedOneByEveryMetric() {
        EvaluationReport report = evaluate(good, judge, 60, new Log(), null, DEFAULTS);
        Measurement trained = report.measurements().getFirst();
        Measurement untrained = evaluate(bad, judge, 60, new Log(), null, DEFAULTS).measurements().getFirst();

        assertThat(report.metrics()).containsExactly(Metric.FRECHET, Metric.KERNEL, Metric.PRECISION, Metric.RECALL,
                Metric.OWN_CLASS, Metric.SLICED_WASSERSTEIN);
        assertThat(Objects.requireNonNull(report.onReal()).share()).isEqualTo(judge.card().testAccuracy());
        assertThat(trained.setting().rows()).isEqualTo(3 * 2);
        assertThat(trained.setting().evaluations()).isEqualTo(3);
        assertThat(Objects.requireNonNull(trained.ownClass()).total(1)).isEqualTo(20);
        assertThat(of(trained, Metric.OWN_CLASS).value()).isGreaterThan(0.9);
        for (Metric metric : report.metrics()) {
            Estimate floor = Objects.requireNonNull(report.floors().get(metric));
            if (metric.moreIsBetter()) {
                assertThat(of(trained, metric).value()).as(metric.key())
                        .isGreaterThanOrEqualTo(of(untrained, metric).value());
            } else {
                assertThat(of(trained, metric).value()).as(metric.key()).isLessThan(0.5 * of(untrained, metric).value())
                        .isGreaterThan(floor.value());
            }
        }
    }

    @Test
    void shouldMeasureEachSettingOnceAndGoOnFromWhatIsKnown() {
        SamplingSettings two = DEFAULTS.withSteps(2);
        var log = new Log();
        EvaluationReport first = evaluate(good, judge, 30, log, null, DEFAULTS, two, DEFAULTS.withSteps(3));

        // Three steps are the model's default, so two of the three are one setting.
        assertThat(log.known).containsExactly(false, false);
        assertThat(log.reports).extracting(report -> report.measurements().size()).containsExactly(1, 2);

        // What a crash after the first setting left, of a version that wrote no notes.
        EvaluationReport kept = EvaluationJson.read(EvaluationJson.write(log.reports.getFirst())
                .replaceFirst("\"notes\" : \\[[^]]*\\],", ""));
        assertThat(kept.notes()).isEmpty();
        var again = new Log();
        EvaluationReport second = evaluate(good, judge, 30, again, kept, DEFAULTS, two);
        assertThat(again.known).containsExactly(true, false);
        assertThat(second.measurements()).extracting(Measurement::metrics)
                .isEqualTo(first.measurements().stream().map(Measurement::metrics).toList());

        assertThat(second.notes()).isEqualTo(first.notes()).isNotEmpty();

        var nothing = new Log();
        assertThat(evaluate(good, judge, 30, nothing, second, two)).isSameAs(second);
        assertThat(nothing.known).isEmpty();
        assertThatThrownBy(() -> evaluate(good, judge, 33, new Log(), second, two))
                .hasMessageContaining("samples 30, not 33");
        assertThatThrownBy(() -> evaluate(bad, judge, 30, new Log(), second, two))
                .hasMessageContaining("weights " + good.card().weightsSha256().substring(0, 12));
        assertThatThrownBy(() -> evaluate(good, null, 30, new Log(), second, two)).hasMessageContaining("not none");
    }

    @Test
    void shouldWriteAndReadReportsExactly() {
        EvaluationReport report = evaluate(good, judge, 30, new Log(), null, DEFAULTS);
        EvaluationReport read = EvaluationJson.read(EvaluationJson.write(report));

        assertThat(read.identity()).isEqualTo(report.identity());
        assertThat(read.floors()).isEqualTo(report.floors());
        assertThat(read.classes()).isEqualTo(report.classes());
        assertThat(EvaluationJson.write(read)).isEqualTo(EvaluationJson.write(report));
        String[] lines = EvaluationCsv.write(report).split("\r\n");
        assertThat(lines).hasSize(3);
        assertThat(lines[0]).startsWith("solver,timeGrid,steps,").contains(",recall,recallLow,recallHigh,");
        assertThat(lines[2].split(",")).hasSize(8 + 3 * 6).startsWith("euler", "time", "3", "2.0");
        assertThatThrownBy(() -> EvaluationJson.read("{}")).hasMessageContaining("no evaluation");
        assertThatThrownBy(() -> EvaluationJson.read("[")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void shouldMeasureWithoutAClassifierWhatNeedsNone() {
        EvaluationReport report = evaluate(good, null, 30, new Log(), null, DEFAULTS);
        assertThat(report.metrics()).containsExactly(Metric.SLICED_WASSERSTEIN);
        assertThat(report.onReal()).isNull();
        assertThat(report.measurements().getFirst().ownClass()).isNull();
    }

    @Test
    void shouldJudgeAModelWithoutClassesByTheFeaturesAlone() throws IOException {
        String yaml = TinyRuns.flow(data, 1).replace("  num_class_embeds: 4\n", "")
                .replace("  labelDropout: 0.1\n", "").replace("cfgScale: 2", "cfgScale: 1");
        Path place = Files.createDirectories(folder.resolve("unlabelled"));
        var result = (RunResult.Finished) TinyRuns.run(place, yaml);
        Checkpoint model = Checkpoint.read(result.folder());

        EvaluationReport report = evaluate(model, judge, 30, new Log(), null, SamplingSettings.defaults(false));
        assertThat(report.metrics()).contains(Metric.FRECHET).doesNotContain(Metric.OWN_CLASS);
        assertThat(report.classes()).isEmpty();
    }

    /** The classifier's features of real images are read back, and a file that is spoilt is made anew. */
    @Test
    void shouldKeepTheFeaturesOfRealImages() throws IOException {
        Path place = folder.resolve("kept");
        var first = floors(place);
        List<Path> files;
        try (var kept = Files.list(place)) {
            files = kept.toList();
        }
        assertThat(files).hasSize(2);
        for (Path file : files) {
            Files.writeString(file, "spoilt");
        }
        assertThat(floors(place)).isEqualTo(first);
        assertThat(files).allSatisfy(file -> assertThat(Files.size(file)).isGreaterThan(6));
        assertThat(floors(place)).isEqualTo(first);
        // A place where nothing can be kept is no reason to stop.
        assertThat(floors(files.getFirst().resolve("below"))).isEqualTo(first);
    }

    private static Map<Metric, Estimate> floors(Path place) {
        var settings = new ModelEvaluation.Settings(30, List.of(DEFAULTS), 1, NumericProfile.FLOAT32);
        return new ModelEvaluation(TinyRuns.TORCH, TinyRuns.THREAD, new FeatureCache(place), new Log())
                .evaluate(good, judge, RealData.of(good, judge, data), settings, null).floors();
    }

    @Test
    void shouldMeasureATrainingOnTheComputeThread() {
        RealData real = RealData.of(good, judge, data);
        double[] distances = TinyRuns.THREAD.call(() -> {
            try (var evaluation = TrainingEvaluation.open(TinyRuns.TORCH, judge, real, cache(), good.card(), 30,
                    NumericProfile.FLOAT32)) {
                return new double[]{evaluation.frechetDistance(bad).value(), evaluation.frechetDistance(good).value(),
                    evaluation.floor().value()};
            }
        });
        EvaluationReport report = evaluate(good, judge, 30, new Log(), null, DEFAULTS);

        assertThat(distances[1]).isEqualTo(of(report.measurements().getFirst(), Metric.FRECHET).value());
        assertThat(distances[2]).isEqualTo(Objects.requireNonNull(report.floors().get(Metric.FRECHET)).value());
        assertThat(distances[0]).isGreaterThan(distances[1]);
    }

    @Test
    void shouldRefuseWhatWouldMeanNothing() throws IOException {
        var renamed = new Checkpoint(bad.card().withClasses(List.of("a", "b", "c"), true), bad.config(),
                bad.weights());

        assertThatThrownBy(() -> evaluate(renamed, judge, 30, new Log(), null, DEFAULTS))
                .hasMessageContaining("--classifier");
        assertThatThrownBy(() -> evaluate(bad, judge, 1000, new Log(), null, DEFAULTS))
                .hasMessageContaining("10 to 90");
        assertThatThrownBy(() -> evaluate(bad, judge, 30, new Log(), null, DEFAULTS.withSolver("heum")))
                .hasMessageContaining("heum");
        Path other = TinyRuns.data(folder.resolve("other"));
        Path labels = other.resolve("t10k-labels-idx1-ubyte");
        byte[] bytes = Files.readAllBytes(labels);
        bytes[bytes.length - 1] = 0;
        Files.write(labels, bytes);
        assertThatThrownBy(() -> RealData.of(bad, judge, other)).isInstanceOf(DataException.class)
                .hasMessageContaining("--data");
        assertThatThrownBy(() -> RealData.of(bad, null, null)).hasMessageContaining("--data FOLDER");
    }

    @Test
    void shouldChooseRealImagesInTheOrderOfTheSamplesClasses() {
        var train = IdxFiles.read(data, Split.TRAIN);
        int[] chosen = new RealImages(train).balanced(31, 3, 5);

        assertThat(Arrays.stream(chosen).distinct()).hasSize(31);
        assertThat(IntStream.range(0, 31).map(i -> train.label(chosen[i])).toArray())
                .isEqualTo(IntStream.range(0, 31).map(i -> i % 3).toArray());
        assertThat(new RealImages(train).balanced(31, 3, 6)).isNotEqualTo(chosen);
        assertThat(Arrays.stream(new RealImages(train).balanced(90, 0, 1)).distinct()).hasSize(90);
        assertThatThrownBy(() -> new RealImages(train).balanced(91, 3, 1)).hasMessageContaining("only 90 samples");
    }
}
