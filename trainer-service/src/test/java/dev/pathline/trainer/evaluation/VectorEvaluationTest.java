package dev.pathline.trainer.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pathline.diffusion.card.ModelCard;
import dev.pathline.diffusion.card.ModelKind;
import dev.pathline.diffusion.model.GaussianMixtureModel.Component;
import dev.pathline.diffusion.npy.Npy;
import dev.pathline.diffusion.planner.SamplingSettings;
import dev.pathline.diffusion.prediction.Prediction;
import dev.pathline.diffusion.schedule.ScheduleSpec;
import dev.pathline.engine.checkpoint.Checkpoint;
import dev.pathline.engine.checkpoint.MixtureCheckpoints;
import dev.pathline.engine.data.DataException;
import dev.pathline.engine.data.Dataset;
import dev.pathline.engine.evaluation.EvaluationListener;
import dev.pathline.engine.evaluation.report.EvaluationReport;
import dev.pathline.engine.evaluation.real.FeatureCache;
import dev.pathline.engine.evaluation.report.Metric;
import dev.pathline.engine.evaluation.ModelEvaluation;
import dev.pathline.engine.evaluation.real.RealData;
import dev.pathline.engine.metrics.Estimate;
import dev.pathline.engine.script.NumericProfile;
import dev.pathline.trainer.run.TinyRuns;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Models of vectors, which have a closed form or held-out vectors to be compared with, and no classifier. */
class VectorEvaluationTest {

    private static final List<Component> COMPONENTS = List.of(new Component(0.25, List.of(2.0, 0.0), 0.3),
            new Component(0.75, List.of(-1.0, 1.0), 0.6));

    @TempDir
    private static Path folder;

    private static Checkpoint mixture(List<String> classes) {
        return MixtureCheckpoints.of(ModelCard.of("two", ModelKind.DIFFUSION, List.of(2),
                new ScheduleSpec("rectified-flow", Map.of("shift", 1.0)), Prediction.DATA)
                .withClasses(classes, !classes.isEmpty()), COMPONENTS);
    }

    private static EvaluationReport evaluate(Checkpoint model, RealData data, SamplingSettings... settings) {
        return new ModelEvaluation(TinyRuns.TORCH, TinyRuns.THREAD, new FeatureCache(folder), new EvaluationListener() {
        }).evaluate(model, null, data,
                new ModelEvaluation.Settings(1000, List.of(settings), 1, NumericProfile.FLOAT32), null);
    }

    private static Estimate of(EvaluationReport report, int setting, Metric metric) {
        return Objects.requireNonNull(report.measurements().get(setting).metrics().get(metric));
    }

    /** One step of Euler's method from the prior gives the mean of the data, whatever the noise. */
    @Test
    void shouldTellManyStepsFromOneAgainstTheClosedForm() {
        Checkpoint model = mixture(List.of());
        SamplingSettings many = SamplingSettings.defaults(false).withSolver("heun").withSteps(30);
        EvaluationReport report = evaluate(model, RealData.of(model, null, null), many,
                many.withSolver("euler").withSteps(1));

        assertThat(report.metrics()).containsExactly(Metric.SLICED_WASSERSTEIN, Metric.ENERGY);
        for (Metric metric : report.metrics()) {
            Estimate floor = Objects.requireNonNull(report.floors().get(metric));
            assertThat(of(report, 0, metric).isApartFrom(floor)).as(metric.key()).isFalse();
            assertThat(of(report, 1, metric).isApartFrom(floor)).as(metric.key()).isTrue();
        }
    }

    @Test
    void shouldDrawTheMixtureItself() {
        var data = RealData.of(mixture(List.of()), null, null);
        double[] mean = new double[2];
        float[] point = new float[2];
        for (int i = 0; i < data.test().size(); i++) {
            data.test().copy(i, point, 0);
            mean[0] += point[0] / data.test().size();
            mean[1] += point[1] / data.test().size();
        }
        // The variance along x is 0.25 * 0.75 * 3^2 + 0.25 * 0.3^2 + 0.75 * 0.6^2 = 1.98: a standard error of 0.014.
        assertThat(mean[0]).isBetween(-0.25 - 0.045, -0.25 + 0.045);
        assertThat(mean[1]).isBetween(0.75 - 0.03, 0.75 + 0.03);
        assertThat(data.test().label(0)).isEqualTo(Dataset.NO_LABEL);
        assertThat(data.train().sha256()).isNotEqualTo(data.test().sha256());
    }

