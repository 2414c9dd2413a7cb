package dev.pathline.trainer.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assertions.within;

import dev.pathline.common.error.ErrorCode;
import dev.pathline.common.report.ProgressPoint;
import dev.pathline.common.report.RunHistory;
import dev.pathline.common.wire.JobError;
import dev.pathline.common.wire.TrainingRunEvent;
import dev.pathline.common.wire.TrainingRunEvent.NoiseLevel;
import dev.pathline.trainer.life.RunFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The log of a run as curves and a report see it. */
class JournalBoundsTest {

    private static final Clock NOON = Clock.fixed(Instant.parse("2026-01-02T12:00:00Z"), ZoneOffset.UTC);
    private static final JournalBounds NARROW = new JournalBounds(100, 20, 50);

    @TempDir
    private Path run;

    private RunJournal journal() {
        return journal(JournalBounds.USUAL);
    }

    private RunJournal journal(JournalBounds bounds) {
        return RunJournal.open(new JournalFile(file()), NOON, bounds);
    }

    private Path file() {
        return run.resolve(RunFiles.EVENTS);
    }

    private static TrainingRunEvent.Started started(long step) {
        return new TrainingRunEvent.Started(step, 1000);
    }

    private static TrainingRunEvent.Progress progress(long step, double loss) {
        return new TrainingRunEvent.Progress(step, 1000, 6 * step, loss, 0.5, 80.0, 60_000L, List.of());
    }

    private RunHistory history() {
        return journal().history();
    }

    private List<Long> steps() {
        return history().points().stream().map(ProgressPoint::step).toList();
    }

    @Test
    void shouldReadWhatItWrote() throws IOException {
        RunJournal journal = journal();
        var levels = List.of(new NoiseLevel(null, -1.0, 3, 0.25), new NoiseLevel(-1.0, 1.0, 0, null));
        journal.append(started(0), "abc");
        journal.append(new TrainingRunEvent.Progress(10, 1000, 60, 0.75, 1.25, 80.0, 60_000L, levels));
        journal.append(new TrainingRunEvent.Snapshot(10));
        journal.append(new TrainingRunEvent.Sheet(10, "/sheets/10.png"));
        journal.append(new TrainingRunEvent.Warning("a \"warning\"\nof two lines"));
        journal.append(new TrainingRunEvent.Blocked("the disk is full"));
        journal.append(new TrainingRunEvent.Unblocked());
        journal.append(new TrainingRunEvent.SteppedBack(5, "the loss exploded"));
        journal.append(new TrainingRunEvent.Failed(JobError.of(ErrorCode.TRAINING_FAILED, "it failed")));

        RunHistory history = history();

        assertThat(history.points())
                .containsExactly(new ProgressPoint(NOON.instant(), 0, 10, 1000, 0.75, 1.25, 80, levels));
        assertThat(history.entries()).extracting(entry -> entry.event().type()).containsExactly("started", "snapshot",
                "sheet", "warning", "blocked", "unblocked", "stepped-back", "failed");
        assertThat(history.entries().getFirst().note()).isEqualTo("abc");
        assertThat(history.last(TrainingRunEvent.Warning.class)).hasValueSatisfying(entry -> {
            assertThat(entry.event()).isEqualTo(new TrainingRunEvent.Warning("a \"warning\"\nof two lines"));
            assertThat(entry.step()).isEqualTo(10);
        });
        assertThat(history.last(TrainingRunEvent.Failed.class)).hasValueSatisfying(
                entry -> assertThat(entry.step()).isEqualTo(5));
        assertThat(Files.readAllLines(file())).hasSize(9)
                .allSatisfy(line -> assertThat(line).startsWith("{").endsWith("}"));
    }

    @Test
    void shouldKeepThatANumberWasNotFinite() {
        RunJournal journal = journal();
        journal.append(started(0));
        journal.append(progress(10, Double.NaN));
        journal.append(progress(20, Double.POSITIVE_INFINITY));

        assertThat(history().points()).extracting(ProgressPoint::loss).containsExactly(Double.NaN, Double.NaN);
    }

