package dev.pathline.trainer.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pathline.common.model.Lineage;
import dev.pathline.common.model.ModelManifest;
import dev.pathline.diffusion.npy.Npy;
import dev.pathline.diffusion.planner.SamplingSettings;
import dev.pathline.engine.checkpoint.Checkpoint;
import dev.pathline.engine.checkpoint.CheckpointException;
import dev.pathline.engine.data.DataException;
import dev.pathline.engine.evaluation.EvaluationListener;
import dev.pathline.engine.evaluation.report.EvaluationReport;
import dev.pathline.engine.evaluation.real.FeatureCache;
import dev.pathline.engine.evaluation.report.Metric;
import dev.pathline.engine.evaluation.ModelEvaluation;
import dev.pathline.engine.script.NumericProfile;
import dev.pathline.trainer.delivery.RunResult;
import dev.pathline.trainer.run.Pictures;
import dev.pathline.trainer.run.TinyRuns;
import dev.pathline.trainer.specification.fields.SpecException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Models of data that somebody has, of every format, measured on the same or on other data of that somebody. */
class OwnDataTest {

    private static final int SAMPLES = 24;

    @TempDir
    private static Path common;

    /** Folders by class without test images, and a model and a classifier of them. */
    private static Path root;
    private static Checkpoint model;
    private static Path modelFolder;
    private static Path judge;

    @TempDir
    private Path folder;

    @BeforeAll
    static void train() throws IOException {
        root = Pictures.byClass(common.resolve("root"), 40);
        judge = finish(common.resolve("judge"), TinyRuns.classifier(root).replace("1600", "640")
                .replaceFirst("format: idx, path: '[^']*'", Pictures.source(root)));
        modelFolder = finish(common.resolve("model"), TinyRuns.flow(root, 1)
                .replaceFirst("format: idx, path: '[^']*'", Pictures.source(root)));
        model = Checkpoint.read(modelFolder);
    }

    private static Path finish(Path place, String yaml) throws IOException {
        return ((RunResult.Finished) TinyRuns.run(Files.createDirectories(place), yaml)).folder();
    }

    private Comparison find(@Nullable Path classifier, @Nullable Path data) {
        return new Comparisons(folder.resolve("no-classifier")).find(model, modelFolder,
                classifier == null ? null : classifier.toString(), data);
    }

    private EvaluationReport evaluate(Checkpoint of, Comparison with) {
        var settings = new ModelEvaluation.Settings(SAMPLES,
                List.of(SamplingSettings.defaults(of.card().conditional()).withSteps(1)), 1, NumericProfile.FLOAT32);
        EvaluationReport report = new ModelEvaluation(TinyRuns.TORCH, TinyRuns.THREAD,
                new FeatureCache(folder.resolve("features")), new EvaluationListener() {
                }).evaluate(of, with.judge(), with.data(), settings, null);
        assertThat(report.metrics()).isEqualTo(ModelEvaluation.metrics(of.card(), with.judge(), with.data()));
        assertThat(report.measurements().getFirst().metrics()).containsOnlyKeys(report.metrics());
        return report;
    }

    private static void assertTells(EvaluationReport report, String... parts) {
        assertThat(String.join("\n", report.notes())).contains(parts);
    }

    /** The classifier kept one image in five of each class out of its training; they are the reference. */
    @Test
    void shouldMeasureAFolderWithoutTestImagesByItsOwnClassifier() {
        EvaluationReport report = evaluate(model, find(judge, root));

        assertThat(report.metrics()).contains(Metric.FRECHET, Metric.OWN_CLASS);
        assertThat(report.realImages()).isEqualTo(3 * 8);
        assertThat(Objects.requireNonNull(report.onReal()).share()).isGreaterThan(0.9);
        assertTells(report, root + " has no test images: the reference is 24 of them, one in 5 of each class",
                "the floor is made of the other 96", "The model was trained on all of them");
        // Its own specification names the same.
        assertThat(evaluate(model, find(judge, null)).identity()).isEqualTo(report.identity());
    }

