package dev.pathline.trainer.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pathline.common.model.Lineage;
import dev.pathline.common.model.ModelManifest;
import dev.pathline.diffusion.card.ModelCard;
import dev.pathline.diffusion.npy.Npy;
import dev.pathline.engine.checkpoint.Checkpoint;
import dev.pathline.engine.data.Dataset;
import dev.pathline.engine.data.IdxFiles;
import dev.pathline.engine.data.Split;
import dev.pathline.engine.metrics.ClassifierCard;
import dev.pathline.engine.metrics.ClassifierCheckpoint;
import dev.pathline.engine.metrics.Estimate;
import dev.pathline.trainer.delivery.RunFolders;
import dev.pathline.trainer.delivery.RunResult;
import dev.pathline.trainer.specification.ModelCards;
import dev.pathline.trainer.specification.TrainingSpec;
import dev.pathline.trainer.specification.fields.SpecException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunEvaluationTest {

    @TempDir
    private static Path common;

    private static Path data;
    private static Path judge;

    @TempDir
    private Path folder;

    /** Keeps what was measured. */
    private static final class Log implements RunListener {

        final List<Long> steps = new ArrayList<>();
        final List<Estimate> distances = new ArrayList<>();
        final List<String> warnings = new ArrayList<>();

        @Override
        public void evaluated(long step, Estimate distance, Estimate floor) {
            steps.add(step);
            distances.add(distance);
        }

        @Override
        public void warning(String message) {
            warnings.add(message);
        }
    }

    @BeforeAll
    static void trainJudge() throws IOException {
        data = TinyRuns.data(common.resolve("data"), 120);
        judge = ((RunResult.Finished) TinyRuns.run(Files.createDirectories(common.resolve("judge")),
                TinyRuns.classifier(data).replace("1600", "320"))).folder();
    }

    private TrainingSpec spec() throws IOException {
        return TinyRuns.spec(folder, TinyRuns.flow(data, 10)
                .replace("decay: 0.9}]", "decay: 0.9}, {type: power, width: 0.1}]")
                .replace("sheetEvery: 10", "sheetEvery: 0")
                + "evaluation: {every: 4, samples: 102, classifier: judge}\n");
    }

    private Path classifier() throws IOException {
        Path metrics = Files.createDirectories(folder.resolve("metrics"));
        return Files.createSymbolicLink(metrics.resolve("judge"), judge);
    }

    private RunResult.Finished finish(TrainingSpec spec, RunListener listener) {
        return (RunResult.Finished) new TrainingRun(spec, TinyRuns.folders(folder)).run(TinyRuns.TORCH, TinyRuns.THREAD,
                listener);
    }

    @Test
    void shouldWriteWhatWasMeasuredLastIntoCardAndLineage() throws IOException {
        Path classifier = classifier();
        var log = new Log();
        RunResult.Finished result = finish(spec(), log);

        assertThat(log.warnings).isEmpty();
        assertThat(log.steps).containsExactly(4L, 8L);
        ModelCard card = Checkpoint.read(result.folder()).card();
        assertThat(card.metrics()).containsEntry("frechetDistance", log.distances.getLast().value())
                .containsEntry("frechetDistanceLow", log.distances.getLast().low())
                .containsEntry("frechetDistanceHigh", log.distances.getLast().high())
                .containsEntry("frechetDistanceStep", 8.0).containsEntry("frechetDistanceSamples", 102.0)
                .containsKeys("frechetDistanceFloor", ModelCards.SIGMA_DATA);
        Lineage lineage = ModelManifest
                .read(Files.readAllBytes(result.folder().resolve(ModelManifest.FILE)), "tiny", "1")
                .lineage();
        assertThat(lineage.metrics()).isEqualTo(card.metrics());

        // Who writes the result of a run that is done needs nothing to measure with, and writes the same.
        Files.delete(classifier);
        assertThat(finish(spec(), log).alreadyThere()).isTrue();
        ModelCard other = Checkpoint.read(finish(spec().withResult("power-0.1"), log).folder()).card();
        assertThat(other.version()).isEqualTo("2");
        assertThat(other.training().imagesSeen()).isEqualTo(card.training().imagesSeen()).isEqualTo(60);
        assertThat(other.metrics()).as("they are of the other average").containsOnlyKeys(ModelCards.SIGMA_DATA);
        assertThat(log.steps).hasSize(2);
    }

    /** The classifier's card does not say of which format its data is; the run's specification does. */
    @Test
    void shouldMeasureOnTheRunsOwnDataWhereverTheyLie() throws IOException {
        classifier();
        Path elsewhere = Files.createDirectories(folder.resolve("elsewhere"));
        var source = "format: npy, path: '%1$s/x.npy', labels: '%1$s/y.npy', test: '%1$s/tx.npy', testLabels: '%1$s/ty.npy'"
                .formatted(elsewhere);
        save(Split.TRAIN, elsewhere.resolve("x.npy"), elsewhere.resolve("y.npy"));
        save(Split.TEST, elsewhere.resolve("tx.npy"), elsewhere.resolve("ty.npy"));
        var yaml = TinyRuns.classifier(data).replaceFirst("format: idx, path: '[^']*'", source).replace("1600", "320");
        Files.delete(folder.resolve("metrics/judge"));
        TinyRuns.run(folder, yaml);
        var log = new Log();
        TrainingSpec spec = TinyRuns.spec(folder,
                spec().source().text().replaceFirst("format: idx, path: '[^']*'", source));

        new TrainingRun(spec, new RunFolders(folder.resolve("second"), TinyRuns.models(folder.resolve("models")),
                folder.resolve("metrics"))).run(TinyRuns.TORCH, TinyRuns.THREAD, log);

        assertThat(log.warnings).isEmpty();
        assertThat(log.steps).containsExactly(4L, 8L);
        TrainingSpec otherwise = TinyRuns.spec(folder, spec.source().text().replaceFirst(", test: '.*/ty.npy'", ""));
        assertThatThrownBy(() -> new TrainingRun(otherwise, new RunFolders(folder.resolve("third"),
                TinyRuns.models(folder.resolve("models")), folder.resolve("metrics"))).check(TinyRuns.TORCH))
                .isInstanceOf(SpecException.class)
                .hasMessageContaining("judge was trained on " + elsewhere.resolve("x.npy") + ", too")
                .hasMessageContaining("do not read it alike");
    }

    /** Trains a classifier beside the run, and puts it where the run looks for it. */
    private Path judgeOf(TrainingSpec spec, RunListener listener) throws IOException {
        Path trained = ((RunResult.Finished) new TrainingRun(spec, TinyRuns.folders(folder.resolve("beside")))
                .run(TinyRuns.TORCH, TinyRuns.THREAD, listener)).folder();
        Path metrics = Files.createDirectories(folder.resolve("metrics"));
        return Files.createSymbolicLink(metrics.resolve("judge"), trained);
    }

    private TrainingSpec own(Path pictures, String yaml) throws IOException {
        return TinyRuns.spec(folder, yaml.replaceFirst("format: idx, path: '[^']*'", Pictures.source(pictures)));
    }

    /** Neither the run nor its classifier has test images: both keep the same ones back. */
    @Test
    void shouldMeasureOnImagesOfAFolderWithoutTestImages() throws IOException {
        Path pictures = Pictures.byClass(folder.resolve("pictures"), 50);
        var log = new Log();
        Path trained = judgeOf(own(pictures, TinyRuns.classifier(data).replace("1600", "320")), log);
        assertThat(log.warnings).hasSize(1).first().asString().contains("has no test images: 30 of its 150");
        ClassifierCard card = ClassifierCheckpoint.read(trained).card();
        assertThat(card.testImages()).isEqualTo(30);
        assertThat(card.classes()).containsExactly("dark", "upper", "lower");
        log.warnings.clear();

        finish(own(pictures, spec().source().text()), log);

        assertThat(log.steps).containsExactly(4L, 8L);
        assertThat(log.warnings).hasSize(1).first().asString()
                .contains("the reference is 30 of them, one in 5 of each class",
                        "The model was trained on all of them");
    }

    @Test
    void shouldMeasureOnImagesWithoutClassesInFeaturesOfAnotherClassifier() throws IOException {
        classifier();
        Path pictures = Pictures.flat(folder.resolve("pictures"), 150);
        String yaml = spec().source().text().replace(", classes: [dark, upper, lower]", "")
                .replace("  num_class_embeds: 4\n", "").replace("  labelDropout: 0.1\n", "")
                .replace("cfgScale: 2", "cfgScale: 1");
        var log = new Log();

        finish(own(pictures, yaml), log);

        assertThat(log.steps).containsExactly(4L, 8L);
        assertThat(log.warnings).hasSize(2).anySatisfy(warning -> assertThat(warning)
                .contains("judge was trained on other data"));
    }

    @Test
    void shouldSayBeforeTheFirstStepWhatIsNotEnough() throws IOException {
        Path pictures = Pictures.byClass(folder.resolve("pictures"), 40);
        judgeOf(own(pictures, TinyRuns.classifier(data).replace("1600", "320")), new Log());

        assertThatThrownBy(() -> finish(own(pictures, spec().source().text()), new Log()))
                .isInstanceOf(SpecException.class)
                .hasMessageContaining("evaluation: samples is 102, and there are only 96"
                        + " real images of balanced classes to compare them with: leave evaluation out");
    }

    @Test
    void shouldSayThatTheClassifierIsOfOtherDataThatAreGone() throws IOException {
        Path gone = TinyRuns.data(folder.resolve("gone"), 120);
        judgeOf(TinyRuns.spec(folder, TinyRuns.classifier(gone).replace("1600", "320")), new Log());
        for (String part : List.of("train", "t10k")) {
            Files.delete(gone.resolve(part + "-images-idx3-ubyte"));
            Files.delete(gone.resolve(part + "-labels-idx1-ubyte"));
        }
        Files.delete(gone);
        Path pictures = Pictures.byClass(folder.resolve("pictures"), 50);

        assertThatThrownBy(() -> finish(own(pictures, spec().source().text()), new Log()))
                .isInstanceOf(SpecException.class)
                .hasMessageContaining("judge was trained on other data than " + pictures)
                .hasMessageNotContaining("Debian");
    }

    /** A classifier of other images measures against those, and the run says so. */
    @Test
    void shouldSayThatSamplesAreComparedWithTheClassifiersImages() throws IOException {
        classifier();
        Path pictures = Pictures.byClass(folder.resolve("pictures"), 50);
        var log = new Log();

        finish(own(pictures, spec().source().text()), log);

        assertThat(log.steps).containsExactly(4L, 8L);
        assertThat(log.warnings).hasSize(1).first().asString()
                .contains("Samples are compared with the data of judge, " + data);
    }

    @Test
    void shouldSayThatVectorsHaveNoSuchDistance() throws IOException {
        TrainingSpec points = TinyRuns.spec(folder, """
                name: points
                data: {format: mixture, components: [{mean: [-1, 0], std: 0.2}, {mean: [1, 0], std: 0.2}]}
                network: {_class_name: MlpDenoiser, sample_shape: [2], hidden_width: 8, num_blocks: 1}
                objective: {type: flow-matching}
                optimizer: {learningRate: 0.01}
                batch: 8
                images: 80
                evaluation: {every: 5, classifier: judge}
                """);
        classifier();

        assertThatThrownBy(() -> finish(points, new Log())).isInstanceOf(SpecException.class)
                .hasMessageContaining("evaluation: measures the Frechet distance of images")
                .hasMessageContaining("points makes vectors");
    }

    private static void save(Split split, Path samples, Path labels) throws IOException {
        Dataset images = IdxFiles.read(data, split);
        float[] values = new float[images.size() * images.sampleSize()];
        float[] classes = new float[images.size()];
        for (int i = 0; i < images.size(); i++) {
            images.copy(i, values, i * images.sampleSize());
            classes[i] = images.label(i);
        }
        Files.write(samples, Npy.encode(values, images.size(), 1, 8, 8));
        Files.write(labels, Npy.encode(classes, images.size()));
    }

    @Test
    void shouldFindOutBeforeTheFirstStepThatNothingMeasures() throws IOException {
        TrainingSpec spec = spec();

        assertThatThrownBy(() -> finish(spec, new RunListener() {
            @Override
            public void snapshot(long step) {
                throw new IllegalStateException("a step was made");
            }
        })).isInstanceOf(SpecException.class).hasMessageContaining("evaluation: there is no classifier")
                .hasMessageContaining("with the objective classification");
        assertThat(folder.resolve("run/snapshots")).isEmptyDirectory();
        assertThatThrownBy(() -> new TrainingRun(spec, TinyRuns.folders(folder)).check(TinyRuns.TORCH))
                .isInstanceOf(SpecException.class);
    }

    @Test
    void shouldMeasureTheStepThatARunWasStoppedAt() throws IOException {
        classifier();
        TrainingSpec spec = TinyRuns.spec(folder, spec().source().text().replace("every: 4", "every: 10"));
        var log = new Log();
        var run = new TrainingRun(spec, TinyRuns.folders(folder));
        RunResult stopped = run.run(TinyRuns.TORCH, TinyRuns.THREAD, new RunListener() {
            @Override
            public void progressed(Progress progress) {
                run.stop();
            }
        });
        assertThat(stopped).isEqualTo(new RunResult.Stopped(10, 10));
        assertThat(folder.resolve("run/snapshots/snapshot-10.safetensors")).exists();

        ModelCard card = Checkpoint.read(finish(spec, log).folder()).card();

        assertThat(log.steps).containsExactly(10L);
        assertThat(card.metrics()).containsEntry("frechetDistance", log.distances.getFirst().value());
        assertThat(finish(spec, log).alreadyThere()).isTrue();
        assertThat(log.steps).hasSize(1);
    }
}