    @Test
    void shouldPassOverATornLineAndCutItOffBeforeTheNext() throws IOException {
        RunJournal killed = journal();
        killed.append(started(0));
        killed.append(progress(10, 1));
        killed.append(progress(20, 1));
        byte[] whole = Files.readAllBytes(file());
        for (int cut = 1; cut < 60; cut++) {
            Files.write(file(), Arrays.copyOf(whole, whole.length - cut));
            assertThat(steps()).as("%d bytes are missing", cut).containsExactly(10L);
        }

        RunJournal next = journal();
        next.append(started(10));
        next.append(progress(20, 0.5));

        assertThat(steps()).containsExactly(10L, 20L);
        assertThat(Files.readAllLines(file())).hasSize(4).allSatisfy(line -> assertThat(line).endsWith("}"));
    }

    @Test
    void shouldPassOverLinesThatItDoesNotKnow() throws IOException {
        RunJournal journal = journal();
        journal.append(started(0));
        journal.append(progress(10, 1));
        Files.write(file(), new byte[]{'{', (byte) 0xff, (byte) 0xfe, '\n'}, StandardOpenOption.APPEND);
        Files.writeString(file(), "{\"id\":7,\"type\":\"of a later version\",\"data\":{}}\n\u0000\u0000\n{}\n",
                StandardOpenOption.APPEND);
        journal.refresh();
        journal.append(progress(20, 1));

        assertThat(steps()).containsExactly(10L, 20L);
        assertThat(journal.history().points()).extracting(ProgressPoint::step).containsExactly(10L, 20L);
    }

    /** Lines of an earlier version say neither when they were written nor where a report begins. */
    @Test
    void shouldReadTheLogOfAnEarlierVersion() throws IOException {
        Files.writeString(file(), """
                {"id":1,"type":"queued","data":{"position":1}}
                {"id":2,"type":"started","data":{"step":0,"steps":1000}}
                {"id":3,"type":"progress","data":{"step":10,"steps":1000,"images":60,"loss":1.0,"byNoise":[]}}
                {"id":4,"type":"snapshot","data":{"step":10}}
                {"id":5,"type":"progress","data":{"step":25,"steps":1000,"images":150,"loss":0.5,"byNoise":[]}}
                {"id":6,"type":"started","data":{"step":10,"steps":1000}}
                """);
        RunJournal journal = journal();
        journal.append(progress(20, 0.25));

        assertThat(history().points()).extracting(ProgressPoint::since, ProgressPoint::step, ProgressPoint::loss)
                .containsExactly(tuple(0L, 10L, 1.0),
                        tuple(10L, 20L, 0.25),
                        tuple(10L, 25L, 0.5));
        assertThat(history().entries().getFirst().at()).isNull();
        assertThat(journal.next(6)).extracting("position").isEqualTo(7L);
    }

    @Test
    void shouldForgetWhatWasDoneAgain() {
        RunJournal killed = journal();
        killed.append(started(0));
        IntStream.rangeClosed(1, 10).forEach(i -> killed.append(progress(10L * i, 1)));
        killed.append(new TrainingRunEvent.Sheet(100, "/sheets/100.png"));
        RunJournal resumed = journal();
        resumed.append(started(55));
        resumed.append(progress(60, 2));
        resumed.append(progress(75, 2));

        assertThat(steps()).containsExactly(10L, 20L, 30L, 40L, 50L, 60L, 75L, 80L, 90L, 100L);
        assertThat(history().points()).extracting(ProgressPoint::loss).containsExactly(1.0, 1.0, 1.0, 1.0, 1.0, 2.0,
                2.0, 1.0, 1.0, 1.0);

        resumed.append(new TrainingRunEvent.Sheet(100, "/sheets/100.png"));
        assertThat(history().entries()).extracting(entry -> entry.event().type()).containsExactly("started", "started",
                "sheet");
    }