    @Test
    void shouldMeasureWithoutAClassifierWhatNeedsNoneAndSaySo() {
        EvaluationReport report = evaluate(model, find(null, root));

        assertThat(report.metrics()).containsExactly(Metric.SLICED_WASSERSTEIN);
        assertTells(report, "Frechet and kernel distance, precision, recall and own class are left out",
                "There is no classifier for these images: there is no classifier in");
    }

    @Test
    void shouldUseTheUsualClassifierForItsOwnImagesAlone() throws IOException {
        Path other = Pictures.byClass(folder.resolve("other"), 30);
        var comparisons = new Comparisons(judge);

        assertThat(comparisons.find(model, modelFolder, null, root).judge()).isNotNull();
        Comparison with = comparisons.find(model, modelFolder, null, other);
        assertThat(with.judge()).isNull();
        assertTells(evaluate(model, with), "classifier judge was trained on other data");
        assertThatThrownBy(() -> find(judge, other)).isInstanceOf(DataException.class)
                .hasMessageContaining("are not those of the classifier");
    }

    @Test
    void shouldSayWhichDataAreGone() throws IOException {
        Path moved = Files.move(root, folder.resolve("moved"));
        try {
            for (Path usual : List.of(judge, folder.resolve("no-classifier"))) {
                assertThatThrownBy(() -> new Comparisons(usual).find(model, modelFolder, null, null))
                        .isInstanceOf(DataException.class)
                        .hasMessageContaining("the data that tiny was trained on cannot be used: there is no folder "
                                + root)
                        .hasMessageContaining("name data with --data");
            }
            // A checkpoint of somebody else has no specification to tell.
            assertThatThrownBy(() -> new Comparisons(folder.resolve("no-classifier")).find(model, folder, null,
                    null)).isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("there is no classifier in").hasMessageContaining("--data FOLDER");
        } finally {
            Files.move(moved, root);
        }
    }

    /** Other data than the model's own would give other numbers, and nothing would say so. */
    @Test
    void shouldRefuseAModelWhoseOriginCannotBeRead() throws IOException {
        Path manifest = modelFolder.resolve(ModelManifest.FILE);
        byte[] whole = Files.readAllBytes(manifest);
        ModelManifest read = ModelManifest.read(whole, model.card().name(), model.card().version());
        try {
            Files.writeString(manifest, "{");
            assertThatThrownBy(() -> find(null, null)).isInstanceOf(DataException.class)
                    .hasMessageContaining("what tiny was trained on cannot be read: " + manifest)
                    .hasMessageContaining("name data with --data");
            assertThat(find(judge, root).judge()).isNotNull();
            Files.write(manifest, from(read, "data: {\nname: [\n").write());
            assertThatThrownBy(() -> find(judge, null)).isInstanceOf(DataException.class)
                    .hasMessageContaining("the model's specification is not YAML")
                    .hasMessageContaining("name data with --data");
            // What no specification is at all says nothing of data; the classifier's own are taken.
            Files.write(manifest, from(read, "imported: from: elsewhere").write());
            assertThat(find(judge, null).data().labelled()).isTrue();
        } finally {
            Files.write(manifest, whole);
        }
    }

    private static ModelManifest from(ModelManifest manifest, String specification) {
        return new ModelManifest(manifest.formatVersion(), manifest.name(), manifest.version(), manifest.state(),
                manifest.createdAt(), manifest.since(), manifest.sha256(), manifest.files(),
                new Lineage("", "", "", specification, "", "", "", "", Map.of()));
    }

