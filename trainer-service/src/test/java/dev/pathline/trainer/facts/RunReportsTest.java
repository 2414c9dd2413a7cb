package dev.pathline.trainer.facts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pathline.common.error.ErrorCode;
import dev.pathline.common.image.Png;
import dev.pathline.common.image.Raster;
import dev.pathline.common.report.RunReport.Sheet;
import dev.pathline.common.wire.JobError;
import dev.pathline.common.wire.TrainingRunEvent.NoiseLevel;
import dev.pathline.common.wire.TrainingRunEvent;
import dev.pathline.trainer.journal.RunJournal;
import dev.pathline.trainer.life.RunCommand;
import dev.pathline.trainer.life.RunMachine;
import dev.pathline.trainer.life.RunRecord;
import dev.pathline.trainer.life.RunRecordFile;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.imageio.ImageIO;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.xml.sax.InputSource;

class RunReportsTest {

    private static final Path SPEC = Path.of("..", "training", "fashion-flow.yaml");
    private static final Pattern CHART = Pattern.compile("<svg.*?</svg>", Pattern.DOTALL);

    @TempDir
    private Path run;

    private RunJournal log() {
        return RunJournal.open(run);
    }

    private void train(RunJournal log, int reports) {
        log.append(new TrainingRunEvent.Started(0, 6000), "0123456789abcdef");
        for (int i = 1; i <= reports; i++) {
            log.append(new TrainingRunEvent.Progress(10L * i, 6000, 640L * i, i == 50 ? Double.NaN : 1.0 / i, 0.5, 80.0,
                    60_000L, List.of(new NoiseLevel(null, -1.0, 300, 2.0 / i),
                            new NoiseLevel(-1.0, null, 340, 0.1 / i))));
        }
    }

    private String html() {
        return RunReports.html(run, log().history());
    }

    private void sheet(RunJournal log, int step, int width) throws IOException {
        Files.createDirectories(run.resolve("sheets"));
        Path file = run.resolve("sheets/step-" + step + ".png");
        Files.write(file, Png.encode(Raster.ofSample(new float[width * 8], 1, 8, width)));
        log.append(new TrainingRunEvent.Sheet(step, "/sheets/" + step + ".png"));
    }

    private static List<String> titles(String html) {
        return CHART.matcher(html).results().map(chart -> {
            try {
                return DocumentBuilderFactory.newInstance().newDocumentBuilder()
                        .parse(new InputSource(new StringReader(chart.group()))).getElementsByTagName("title").item(0)
                        .getTextContent();
            } catch (Exception e) {
                throw new AssertionError("not XML: " + chart.group(), e);
            }
        }).toList();
    }

    @Test
    void shouldShowWhatTheRunWas() throws IOException {
        Files.copy(SPEC, run.resolve("spec.yaml"));
        RunJournal log = log();
        train(log, 600);
        sheet(log, 500, 8);
        log.append(new TrainingRunEvent.Warning("the sheet of step 1000 could not be made"));
        log.append(new TrainingRunEvent.Succeeded("fashion-flow@2"), "models/fashion-flow/2");

        String html = Files.readString(RunReports.write(run));

        assertThat(titles(html)).containsExactly("Loss", "Loss by noise level", "Gradient norm", "Throughput",
                "Learning rate");
        assertThat(html).contains("<h1>fashion-flow</h1>", "<dd>succeeded</dd>", "6,000 of 6,000", "384,000 images",
                "UNet2DModel, 1,1", "clipped above 1", "to step 6000", "not finite", "after step 500",
                "data:image/png;base64,", "the sheet of step 1000 could not be made", "models/fashion-flow/2",
                "labelDropout: 0.1", "0123456789ab<");
        assertThat(html).doesNotContain("<script", "http://localhost", "src=\"/", "href=");
        assertThat(Files.list(run).map(file -> file.getFileName().toString())).containsExactlyInAnyOrder("spec.yaml",
                "sheets", "events.jsonl", "report.html");
    }

    @Test
    void shouldSayWhyARunFailed() throws IOException {
        RunJournal log = log();
        log.append(new TrainingRunEvent.Started(0, 100));
        log.append(new TrainingRunEvent.Failed(JobError.of(ErrorCode.TRAINING_FAILED,
                "the loss <exploded> & \"took\" the gradient with it")));

        String html = Files.readString(RunReports.write(run));

        assertThat(html).contains("role=\"alert\">the loss &lt;exploded&gt; &amp; &quot;took&quot; the gradient")
                .contains("nothing yet", "<dd>failed</dd>").doesNotContain("<exploded>");
    }

