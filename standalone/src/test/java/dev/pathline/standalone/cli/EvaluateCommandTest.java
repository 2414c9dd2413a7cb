package dev.pathline.standalone.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EvaluateCommandTest {

    @TempDir
    private Path folder;

    @Test
    void shouldPrintOneRowASettingAndMeasureNoneTwice() throws IOException {
        Path json = folder.resolve("report.json");
        Path csv = folder.resolve("report.csv");
        Path plot = folder.resolve("report.svg");
        CommandRun first = CommandRun.of("evaluate", "mixture-2d", "--samples", "100", "--solver", "euler,heun",
                "--steps", "2,4", "--json", json.toString());
        assertThat(first.code()).as(first.output()).isZero();
        assertThat(first.output()).contains("1 of 4: euler, 2 steps", "4 of 4: heun, 4 steps");
        List<String> table = first.output().lines().filter(line -> line.startsWith("|")).toList();
        assertThat(table).hasSize(2 + 1 + 4);
        assertThat(table.getFirst()).contains("setting", "evaluations", "sliced W", "energy");
        assertThat(table.get(2)).startsWith("| real ones: the floor ").contains("[");
        assertThat(table.get(6)).startsWith("| heun, 4 steps ").containsPattern("\\| +7 \\|");

        String kept = Files.readString(json);
        CommandRun second = CommandRun.of("evaluate", "mixture-2d", "--samples", "100", "--solver", "euler,ddim",
                "--steps", "2", "--json", json.toString(), "--csv", csv.toString(), "--plot", plot.toString());
        assertThat(second.code()).as(second.output()).isZero();
        assertThat(second.output()).contains("1 of 2: euler, 2 steps, known already", "2 of 2: ddim, 2 steps\n");
        assertThat(Files.readString(json)).isNotEqualTo(kept).contains(kept.substring(0, kept.indexOf("settings")));
        assertThat(Files.readAllLines(csv)).hasSize(2 + 5);
        assertThat(Files.readString(plot)).startsWith("<?xml").contains("heun", "ddim", "real images");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"--plot x.gif | --plot must be a file that ends in .svg",
        "--plot-metric beauty | --plot-metric must be one of cnnFrechetDistance", "--samples 3 | 10 to 10000",
        "--noise x.npy | must be independent or brownian", "--solver euler,heum | heum",
        "--classifier ../metrics/fashion-classifier | takes images of shape"})
    void shouldSayInASentenceWhatIsWrong(String line, String sentence) {
        CommandRun run = CommandRun.of(("evaluate mixture-2d " + line).split(" "));

        assertThat(run.code()).isEqualTo(1);
        assertThat(run.output()).contains(sentence);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "{} | it is no evaluation of format 2", "{\"format\": 2} | its field 'realImages' is missing",
        "{\"format\": 2, \"identity\": { | it is not whole, or not JSON: reading stops in line 1",
        "setting;value | it is not whole, or not JSON", "[] | it is no evaluation", "null | it is no evaluation"})
    void shouldRefuseAFileOfOtherThings(String content, String reason) throws IOException {
        Path json = Files.writeString(folder.resolve("other.json"), content);
        CommandRun run = CommandRun.of("evaluate", "mixture-2d", "--json", json.toString());

        assertThat(run.code()).isEqualTo(1);
        assertThat(run.output()).contains("other.json is there already, and " + reason, "name another file")
                .doesNotContain("measuring", "jackson", "java");
        assertThat(json).hasContent(content);
    }

    /** Wherever a report ends, the rest of it is missing, and nothing of it is lost. */
    @Test
    void shouldRefuseAReportThatIsCutOrChanged() throws IOException {
        Path json = folder.resolve("report.json");
        assertThat(CommandRun.of("evaluate", "mixture-2d", "--samples", "20", "--steps", "2", "--json",
                json.toString()).code()).isZero();
        String whole = Files.readString(json);
        for (String spoilt : new String[]{whole.substring(0, whole.length() / 2), whole.substring(0, 1),
            whole + whole, whole.replace("\"samples\" : 20", "\"samples\" : \"many\""),
            whole.replace("energyDistance", "beauty"), whole.replace("\"low\"", "\"lower\""),
            whole.replace("\"settings\"", "\"setings\"")}) {
            Files.writeString(json, spoilt);
            CommandRun run = CommandRun.of("evaluate", "mixture-2d", "--samples", "20", "--steps", "2", "--json",
                    json.toString());

            assertThat(run.code()).as(spoilt).isEqualTo(1);
            assertThat(run.output()).contains("report.json is there already, and it").doesNotContain("measuring",
                    "jackson", "java");
            assertThat(json).hasContent(spoilt);
        }
        Files.write(json, new byte[]{(byte) 0x89, 'P', 'N', 'G', (byte) 0xFF});
        assertThat(CommandRun.of("evaluate", "mixture-2d", "--json", json.toString()).output())
                .contains("report.json is there already, and it is not a text in UTF-8");
    }

    @ParameterizedTest
    @ValueSource(strings = {"--json", "--csv", "--plot"})
    void shouldRefuseBeforehandWhatIsNoFileThatCanBeWritten(String option) throws IOException {
        Path directory = Files.createDirectory(folder.resolve("folder.svg"));
        Path file = Files.writeString(folder.resolve("file"), "mine");
        Path link = Files.createSymbolicLink(folder.resolve("link.svg"), folder.resolve("nowhere"));
        Path locked = Files.createFile(folder.resolve("locked.svg"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("r--r--r--")));
        // macOS has no device that is always full.
        Path device = Path.of(Files.exists(Path.of("/dev/full")) ? "/dev/full" : "/dev/null");
        Path full = Files.createSymbolicLink(folder.resolve("full.svg"), device);

        assertRefused(option, directory, option + " names a file, but " + directory + " is a folder");
        assertRefused(option, file.resolve("x.svg"), file + " is a file, and a folder is needed");
        assertRefused(option, link, link + " is a link to nothing");
        assertRefused(option, locked, locked + " is read-only");
        assertRefused(option, full, full + " is a device or a pipe");
        if (Files.isDirectory(Path.of("/proc"))) {
            assertRefused(option, Path.of("/proc/x.svg"), "/proc/x.svg cannot be written: /proc takes no file");
        }
        if (!option.equals("--plot")) {
            assertRefused(option, Path.of("-"), option + " names a file; the standard output has the table");
        }
        assertThat(file).hasContent("mine");
        assertThat(locked).isEmptyFile();
    }

    private static void assertRefused(String option, Path file, String sentence) {
        CommandRun run = CommandRun.of("evaluate", "mixture-2d", option, file.toString());

        assertThat(run.code()).isEqualTo(1);
        assertThat(run.output()).contains(sentence).doesNotContain("measuring", "Exception");
    }

    @Test
    void shouldNeverWriteOverWhatIsNoEvaluation() throws IOException {
        Path table = Files.writeString(folder.resolve("mine.csv"), "solver,score\neuler,3\n");
        Path picture = Files.writeString(folder.resolve("mine.svg"), "<?xml version=\"1.0\"?><svg class=\"mine\"/>");

        assertRefused("--csv", table, table + " is there already, and it is not the CSV file of an evaluation");
        assertRefused("--plot", picture, picture + " is there already, and it is not the plot of an evaluation");
        assertRefused("--csv", picture, "is not the CSV file");
        assertThat(table).hasContent("solver,score\neuler,3\n");
        Path one = folder.resolve("one.svg");
        assertThat(CommandRun.of("evaluate", "mixture-2d", "--json", one.toString(), "--plot",
                folder.resolve(".").resolve("one.svg").toString()).output()).contains("is named for two reports");
    }

    @Test
    void shouldReplaceItsOwnTableAndPlotWithAWordAndWriteThroughLinks() throws IOException {
        Path csv = Files.createFile(folder.resolve("report.csv"));
        Path link = Files.createSymbolicLink(folder.resolve("link.csv"), csv);
        Path plot = folder.resolve("report.svg");
        String[] line = {"evaluate", "mixture-2d", "--samples", "20", "--steps", "2", "--csv", link.toString(),
            "--plot",
            plot.toString()};
        CommandRun first = CommandRun.of(line);
        assertThat(first.code()).as(first.output()).isZero();
        assertThat(first.output()).doesNotContain("written anew");
        CommandRun second = CommandRun.of(line);

        assertThat(second.code()).as(second.output()).isZero();
        assertThat(second.output()).contains(link + " has an earlier evaluation, and is written anew",
                plot + " has an earlier evaluation");
        assertThat(link).isSymbolicLink();
        assertThat(Files.readAllLines(csv)).hasSize(3);
    }

    /** What could be written in the beginning cannot be in the end: the numbers are printed, and the exit code says so. */
    @Test
    void shouldPrintWhatCannotBeWrittenAnyMore() throws IOException {
        Path place = Files.createDirectory(folder.resolve("place"));
        var seen = new AtomicBoolean();
        CommandRun run = CommandRun.heard(said -> {
            if (said.contains("measuring the real data") && seen.compareAndSet(false, true)) {
                obstruct(place);
            }
        }, "evaluate", "mixture-2d", "--samples", "20", "--steps", "2,3", "--json",
                place.resolve("a.json").toString(), "--csv", place.resolve("a.csv").toString());

        assertThat(seen).isTrue();
        assertThat(run.code()).isEqualTo(1);
        assertThat(run.output()).contains("a.json cannot be written (", "2 of 2: ", "| real ones: the floor",
                "a.json cannot be written: ", "a.csv cannot be written: ", "The numbers are in the table above");
    }

    private static void obstruct(Path place) {
        try {
            Files.delete(place);
            Files.createFile(place);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void shouldMeasureAModelOfAFolderOfPicturesOnIt() throws IOException {
        Path root = pictures(folder.resolve("root"), 20);
        Path models = folder.resolve("models");
        Path metrics = folder.resolve("metrics");
        String data = "data: {format: images, path: '" + root + "', size: 8, channels: 1}\n";
        train(models, metrics, "judge", """
                name: judge
                network: {_class_name: SmallConvNet, sample_size: 8, in_channels: 1, block_out_channels: [8, 16],
                  layers_per_block: [1, 1], norm_num_groups: 4, num_classes: 2}
                objective: {type: classification}
                optimizer: {learningRate: 0.01, warmupSteps: 2}
                batch: 8
                images: 160
                profile: f32
                """ + data);
        train(models, metrics, "own", """
                name: own
                network: {_class_name: UNet2DModel, sample_size: 8, in_channels: 1, out_channels: 1,
                  block_out_channels: [8], down_block_types: [DownBlock2D], up_block_types: [UpBlock2D],
                  layers_per_block: 1, norm_num_groups: 4, num_class_embeds: 3}
                objective: {type: flow-matching, labelDropout: 0.1}
                optimizer: {learningRate: 0.001}
                batch: 4
                images: 20
                profile: f32
                """ + data);
        Path json = folder.resolve("report.json");
        CommandRun judged = CommandRun.on(models, "evaluate", "own", "--steps", "1", "--data", root.toString(),
                "--classifier", metrics.resolve("judge").toString(), "--json", json.toString());

        assertThat(judged.code()).as(judged.output()).isZero();
        // So many there are; nobody said how many.
        assertThat(judged.output()).contains("own@1: 32 samples of each setting", "Frechet", "own class %",
                root + " has no test images: the reference is 8 of them, one in 5 of each class",
                "The model was trained on all of them");
        assertThat(Files.readString(json)).contains("has no test images: the reference is 8 of them");

        CommandRun plain = CommandRun.on(models, "evaluate", "own", "--steps", "1", "--data", root.toString());
        assertThat(plain.code()).as(plain.output()).isZero();
        assertThat(plain.output()).contains("are left out: they need a classifier", "There is no classifier for these")
                .doesNotContain("Debian");
        CommandRun many = CommandRun.on(models, "evaluate", "own", "--samples", "33", "--data", root.toString());
        assertThat(many.code()).isEqualTo(1);
        assertThat(many.output()).contains("the number of samples must be 10 to 32");
        Files.move(root.resolve("dark"), root.resolve("black"));
        CommandRun other = CommandRun.on(models, "evaluate", "own", "--data", root.toString());
        assertThat(other.code()).isEqualTo(1);
        assertThat(other.output()).contains("it lacks dark, and it has black");
    }

    private void train(Path models, Path metrics, String name, String yaml) throws IOException {
        Path spec = Files.writeString(folder.resolve(name + ".yaml"), yaml);
        CommandRun run = CommandRun.on(models, "train", spec.toString(), "--runs", folder.resolve("runs").toString(),
                "--metrics", metrics.toString());
        assertThat(run.code()).as(run.output()).isZero();
    }

    private static Path pictures(Path root, int each) throws IOException {
        var random = new SplittableRandom(1);
        for (String name : new String[]{"bright", "dark"}) {
            Files.createDirectories(root.resolve(name));
            for (int i = 0; i < each; i++) {
                var image = new BufferedImage(8, 8, BufferedImage.TYPE_BYTE_GRAY);
                int base = name.equals("bright") ? 180 : 20;
                image.getRaster().setPixels(0, 0, 8, 8,
                        IntStream.range(0, 64).map(_ -> base + random.nextInt(50)).toArray());
                ImageIO.write(image, "png", root.resolve(name).resolve(i + ".png").toFile());
            }
        }
        return root;
    }

    @Test
    void shouldSayWhichOptionNamesSomethingElse() throws IOException {
        Path file = Files.writeString(folder.resolve("file.txt"), "no data");

        assertThat(CommandRun.of("evaluate", "mixture-2d", "--data", file.toString()).output())
                .contains(file + " is none of the files that are known here: data are a folder of images");
        assertThat(CommandRun.of("evaluate", "mixture-2d", "--classifier", file.toString()).output())
                .contains("--classifier names a folder, but " + file + " is a file");
        assertThat(CommandRun.on(file, "evaluate", "mixture-2d").output())
                .contains("--models names a folder, but " + file + " is a file");
        assertThat(CommandRun.of("evaluate", file.toString()).output()).contains("there is no model '" + file + "'");
        assertThat(CommandRun.of("evaluate", "mixture-2d", "--plot-metric", "recall", "--plot",
                folder.resolve("x.svg").toString()).output())
                .contains("--plot-metric recall is not measured of this model; there are slicedWasserstein")
                .doesNotContain("measuring");
        CommandRun report = CommandRun.plainly("report", file.toString());
        assertThat(report.code()).isEqualTo(1);
        assertThat(report.output()).contains("there is no run in " + file);
    }
}