    /** Its card names the file of samples, not that of their labels. */
    @Test
    void shouldAskForTheSpecificationOfAClassifierWhosePlaceIsNotAll() throws IOException {
        Path samples = folder.resolve("x.npy");
        Pictures.arrays(samples, folder.resolve("y.npy"), 60);
        String source = "format: npy, path: '%1$s/x.npy', labels: '%1$s/y.npy'".formatted(folder);
        Path other = finish(folder.resolve("of-arrays"), TinyRuns.classifier(root).replace("1600", "320")
                .replaceFirst("format: idx, path: '[^']*', classes: \\[[^]]*\\]",
                        source + ", classes: [lower, dark, upper]"));
        Path spec = Files.writeString(folder.resolve("spec.yaml"),
                "data: {" + source + ", classes: [lower, dark, upper]}\n");
        var comparisons = new Comparisons(folder.resolve("no-classifier"));
        // A checkpoint of somebody else, with the classes of the classifier.
        var foreign = new Checkpoint(model.card().withClasses(List.of("lower", "dark", "upper"), true), model.config(),
                model.weights());

        assertThatThrownBy(() -> comparisons.find(foreign, folder, other.toString(), null))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("what is in " + samples + " is not what classifier judge was trained on there")
                .hasMessageContaining("--data SPEC.yaml");
        Comparison with = comparisons.find(foreign, folder, other.toString(), spec);
        assertThat(with.data().labelled()).isTrue();
        assertThat(with.data().notes()).noneMatch(note -> note.contains("other data"));
    }

    @Test
    void shouldTakeTheTestImagesWhereThereAreSome() throws IOException {
        Path split = folder.resolve("split");
        Pictures.byClass(split.resolve("train"), 20);
        Pictures.byClass(split.resolve("test"), 7);
        EvaluationReport report = evaluate(model, find(null, split));

        assertThat(report.realImages()).isEqualTo(21);
        assertTells(report, "The reference is the 21 test images of " + split
                + ", the floor is made of its 60 training images.");
    }

    @Test
    void shouldLeaveOutWhatNeedsClassesWhereThereAreNone() throws IOException {
        Path flat = Pictures.flat(folder.resolve("flat"), 60);
        EvaluationReport report = evaluate(model, find(judge, flat));

        assertThat(report.metrics()).contains(Metric.FRECHET, Metric.SLICED_WASSERSTEIN)
                .doesNotContain(Metric.OWN_CLASS);
        assertThat(report.measurements().getFirst().ownClass()).isNull();
        assertTells(report, "judge was trained on other data", "Own class is left out: " + flat + " has no classes",
                "if it has more of one class than of another");
    }

    @Test
    void shouldRefuseOtherClasses() throws IOException {
        Path other = Pictures.byClass(folder.resolve("other"), 12);
        Files.move(other.resolve("dark"), other.resolve("night"));

        assertThatThrownBy(() -> find(null, other)).isInstanceOf(DataException.class).hasMessageContaining(
                "the classes of " + other + " are not those of model tiny: it lacks dark, and it has night");
        Path spec = Files.writeString(folder.resolve("other.yaml"), "data: {" + Pictures.source(other) + "}\n");
        assertThatThrownBy(() -> find(null, spec)).isInstanceOf(DataException.class)
                .hasMessageContaining("lacks dark");
    }

    @Test
    void shouldSayThatThereAreTooFew() throws IOException {
        Path few = Pictures.byClass(folder.resolve("few"), 3);
        Files.delete(Pictures.image(few, "upper", 0));

        assertThatThrownBy(() -> evaluate(model, find(null, few))).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("too few real samples to measure anything: 4 beside the reference")
                .hasMessageContaining("upper has 1");
        Path one = Pictures.flat(folder.resolve("one"), 1);
        assertThatThrownBy(() -> find(null, one)).hasMessageContaining("1 sample where at least 4 are needed");
    }

