package dev.pathline.trainer.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pathline.common.image.Png;
import dev.pathline.common.image.Raster;
import dev.pathline.engine.training.TrainingListener.NoiseLevelLoss;
import dev.pathline.engine.training.TrainingListener.Progress;
import dev.pathline.trainer.life.RunCommand;
import dev.pathline.trainer.life.RunMachine;
import dev.pathline.trainer.life.RunRecord;
import dev.pathline.trainer.life.RunRecordFile;
import dev.pathline.trainer.delivery.RunResult;
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

class RunReportTest {

    private static final Path SPEC = Path.of("..", "training", "fashion-flow.yaml");
    private static final Pattern CHART = Pattern.compile("<svg.*?</svg>", Pattern.DOTALL);

    @TempDir
    private Path run;

    private void train(RunLog log, int reports) {
        log.started(0);
        for (int i = 1; i <= reports; i++) {
            log.progressed(new Progress(10L * i, 6000, i == 50 ? Double.NaN : 1.0 / i, 0.5, 80, 60,
                    List.of(new NoiseLevelLoss(Double.NEGATIVE_INFINITY, -1, 300, 2.0 / i),
                            new NoiseLevelLoss(-1, Double.POSITIVE_INFINITY, 340, 0.1 / i))));
        }
    }

    private void sheet(RunLog log, int step, int width) throws IOException {
        Files.createDirectories(run.resolve("sheets"));
        Path file = run.resolve("sheets/step-" + step + ".png");
        Files.write(file, Png.encode(Raster.ofSample(new float[width * 8], 1, 8, width)));
        log.sheet(file);
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
        var log = new RunLog(run);
        train(log, 600);
        sheet(log, 500, 8);
        log.warning("the sheet of step 1000 could not be made");
        log.succeeded("models/fashion-flow/2");

        String html = Files.readString(RunReport.write(run));

        assertThat(titles(html)).containsExactly("Loss", "Loss by noise level", "Gradient norm", "Throughput",
                "Learning rate");
        assertThat(html).contains("<h1>fashion-flow</h1>", "<dd>succeeded</dd>", "6,000 of 6,000", "384,000 images",
                "UNet2DModel, 1,1", "clipped above 1", "to step 6000", "not finite", "after step 500",
                "data:image/png;base64,", "the sheet of step 1000 could not be made", "models/fashion-flow/2",
                "labelDropout: 0.1");
        assertThat(html).doesNotContain("<script", "http://localhost", "src=\"/", "href=");
        assertThat(Files.list(run).map(file -> file.getFileName().toString())).containsExactlyInAnyOrder("spec.yaml",
                "sheets", "progress.jsonl", "report.html");
    }

    @Test
    void shouldSayWhyARunFailed() throws IOException {
        var reporting = new RunReporting(run);
        reporting.listener().started(0);
        reporting.failed("the loss <exploded> & \"took\" the gradient with it");

        String html = Files.readString(run.resolve(RunReport.FILE));

        assertThat(html).contains("role=\"alert\">the loss &lt;exploded&gt; &amp; &quot;took&quot; the gradient")
                .contains("nothing yet", "<dd>failed</dd>").doesNotContain("<exploded>");
    }

    @Test
    void shouldEscapeWhatASpecificationSays() throws IOException {
        Files.writeString(run.resolve("spec.yaml"), Files.readString(SPEC)
                .replaceFirst("description: .*", "description: \"<script>alert(1)</script> & 'more'\""));

        String html = RunReport.html(run);

        assertThat(html).contains("<p>&lt;script&gt;alert(1)&lt;/script&gt; &amp; &#39;more&#39;</p>",
                "<dd>not started</dd>").doesNotContain("<script>");
    }

    @Test
    void shouldShowASpecificationThatIsNoLongerUnderstood() throws IOException {
        Files.writeString(run.resolve("spec.yaml"), "of: [another, version]\n");
        train(new RunLog(run), 3);

        String html = RunReport.html(run);

        assertThat(html).contains("of: [another, version]", "running, or interrupted");
        assertThat(titles(html)).containsExactly("Loss", "Loss by noise level", "Gradient norm", "Throughput");
    }

    @Test
    void shouldChooseTwelveSheetsEvenlyAndMakeWideOnesSmaller() throws IOException {
        var log = new RunLog(run);
        log.started(0);
        for (int step = 1; step <= 100; step++) {
            sheet(log, step, 960);
        }
        Files.writeString(run.resolve("sheets/step-1.png"), "not a picture");
        Files.delete(run.resolve("sheets/step-100.png"));

        List<ReportSheets.Sheet> sheets = ReportSheets.of(run, RunHistory.read(run));

        assertThat(sheets).extracting(ReportSheets.Sheet::step).hasSize(11).startsWith(10L).endsWith(99L);
        Matcher data = Pattern.compile("data:image/png;base64,(.*)").matcher(sheets.getFirst().source());
        assertThat(data.matches()).isTrue();
        BufferedImage image = ImageIO.read(new ByteArrayInputStream(Base64.getDecoder().decode(data.group(1))));
        assertThat(image.getWidth()).isEqualTo(480);
    }

    @Test
    void shouldNotSayOfACancelledRunThatItGoesOn() throws IOException {
        var atWork = new RunReporting(run);
        atWork.listener().started(0);
        atWork.cancelled();
        assertThat(run.resolve(RunReport.FILE)).content().contains("<dd>cancelled</dd>", "step 0: cancelled")
                .doesNotContain("goes on");

        var queued = new RunReporting(run);
        queued.listener().started(5);
        queued.ended(new RunResult.Stopped(5, 100));
        var record = RunRecord.accepted("r", "r", RunRecord.Owner.SERVER, 1, 6, 100, Instant.EPOCH);
        RunRecordFile.write(run, RunMachine.apply(record, new RunCommand.Cancel(), Instant.EPOCH).run());
        assertThat(RunReport.html(run)).as("cancelled while nobody trained it").contains("<dd>cancelled</dd>");
    }

    @Test
    void shouldCountThePartsOfOneRunAndNotItsRepetitions() throws IOException {
        var log = new RunLog(run);
        log.started(0);
        log.stopped("");
        log.started(5);
        log.succeeded("models/tiny/1");
        log.started(10);

        assertThat(RunReport.html(run)).contains("2, interrupted and gone on with", "<dd>running, or interrupted</dd>");
    }

    @Test
    void shouldReportWhenARunIsStoppedAndNotWhenItNeverBegan() {
        var never = new RunReporting(run);
        never.ended(new RunResult.Stopped(0, 100));
        assertThat(run).isEmptyDirectory();

        var stopped = new RunReporting(run);
        stopped.listener().started(0);
        stopped.ended(new RunResult.Stopped(10, 100));

        assertThat(run.resolve(RunReport.FILE)).content().contains("<dd>stopped</dd>");
    }
}