    @Test
    void shouldEscapeWhatASpecificationSays() throws IOException {
        Files.writeString(run.resolve("spec.yaml"), Files.readString(SPEC)
                .replaceFirst("description: .*", "description: \"<script>alert(1)</script> & 'more'\""));

        String html = html();

        assertThat(html).contains("<p>&lt;script&gt;alert(1)&lt;/script&gt; &amp; &#39;more&#39;</p>",
                "<dd>not started</dd>").doesNotContain("<script>");
    }

    @Test
    void shouldShowASpecificationThatIsNoLongerUnderstood() throws IOException {
        Files.writeString(run.resolve("spec.yaml"), "of: [another, version]\n");
        train(log(), 3);

        String html = html();

        assertThat(html).contains("of: [another, version]", "running, or interrupted");
        assertThat(titles(html)).containsExactly("Loss", "Loss by noise level", "Gradient norm", "Throughput");
    }

    @Test
    void shouldChooseTwelveSheetsEvenlyAndMakeWideOnesSmaller() throws IOException {
        RunJournal log = log();
        log.append(new TrainingRunEvent.Started(0, 100));
        for (int step = 1; step <= 100; step++) {
            sheet(log, step, 960);
        }
        Files.writeString(run.resolve("sheets/step-1.png"), "not a picture");
        Files.delete(run.resolve("sheets/step-100.png"));

        List<Sheet> sheets = SheetPictures.of(run, log.history());

        assertThat(sheets).extracting(Sheet::step).hasSize(11).startsWith(10L).endsWith(99L);
        Matcher data = Pattern.compile("data:image/png;base64,(.*)").matcher(sheets.getFirst().source());
        assertThat(data.matches()).isTrue();
        BufferedImage image = ImageIO.read(new ByteArrayInputStream(Base64.getDecoder().decode(data.group(1))));
        assertThat(image.getWidth()).isEqualTo(480);
    }

    @Test
    void shouldNotSayOfACancelledRunThatItGoesOn() throws IOException {
        RunJournal log = log();
        log.append(new TrainingRunEvent.Started(0, 100));
        log.append(new TrainingRunEvent.Cancelled());
        assertThat(RunReports.write(run)).content().contains("<dd>cancelled</dd>", "step 0: cancelled")
                .doesNotContain("goes on");

        log.append(new TrainingRunEvent.Started(5, 100));
        log.append(new TrainingRunEvent.Queued(1));
        assertThat(html()).contains("<dd>queued</dd>");
        var record = RunRecord.accepted("r", "r", RunRecord.Owner.SERVER, 1, 6, 100, Instant.EPOCH);
        RunRecordFile.write(run, RunMachine.apply(record, new RunCommand.Cancel(), Instant.EPOCH).run());
        assertThat(html()).as("cancelled while nobody trained it").contains("<dd>cancelled</dd>");
    }

    @Test
    void shouldCountThePartsOfOneRunAndNotItsRepetitions() {
        RunJournal log = log();
        log.append(new TrainingRunEvent.Started(0, 10));
        log.append(new TrainingRunEvent.Paused(5));
        log.append(new TrainingRunEvent.Started(5, 10));
        log.append(new TrainingRunEvent.Succeeded("tiny@1"));
        log.append(new TrainingRunEvent.Started(10, 10));

        assertThat(html()).contains("2, interrupted and gone on with", "<dd>running, or interrupted</dd>");
    }

    @Test
    void shouldTellAMeasurement() {
        RunJournal log = log();
        log.append(new TrainingRunEvent.Started(0, 10));
        log.append(new TrainingRunEvent.Evaluation(5, 12.5, 11, 14, 2));

        assertThat(html()).contains("step 5: evaluation: Frechet distance 12.50, 95% interval 11.00 to 14.00");
    }

    @Test
    void shouldRefuseAFolderThatIsNoRuns() throws IOException {
        Files.writeString(run.resolve("notes.txt"), "mine");

        assertThatThrownBy(() -> RunReports.write(run)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("is not the folder of a run").hasMessageContaining("run.json");
        assertThat(Files.list(run)).containsExactly(run.resolve("notes.txt"));
    }

    /** A run of an earlier version has a second log beside this one; it is not asked any more. */
    @Test
    void shouldReportOnARunOfAnEarlierVersion() throws IOException {
        Files.writeString(run.resolve("progress.jsonl"), "{\"type\":\"warning\",\"text\":\"of the other log\"}\n");
        Files.writeString(run.resolve("events.jsonl"), """
                {"id":1,"type":"started","data":{"step":0,"steps":100}}
                {"id":2,"type":"progress","data":{"step":10,"steps":100,"images":60,"loss":0.5,"byNoise":[]}}
                {"id":3,"type":"paused","data":{"step":10}}
                """);

        assertThat(html()).contains("<dd>paused</dd>", "10 of 100", "step 10: paused").doesNotContain("<time>",
                "of the other log");
    }
}