    @Test
    void shouldReadArraysAndTheirLabelsAsASpecificationSays() throws IOException {
        Pictures.arrays(folder.resolve("x.npy"), folder.resolve("y.npy"), 60);
        Path spec = Files.writeString(folder.resolve("arrays.yaml"), ("data: {format: npy, path: '%1$s/x.npy',"
                + " labels: '%1$s/y.npy', classes: [lower, dark, upper]}%n").formatted(folder));
        EvaluationReport labelled = evaluate(model, find(null, spec));

        assertTells(labelled, "x.npy has no test images: the reference is 12 of them, one in 5 of each class");
        EvaluationReport plain = evaluate(model, find(null, folder.resolve("x.npy")));
        assertTells(plain, "one in 5 by a fixed seed", "x.npy has none");
        Files.writeString(spec, "data: {format: npy, path: x.npy, label: y.npy}\n");
        assertThatThrownBy(() -> find(null, spec)).isInstanceOf(SpecException.class)
                .hasMessageContaining("data.label is unknown");
    }

    @Test
    void shouldReadIdxFilesWithAndWithoutTestImages() throws IOException {
        Path idx = TinyRuns.data(folder.resolve("idx"), 90);
        assertTells(evaluate(model, find(null, idx)), "The reference is the 60 test images of " + idx);
        Files.delete(idx.resolve("t10k-images-idx3-ubyte"));
        assertThatThrownBy(() -> find(null, idx)).isInstanceOf(DataException.class)
                .hasMessageContaining("neither t10k-images-idx3-ubyte nor").hasMessageNotContaining("Debian");
        Files.delete(idx.resolve("t10k-labels-idx1-ubyte"));

        assertTells(evaluate(model, find(null, idx)), "the reference is 18 of them, one in 5 of each class");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "kind"})
    void shouldMeasureVectorsOfACsvFile(String labels) throws IOException {
        Path file = points(folder.resolve("points.csv"), 200);
        Path place = finish(folder,
                """
                        name: points
                        data: {format: csv, path: '%s', header: true, labels: kind, classes: [left, right], range: [-4, 4]}
                        network: {_class_name: MlpDenoiser, sample_shape: [2], hidden_width: 8, num_blocks: 1, num_class_embeds: 3}
                        objective: {type: flow-matching, labelDropout: 0.1}
                        optimizer: {learningRate: 0.01}
                        batch: 8
                        images: 80
                        """
                        .formatted(file).replace(labels.isEmpty() ? ", num_class_embeds: 3" : "none", "")
                        .replace(labels.isEmpty() ? ", labelDropout: 0.1" : "none", ""));
        Checkpoint vectors = Checkpoint.read(place);
        var comparisons = new Comparisons(judge);
        EvaluationReport report = evaluate(vectors, comparisons.find(vectors, place, null, null));

        assertThat(report.metrics()).containsExactly(Metric.SLICED_WASSERSTEIN, Metric.ENERGY);
        assertTells(report, "points.csv has no test vectors: the reference is 100 of them, one in 2 of each class",
                "there is none for vectors", "The model was trained on all of them");
        // Another file is read as the one that was trained on, its columns and its range.
        Path other = points(folder.resolve("other.csv"), 60);
        Comparison with = comparisons.find(vectors, place, null, other);
        assertThat(with.data().labelled()).isTrue();
        assertThat(with.data().test().standardDeviation()).isLessThan(0.5);
        Path bare = Files.writeString(folder.resolve("unlabelled.csv"),
                Files.readString(other).replaceAll("(?m),[a-z]+$", ""));
        assertThat(comparisons.find(vectors, place, null, bare).data().labelled()).isFalse();
        // Who knows nothing of the range would compare other numbers.
        Path spec = Files.writeString(folder.resolve("bare.yaml"), ("data: {format: csv, path: '%s', header: true,"
                + " labels: kind, classes: [left, right]}%n").formatted(other));
        assertThatThrownBy(() -> comparisons.find(vectors, place, null, spec)).isInstanceOf(DataException.class)
                .hasMessageContaining("makes vectors in [-1, 1]").hasMessageContaining("data.range");
        // Data that are gone are named.
        Files.delete(file);
        assertThatThrownBy(() -> comparisons.find(vectors, place, null, null)).isInstanceOf(DataException.class)
                .hasMessageContaining("the data that points was trained on cannot be used")
                .hasMessageContaining("name data with --data");
    }

    private static Path points(Path file, int count) throws IOException {
        var random = new SplittableRandom(3);
        var text = new StringBuilder("x,y,kind\n");
        for (int i = 0; i < count; i++) {
            text.append(String.join(",", Double.toString((i % 2 == 0 ? -2 : 2) + 0.3 * random.nextGaussian()),
                    Double.toString(0.3 * random.nextGaussian()), i % 2 == 0 ? "left" : "right")).append('\n');
        }
        return Files.writeString(file, text);
    }

    @Test
    void shouldMeasureAMixtureThatHasNoEnd() throws IOException {
        Path place = finish(folder,
                """
                        name: endless
                        data:
                          format: mixture
                          components: [{mean: [-1, 0], std: 0.2}, {mean: [1, 0], std: 0.2}]
                          classes: [left, right]
                        network: {_class_name: MlpDenoiser, sample_shape: [2], hidden_width: 8, num_blocks: 1, num_class_embeds: 3}
                        objective: {type: flow-matching, labelDropout: 0.1}
                        optimizer: {learningRate: 0.01}
                        batch: 8
                        images: 80
                        """);
        Checkpoint endless = Checkpoint.read(place);
        Comparison with = new Comparisons(judge).find(endless, place, null, null);

        assertThat(with.data().most(endless.card(), 2000)).isEqualTo(2000);
        assertTells(evaluate(endless, with), "The reference is the 10,000 test vectors of a mixture of 2 Gaussians");
    }

    @Test
    void shouldReadBatchesOfCifarAndRefuseAnotherShape() throws IOException {
        Path batches = Pictures.cifar(folder.resolve("cifar"), 30);
        String yaml = TinyRuns.flow(batches, 1).replaceFirst("format: idx, path: '([^']*)', classes: \\[[^]]*\\]",
                "format: cifar-10, path: '$1'").replace("sample_size: 8", "sample_size: 32")
                .replace("in_channels: 1", "in_channels: 3").replace("out_channels: 1", "out_channels: 3")
                .replace("num_class_embeds: 4", "num_class_embeds: 11");
        Path place = finish(folder, yaml);
        Checkpoint colours = Checkpoint.read(place);
        var comparisons = new Comparisons(judge);

        EvaluationReport report = evaluate(colours, comparisons.find(colours, place, null, batches));
        assertTells(report, "The reference is the 30 test images of " + batches, "takes images of shape [1, 8, 8]");
        assertThatThrownBy(() -> find(null, batches)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("shape [3, 32, 32]");
    }

    @Test
    void shouldSayWhatIsNotThere() throws IOException {
        Path flat = Files.write(folder.resolve("wide.npy"), Npy.encode(new float[40], 20, 2));

        assertThatThrownBy(() -> find(folder, root)).isInstanceOf(CheckpointException.class)
                .hasMessageContaining("there is no classifier in");
        assertThatThrownBy(() -> find(null, folder.resolve("nowhere"))).isInstanceOf(DataException.class)
                .hasMessageNotContaining("Debian");
        assertThatThrownBy(() -> find(null, flat)).hasMessageContaining("shape [2]");
        Path empty = Files.createDirectory(folder.resolve("empty"));
        assertThatThrownBy(() -> find(null, empty)).isInstanceOf(DataException.class)
                .hasMessageContaining("has no images").hasMessageNotContaining("Debian");
        Path spec = Files.writeString(folder.resolve("nothing.yaml"), "name: x\n");
        assertThatThrownBy(() -> find(null, spec)).isInstanceOf(SpecException.class)
                .hasMessageContaining("has no section data");
    }
}
