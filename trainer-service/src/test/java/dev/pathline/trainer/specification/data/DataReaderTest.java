package dev.pathline.trainer.specification.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pathline.diffusion.guidance.CfgInterval;
import dev.pathline.diffusion.schedule.RectifiedFlow;
import dev.pathline.engine.checkpoint.ModelIdentity;
import dev.pathline.engine.data.CsvFile;
import dev.pathline.engine.data.DataException;
import dev.pathline.engine.data.Dataset;
import dev.pathline.engine.data.MixtureDataset;
import dev.pathline.engine.data.NpyFiles.Layout;
import dev.pathline.engine.data.Split;
import dev.pathline.engine.data.Trajectories;
import dev.pathline.engine.data.ValueRange;
import dev.pathline.engine.data.augment.AugmentationSettings;
import dev.pathline.engine.data.augment.Transform;
import dev.pathline.engine.data.images.ImageTarget;
import dev.pathline.engine.data.source.DataSource;
import dev.pathline.engine.data.trajectory.Solve;
import dev.pathline.engine.data.trajectory.StateType;
import dev.pathline.engine.data.trajectory.TrajectoryFacts;
import dev.pathline.engine.data.trajectory.TrajectoryWriter;
import dev.pathline.trainer.run.TinyRuns;
import dev.pathline.trainer.specification.TrainingSpecs;
import dev.pathline.trainer.specification.fields.SpecFields;
import dev.pathline.trainer.specification.fields.SpecProblem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DataReaderTest {

    @TempDir
    private Path folder;

    private static SpecFields fields(String section) {
        return SpecFields.of(TrainingSpecs.tree("data: {" + section + "}", "test"));
    }

    private static DataSpec read(String section) {
        SpecFields root = fields(section);
        DataSpec spec = DataReader.read(root.object("data"));
        assertThat(root.problems()).isEmpty();
        return spec;
    }

    private static List<String> problems(String section) {
        SpecFields root = fields(section);
        DataReader.read(root.object("data"));
        return root.problems().stream().map(SpecProblem::sentence).toList();
    }

    @Test
    void shouldReadTheSettingsOfEachFormat() throws IOException {
        Files.createDirectories(folder.resolve("cat"));
        Files.createDirectories(folder.resolve("dog"));
        DataSpec images = read("format: images, path: '" + folder + "', size: 32");
        assertThat(images.source()).isEqualTo(new DataSource.Images(folder.toString(), new ImageTarget(3, 32, 32)));
        assertThat(images.classes()).containsExactly("cat", "dog");
        assertThat(images.augmentation()).isEqualTo(AugmentationSettings.NONE);
        assertThat(read("format: images, path: '" + folder + "', size: [8, 9], channels: 1").source())
                .isEqualTo(new DataSource.Images(folder.toString(), new ImageTarget(1, 8, 9)));

        assertThat(read("format: csv, path: a.csv, test: b.csv, header: true, separator: ';', labels: kind,"
                + " range: [0, 10], classes: [x, y]").source()).isEqualTo(new DataSource.Csv("a.csv", "b.csv",
                        new CsvFile.Format(';', true, "kind"), new ValueRange(0, 10)));
        assertThat(read("format: csv, path: a.csv, labels: 3, classes: [x, y]").source()).isEqualTo(
                new DataSource.Csv("a.csv", "", new CsvFile.Format(',', false, "3"), null));
        assertThat(read("format: npy, path: x.npy, labels: y.npy, layout: nhwc, classes: [a, b]").source())
                .isEqualTo(new DataSource.Npy(new DataSource.Arrays("x.npy", "y.npy"),
                        new DataSource.Arrays("", ""), Layout.NHWC, null));
        var mixture = (DataSource.Mixture) read(
                "format: mixture, components: [{mean: [0, 1], std: 0.5}, {weight: 2, mean: [3, 4], std: 1}]").source();
        assertThat(mixture.size()).isEqualTo(MixtureDataset.ENDLESS);
        assertThat(mixture.components().get(1).mean()).containsExactly(3.0, 4.0);
        assertThat(mixture.components().getFirst().weight()).isEqualTo(1);
    }

    @Test
    void shouldTakeFoldersThatAreNamedForWhatTheyAreSaidToBe() throws IOException {
        Files.createDirectories(folder.resolve("Training/cat"));
        Files.createDirectories(folder.resolve("Training/test"));
        Files.createDirectories(folder.resolve("Testing"));
        Files.createDirectories(folder.resolve("more"));
        assertThat(problems("format: images, path: '" + folder + "', size: 8")).singleElement().asString()
                .contains("data.classes is missing, and the data does not tell: the folders in " + folder)
                .contains("let data.path name the folder of the training images and data.test");
        DataSpec apart = read("format: images, path: '" + folder + "/Training', test: '" + folder
                + "/Testing', size: 8");
        assertThat(apart.classes()).containsExactly("cat", "test");
        assertThat(apart.source().files()).containsEntry("test", folder + "/Testing");
    }

    @Test
    void shouldTakeTheClassesOfCifarFromItsOwnFile() throws IOException {
        String names = "airplane\nautomobile\nbird\ncat\ndeer\ndog\nfrog\nhorse\nship\ntruck\n";
        Files.writeString(folder.resolve("batches.meta.txt"), names);

        assertThat(read("format: cifar-10, path: '" + folder + "'").classes()).isEqualTo(names.lines().toList());
        assertThat(problems("format: cifar-100, path: '" + folder + "'")).singleElement().asString()
                .contains("data.classes is missing, and the data does not tell: there is no file")
                .contains("fine_label_names.txt");
    }

    /** Two trajectories of a teacher in one dimension. */
    private static void trajectories(Path folder, List<String> classes) throws IOException {
        var solve = new Solve("ddim", 1, "time", List.of(), 1, CfgInterval.ALWAYS, 0, "none", new TreeMap<>());
        var facts = new TrajectoryFacts(new ModelIdentity("teacher@1", "ab", "cd"), "f32", solve, 3, 2, 64, List.of(1),
                classes, RectifiedFlow.DEFAULT.spec(), 1, List.of(0, 1), List.of(1.0, 0.0), StateType.F32);
        try (TrajectoryWriter writer = TrajectoryWriter.open(folder, facts, 1)) {
            writer.append(2, new float[]{0.5f, -0.5f});
            writer.finish();
        }
    }

    @Test
    void shouldTakeTheClassesOfTrajectoriesFromTheirTeacher() throws IOException {
        Path labelled = folder.resolve("labelled");
        Path plain = folder.resolve("plain");
        trajectories(labelled, List.of("left", "right"));
        trajectories(plain, List.of());

        DataSpec data = read("format: trajectories, path: '" + labelled + "'");
        assertThat(data.source()).isEqualTo(new DataSource.Trajectories(labelled.toString()));
        assertThat(data.classes()).containsExactly("left", "right");
        assertThat(read("format: trajectories, path: '" + labelled + "', classes: [left, right]").classes()).hasSize(2);
        assertThat(read("format: trajectories, path: '" + plain + "'").classes()).isEmpty();
        assertThat(problems("format: trajectories, path: '" + labelled + "', classes: [right, left]"))
                .containsExactly("data.classes are [right, left], but the trajectories in " + labelled
                        + " have [left, right]: leave them out");
        assertThat(problems("format: trajectories, path: '" + plain + "', classes: [right]")).singleElement().asString()
                .contains("have none");
        assertThat(problems("format: trajectories, path: '" + folder + "'")).singleElement().asString()
                .contains("there is no file " + folder + "/trajectories.json");

        Dataset samples = DataReader.open(data, Split.TRAIN);
        assertThat(samples).isInstanceOf(Trajectories.class);
        assertThat(List.of(samples.size(), samples.label(0), samples.label(1))).containsExactly(2, 0, 1);
        float[] sample = new float[1];
        samples.copy(1, sample, 0);
        assertThat(sample).containsExactly(-0.5f);
        assertThat(samples.standardDeviation()).isEqualTo(0.5);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "format: tar, path: x | data.format is 'tar'; known are idx, cifar-10, cifar-100, images, csv, npy, mixture, trajectories",
        "format: idx, classes: [a] | data.path is missing: give a text",
        "format: idx, path: x | data.classes is missing: give a list of texts",
        "format: idx, path: x, classes: [a], size: 3 | data.size is unknown; known are augmentation, classes, format, path",
        "format: images, path: x, classes: [a] | data.size is missing: give a number above 0, or a list of them",
        "format: images, path: x, classes: [a], size: 0 | data.size must be a number above 0, or a list of them, not 0",
        "format: images, path: x, classes: [a], size: 2.5 | data.size must be one whole number up to 8192, or height and width, not [2.5]",
        "format: images, path: x, classes: [a], size: [1, 2, 3] | data.size must be one whole number",
        "format: images, path: x, classes: [a], size: [8, high] | data.size must be a number above 0, or a list",
        "format: images, path: x, classes: [a], size: 8, channels: 2 | data.channels must be 1 for grey or 3 for colours, not 2",
        "format: images, path: /does/not/exist, size: 8 | data.classes is missing, and the data does not tell: there is no folder /does/not/exist",
        "format: csv, path: x, classes: [a] | data.classes is there, but data.labels does not say where labels are",
        "format: csv, path: x, labels: kind | data.classes is missing",
        "format: csv, path: x, labels: [1] | data.labels must be a name or a number, not [1]",
        "format: csv, path: x, separator: ', ' | data.separator must be one character, not ', '",
        "format: csv, path: x, separator: '.' | data.separator must be one character, not '.', which has a meaning",
        "format: csv, path: x, range: 3 | data.range must be a lower and a higher number, not [3.0]",
        "format: npy, path: x, range: [1, 0] | data.range must be a lower and a higher number, not [1.0, 0.0]",
        "format: npy, path: x, range: [a, b] | data.range must be a number that is finite, or a list of them, not",
        "format: npy, path: x, layout: chw | data.layout is 'chw'; known are nchw, nhwc",
        "format: mixture | data.components is missing: give a list of {weight, mean, std}",
        "format: mixture, components: [] | data.components must be a list of objects, not []",
        "format: mixture, components: [{mean: [0], std: 0}] | data.components[0].std must be a number above 0, not 0",
        "format: mixture, components: [{mean: [0], std: 1}, {mean: [0, 1], std: 1}] | data.components must have means of one length",
        "format: mixture, components: [{mean: [0], std: 1}], classes: [a, b] | data.classes has 2 names for 1 components",
        "format: idx, path: x, classes: [a], augmentation: {maxShift: 65} | data.augmentation.maxShift must be at most 64, not 65",
        "format: idx, path: x, classes: [a], augmentation: {flip: true} | data.augmentation.flip is unknown",
        "format: idx, path: x, classes: [a], augmentation: {edm: {}} | data.augmentation.edm does nothing",
        "format: idx, path: x, classes: [a], augmentation: {edm: {scale: -1}} | data.augmentation.edm.scale must be a number from 0 on"})
    void shouldNameTheFieldThatIsWrong(String section, String message) {
        assertThat(problems(section)).anySatisfy(problem -> assertThat(problem).contains(message));
    }

    @Test
    void shouldNameAllMistakesAtOnce() {
        assertThat(problems("format: images, size: -1, channels: 7, color: red, augmentation: {maxShift: x}"))
                .hasSize(5);
    }

    @Test
    void shouldReadThePipelineAndPutItIntoTheIdentityOfARun() {
        SpecFields root = fields(
                "format: idx, path: x, classes: [a], augmentation: {mirror: true, edm: {xFlip: 1, hue: 0.5}}");
        AugmentationSettings settings = DataReader.read(root.object("data")).augmentation();

        assertThat(settings.mirror()).isTrue();
        assertThat(settings.pipeline()).isNotNull();
        assertThat(settings.pipeline().probability()).isEqualTo(0.12);
        assertThat(settings.pipeline().multipliers())
                .isEqualTo(Map.of(Transform.X_FLIP, 1.0, Transform.HUE, 0.5));
        assertThat(settings.labels()).isEqualTo(3);
        assertThat(root.settings()).containsEntry("data.augmentation.edm.hue", "0.5")
                .containsEntry("data.augmentation.mirror", "true");
    }

    @Test
    void shouldNameEveryFileThatIsRead() {
        assertThat(read("format: npy, path: x, labels: y, test: z, classes: [a]").source().files())
                .isEqualTo(Map.of("path", "x", "labels", "y", "test", "z"));
        assertThat(read("format: mixture, components: [{mean: 0, std: 1}]").source().files()).isEmpty();
    }

    @Test
    void shouldOpenWhatASectionNames() throws IOException {
        Path file = Files.writeString(folder.resolve("a.csv"), "1,2,x\n3,4,y\n");
        DataSpec spec = read("format: csv, path: '" + file + "', labels: 3, classes: [x, y]");

        Dataset data = DataReader.open(spec, Split.TRAIN);
        assertThat(data.shape()).containsExactly(2);
        assertThat(data.label(1)).isEqualTo(1);
        assertThatThrownBy(() -> DataReader.open(spec, Split.TEST)).isInstanceOf(DataException.class)
                .hasMessageContaining("data.test is missing");
    }

    @Test
    void shouldOpenMixturesWithOtherPointsForTests() {
        DataSpec spec = read("format: mixture, components: [{mean: [5, 5], std: 0.1}], classes: [far]");
        Dataset train = DataReader.open(spec, Split.TRAIN);
        Dataset test = DataReader.open(spec, Split.TEST);

        assertThat(train.size()).isEqualTo(MixtureDataset.ENDLESS);
        assertThat(test.size()).isEqualTo(10_000);
        assertThat(train.label(0)).isZero();
        float[] one = new float[2];
        float[] other = new float[2];
        train.copy(0, one, 0);
        test.copy(0, other, 0);
        assertThat(one).isNotEqualTo(other);
    }

    @Test
    void shouldRefuseALabelWithoutAName() throws IOException {
        TinyRuns.data(folder);
        DataSpec spec = read("format: idx, path: '" + folder + "', classes: [dark]");

        assertThatThrownBy(() -> DataReader.open(spec, Split.TRAIN)).isInstanceOf(DataException.class)
                .hasMessageContaining("data.classes names 1, counted from 0");
    }
}