    @Test
    void shouldDrawClassesByTurnsEachFromItsComponent() {
        Dataset test = RealData.of(mixture(List.of("right", "left")), null, null).test();
        float[] point = new float[2];
        for (int i = 0; i < 100; i++) {
            test.copy(i, point, 0);
            assertThat(test.label(i)).isEqualTo(i % 2);
            assertThat(point[0] > 0.8).isEqualTo(i % 2 == 0);
        }
    }

    @Test
    void shouldCompareWithHeldOutVectors() throws IOException {
        Checkpoint model = mixture(List.of());
        Path file = Files.write(folder.resolve("held-out.npy"), Npy.encode(draw(2400, 4), 2400, 2));
        RealData data = RealData.of(model, null, file);
        assertThat(data.test().size() + data.train().size()).isEqualTo(2400);

        EvaluationReport report = evaluate(model, data,
                SamplingSettings.defaults(false).withSolver("heun").withSteps(30));
        assertThat(of(report, 0, Metric.ENERGY).isApartFrom(
                Objects.requireNonNull(report.floors().get(Metric.ENERGY)))).isFalse();
    }

    @Test
    void shouldCompareAModelWithClassesWithVectorsThatHaveNone() throws IOException {
        Checkpoint model = mixture(List.of("right", "left"));
        // Every other one is of each component, as every other sample is of each class.
        Path file = Files.write(folder.resolve("unlabelled.npy"), Npy.encode(draw(2000, 2), 2000, 2));
        RealData data = RealData.of(model, null, file);

        EvaluationReport report = evaluate(model, data,
                SamplingSettings.defaults(true).withSolver("heun").withSteps(30));
        assertThat(data.labelled()).isFalse();
        assertThat(of(report, 0, Metric.ENERGY).isApartFrom(
                Objects.requireNonNull(report.floors().get(Metric.ENERGY)))).isFalse();
        assertThat(report.notes()).anySatisfy(note -> assertThat(note).contains("unlabelled.npy has none"))
                .anySatisfy(note -> assertThat(note).contains("1,000 of them, one in 2 by a fixed seed"));
    }

    /** Points of the mixture, one in {@code turn} of its first component. */
    private static float[] draw(int count, int turn) {
        var random = new SplittableRandom(4);
        float[] values = new float[2 * count];
        for (int i = 0; i < count; i++) {
            Component component = COMPONENTS.get(i % turn == 0 ? 0 : 1);
            values[2 * i] = (float) (component.mean().get(0) + component.std() * random.nextGaussian());
            values[2 * i + 1] = (float) (component.mean().get(1) + component.std() * random.nextGaussian());
        }
        return values;
    }

    @Test
    void shouldRefuseVectorsThatDoNotFit() throws IOException {
        Checkpoint model = mixture(List.of());
        Path wide = Files.write(folder.resolve("wide.npy"), Npy.encode(new float[30], 10, 3));
        Path flat = Files.write(folder.resolve("flat.npy"), Npy.encode(new float[30], 30));
        Path few = Files.write(folder.resolve("few.npy"), Npy.encode(new float[6], 3, 2));
        Path text = Files.writeString(folder.resolve("text.npy"), "no array");

        assertThatThrownBy(() -> RealData.of(model, null, wide)).hasMessageContaining("shape [3]");
        assertThatThrownBy(() -> RealData.of(model, null, flat)).isInstanceOf(DataException.class)
                .hasMessageContaining("flat.npy").hasMessageContaining("samples are [N, D]");
        assertThatThrownBy(() -> RealData.of(model, null, few)).isInstanceOf(DataException.class)
                .hasMessageContaining("3 samples").hasMessageContaining("at least 4");
        assertThatThrownBy(() -> RealData.of(model, null, text)).isInstanceOf(DataException.class)
                .hasMessageContaining("text.npy");
    }
}