    @Test
    void shouldStayBoundedAndKeepTheMeanLoss() throws IOException {
        RunJournal journal = journal(NARROW);
        journal.append(started(0));
        long longest = 0;
        for (int i = 1; i <= 3000; i++) {
            journal.append(progress(i, i % 2 == 0 ? 1 : 3));
            longest = Math.max(longest, Files.size(file()));
        }

        RunHistory read = journal(NARROW).history();

        assertThat(read.points()).hasSizeBetween(20, 100);
        assertThat(longest).as("lines that are not kept any more are in the file for a while").isLessThan(
                (100 + NARROW.waste() + 2) * 200);
        assertThat(read.points()).isEqualTo(journal.history().points());
        assertThat(read.points().getFirst().since()).isZero();
        assertThat(read.points().getLast().step()).isEqualTo(3000);
        for (int i = 1; i < read.points().size(); i++) {
            assertThat(read.points().get(i).since()).isEqualTo(read.points().get(i - 1).step());
        }
        double mean = read.points().stream().mapToDouble(p -> (p.step() - p.since()) * p.loss()).sum() / 3000;
        assertThat(mean).isCloseTo(2, within(1e-4));
        assertThat(Files.list(run)).containsExactly(file());
    }

    @Test
    void shouldKeepTheStepsOfTwoPartsApartWhenTheyArePutTogether() {
        RunJournal journal = journal(NARROW);
        journal.append(started(0));
        for (int i = 1; i <= 90; i++) {
            journal.append(progress(10L * i, 1));
        }
        journal.append(started(500));
        for (int i = 501; i <= 560; i++) {
            journal.append(progress(i, 3));
        }

        List<ProgressPoint> points = journal.history().points();

        assertThat(points).isEqualTo(journal(NARROW).history().points());
        assertThat(points).extracting(ProgressPoint::step).isSorted().contains(560L, 900L);
        assertThat(points.getFirst().since()).isZero();
        assertThat(points).hasSizeLessThanOrEqualTo(NARROW.reports()).filteredOn(point -> point.step() > 550)
                .filteredOn(point -> point.step() <= 560).extracting(ProgressPoint::loss).containsOnly(3.0);
    }

    @Test
    void shouldBoundEventsToo() throws IOException {
        RunJournal journal = journal(NARROW);
        journal.append(started(0));
        for (int i = 1; i <= 2000; i++) {
            journal.append(new TrainingRunEvent.Snapshot(i));
        }

        assertThat(Files.readAllLines(file())).hasSizeLessThan(400);
        assertThat(history().last(TrainingRunEvent.Snapshot.class)).hasValueSatisfying(
                entry -> assertThat(entry.step()).isEqualTo(2000));
        assertThat(history().last(TrainingRunEvent.Started.class)).isPresent();
    }

    @Test
    void shouldNotHurtTheRunAndWriteWhatWaitedWhenTheFileCanBeWrittenAgain() throws IOException {
        RunJournal journal = journal();
        journal.append(started(0));
        Files.delete(file());
        Files.createDirectory(file());

        assertThatCode(() -> {
            journal.append(progress(10, 1));
            journal.append(new TrainingRunEvent.Warning("the disk refuses"));
        }).doesNotThrowAnyException();
        Files.delete(file());
        journal.append(progress(20, 1));

        assertThat(steps()).containsExactly(10L, 20L);
        assertThat(history().last(TrainingRunEvent.Warning.class)).isPresent();
        assertThat(journal().next(1)).as("positions stay what they were").extracting("position").isEqualTo(2L);
    }

    @Test
    void shouldHaveAnEmptyHistoryWithoutALog() {
        RunHistory history = history();

        assertThat(history.points()).isEmpty();
        assertThat(history.points(10)).isEmpty();
        assertThat(history.step()).isZero();
        assertThat(run).isEmptyDirectory();
    }
}
