package dev.pathline.trainer.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.within;

import dev.pathline.engine.training.TrainingListener.NoiseLevelLoss;
import dev.pathline.engine.training.TrainingListener.Progress;
import dev.pathline.trainer.report.RunHistory.Event;
import dev.pathline.trainer.report.RunHistory.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunLogTest {

    private static final Clock NOON = Clock.fixed(Instant.parse("2026-01-02T12:00:00Z"), ZoneOffset.UTC);

    @TempDir
    private Path run;

    private RunLog log() {
        return new RunLog(run, NOON, LogBounds.usual());
    }

    private static Progress progress(long step, double loss) {
        return new Progress(step, 1000, loss, 0.5, 80, 60, List.of());
    }

    private List<Long> steps() throws IOException {
        return RunHistory.read(run).points().stream().map(ProgressPoint::step).toList();
    }

    private Path file() {
        return run.resolve(RunLog.FILE);
    }

    @Test
    void shouldReadWhatItWrote() throws IOException {
        RunLog log = log();
        var levels = List.of(new NoiseLevelLoss(Double.NEGATIVE_INFINITY, -1, 3, 0.25),
                new NoiseLevelLoss(-1, 1, 0, Double.NaN));
        log.started(0);
        log.progressed(new Progress(10, 1000, 0.75, 1.25, 80, 60, levels));
        log.snapshot(10);
        log.sheet(run.resolve("sheets/step-10.png"));
        log.warning("a \"warning\"\nof two lines");
        log.blocked("the disk is full");
        log.unblocked();
        log.steppedBack(5, "the loss exploded");
        log.failed("it failed");

        RunHistory history = RunHistory.read(run);

        assertThat(history.points())
                .containsExactly(new ProgressPoint(NOON.instant(), 0, 10, 1000, 0.75, 1.25, 80, levels));
        assertThat(history.events()).extracting(Event::kind).containsExactly(Kind.STARTED, Kind.SNAPSHOT, Kind.SHEET,
                Kind.WARNING, Kind.BLOCKED, Kind.UNBLOCKED, Kind.STEPPED_BACK, Kind.FAILED);
        assertThat(history.last(Kind.WARNING)).hasValueSatisfying(event -> {
            assertThat(event.text()).isEqualTo("a \"warning\"\nof two lines");
            assertThat(event.step()).isEqualTo(10);
        });
        assertThat(history.last(Kind.FAILED)).hasValueSatisfying(event -> assertThat(event.step()).isEqualTo(5));
        assertThat(Files.readAllLines(file())).hasSize(9)
                .allSatisfy(line -> assertThat(line).startsWith("{").endsWith("}"));
    }

    @Test
    void shouldKeepNumbersThatAreNotFinite() throws IOException {
        RunLog log = log();
        log.started(0);
        log.progressed(progress(10, Double.NaN));
        log.progressed(progress(20, Double.POSITIVE_INFINITY));

        assertThat(RunHistory.read(run).points()).extracting(ProgressPoint::loss).containsExactly(Double.NaN,
                Double.POSITIVE_INFINITY);
    }

    @Test
    void shouldPassOverATornLineAndCutItOffBeforeTheNext() throws IOException {
        RunLog killed = log();
        killed.started(0);
        killed.progressed(progress(10, 1));
        killed.progressed(progress(20, 1));
        byte[] whole = Files.readAllBytes(file());
        for (int cut = 1; cut < 60; cut++) {
            Files.write(file(), java.util.Arrays.copyOf(whole, whole.length - cut));
            assertThat(steps()).as("%d bytes are missing", cut).containsExactly(10L);
        }

        RunLog next = log();
        next.started(10);
        next.progressed(progress(20, 0.5));

        assertThat(steps()).containsExactly(10L, 20L);
        assertThat(Files.readAllLines(file())).hasSize(4).allSatisfy(line -> assertThat(line).endsWith("}"));
    }

    @Test
    void shouldPassOverLinesThatItDoesNotKnow() throws IOException {
        RunLog log = log();
        log.started(0);
        log.progressed(progress(10, 1));
        Files.writeString(file(),
                "{\"type\":\"of a later version\",\"at\":\"2026-01-02T12:00:00Z\"}\n\u0000\u0000\n{}\n",
                StandardOpenOption.APPEND);
        log.progressed(progress(20, 1));

        assertThat(steps()).containsExactly(10L, 20L);
    }

    @Test
    void shouldForgetWhatWasDoneAgain() throws IOException {
        RunLog killed = log();
        killed.started(0);
        IntStream.rangeClosed(1, 10).forEach(i -> killed.progressed(progress(10 * i, 1)));
        killed.sheet(Path.of("step-100.png"));
        RunLog resumed = log();
        resumed.started(55);
        resumed.progressed(progress(60, 2));
        resumed.progressed(progress(75, 2));

        assertThat(steps()).containsExactly(10L, 20L, 30L, 40L, 50L, 60L, 75L, 80L, 90L, 100L);
        assertThat(RunHistory.read(run).points()).extracting(ProgressPoint::loss).containsExactly(1.0, 1.0, 1.0, 1.0,
                1.0, 2.0, 2.0, 1.0, 1.0, 1.0);

        resumed.sheet(Path.of("step-100.png"));
        assertThat(RunHistory.read(run).events()).extracting(Event::kind).containsExactly(Kind.STARTED, Kind.STARTED,
                Kind.SHEET);
    }

    @Test
    void shouldStayBoundedAndKeepTheMeanLoss() throws IOException {
        var log = new RunLog(run, NOON, new LogBounds(100, 20));
        log.started(0);
        long longest = 0;
        for (int i = 1; i <= 3000; i++) {
            log.progressed(progress(i, i % 2 == 0 ? 1 : 3));
            longest = Math.max(longest, Files.size(file()));
        }

        List<ProgressPoint> points = RunHistory.read(run).points();

        assertThat(points).hasSizeBetween(20, 120);
        assertThat(longest).isLessThan(130 * 200);
        assertThat(points.getFirst().since()).isZero();
        assertThat(points.getLast().step()).isEqualTo(3000);
        for (int i = 1; i < points.size(); i++) {
            assertThat(points.get(i).since()).isEqualTo(points.get(i - 1).step());
        }
        double mean = points.stream().mapToDouble(p -> (p.step() - p.since()) * p.loss()).sum() / 3000;
        assertThat(mean).isCloseTo(2, within(1e-4));
        assertThat(Files.list(run)).containsExactly(file());
    }

    @Test
    void shouldBoundEventsToo() throws IOException {
        var log = new RunLog(run, NOON, new LogBounds(100, 20));
        log.started(0);
        for (int i = 1; i <= 2000; i++) {
            log.snapshot(i);
        }

        assertThat(Files.readAllLines(file())).hasSizeLessThan(400);
        assertThat(RunHistory.read(run).last(Kind.SNAPSHOT)).hasValueSatisfying(
                event -> assertThat(event.step()).isEqualTo(2000));
        assertThat(RunHistory.read(run).last(Kind.STARTED)).isPresent();
    }

    @Test
    void shouldNotHurtTheRunAndWriteWhatWaitedWhenTheFileCanBeWrittenAgain() throws IOException {
        RunLog log = log();
        log.started(0);
        Files.delete(file());
        Files.createDirectory(file());

        assertThatCode(() -> {
            log.progressed(progress(10, 1));
            log.warning("the disk refuses");
        }).doesNotThrowAnyException();
        Files.delete(file());
        log.progressed(progress(20, 1));

        assertThat(steps()).containsExactly(10L, 20L);
        assertThat(RunHistory.read(run).last(Kind.WARNING)).isPresent();
    }

    @Test
    void shouldLeaveNoTraceOfAProcessThatDidNotTrain() {
        log().failed("another training is at work here");

        assertThat(run).isEmptyDirectory();
    }

    @Test
    void shouldHaveAnEmptyHistoryWithoutALog() throws IOException {
        RunHistory history = RunHistory.read(run);

        assertThat(history.points()).isEmpty();
        assertThat(history.points(10)).isEmpty();
        assertThat(history.step()).isZero();
    }
}
