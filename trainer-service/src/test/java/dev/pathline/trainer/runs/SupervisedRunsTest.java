package dev.pathline.trainer.runs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pathline.common.error.ApiException;
import dev.pathline.common.error.ErrorCode;
import dev.pathline.common.error.FieldError;
import dev.pathline.common.port.TrainingRuns.LoggedRunEvent;
import dev.pathline.common.port.TrainingRuns;
import dev.pathline.common.port.TrainingRunsContract;
import dev.pathline.common.wire.TrainingRunAnswer;
import dev.pathline.common.wire.TrainingRunEvent;
import dev.pathline.trainer.delivery.RunFolders;
import dev.pathline.trainer.delivery.RunResult;
import dev.pathline.trainer.life.RunFiles;
import dev.pathline.trainer.life.RunLock;
import dev.pathline.trainer.life.RunRecord;
import dev.pathline.trainer.life.RunRecordFile;
import dev.pathline.trainer.run.RunListener;
import dev.pathline.trainer.run.TinyRuns;
import dev.pathline.trainer.specification.TrainingSpecs;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SupervisedRunsTest extends TrainingRunsContract {

    private static final int FOREVER = 1_000_000;

    @TempDir
    private Path folder;

    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private Path data;
    private RunSupervisor supervisor;
    private SupervisedRuns runs;

    @BeforeEach
    void start() throws IOException {
        data = TinyRuns.data(folder.resolve("data/tiny"));
        live();
    }

    /** The life of a server. */
    private void live() throws IOException {
        var store = new RunStore(folder.resolve("runs"), Clock.systemUTC());
        store.open();
        var folders = new RunFolders(folder.resolve("runs"), TinyRuns.models(folder.resolve("models")),
                folder.resolve("metrics"));
        supervisor = new RunSupervisor(store, TinyRuns.TORCH, TinyRuns.THREAD, folders.models(), folders.metrics(),
                new TrainerMetrics(meters));
        runs = new SupervisedRuns(store, supervisor, new SpecChecks(TinyRuns.TORCH,
                new DataRoots(List.of(folder.resolve("data"))), folders), Clock.systemUTC());
        supervisor.start();
    }

    @AfterEach
    void end() throws InterruptedException {
        supervisor.close();
        assertThat(supervisor.await(PATIENCE)).isTrue();
    }

    @Override
    protected TrainingRuns runs() {
        return runs;
    }

    @Override
    protected String specification(String name, boolean endless) {
        return TinyRuns.flow(data, endless ? FOREVER : 10).replace("name: tiny", "name: " + name)
                .replace("sheetEvery: 10", "sheetEvery: 0");
    }

    private Path record(String id) {
        return folder.resolve("runs").resolve(id).resolve(RunRecordFile.NAME);
    }

    private Path journal(String id) {
        return folder.resolve("runs").resolve(id).resolve(RunFiles.EVENTS);
    }

    /** How many events there were. */
    private long told(String id) throws IOException {
        return Files.readAllLines(journal(id)).size();
    }

    private TrainingRunEvent.Started startAfter(String id, long position) {
        return (TrainingRunEvent.Started) events(id, position, event -> event instanceof TrainingRunEvent.Started)
                .getLast().event();
    }

    @Test
    void shouldGoOnByItselfAfterAStop() throws Exception {
        String id = submit("stopped", true);
        events(id, 0, event -> event instanceof TrainingRunEvent.Snapshot);

        end();
        assertThat(Files.readString(record(id))).contains("\"state\":\"queued\"");
        long last = told(id);
        live();

        assertThat(startAfter(id, last).step()).isPositive();
        runs.cancel(id);
    }

    @Test
    void shouldGoOnByItselfAfterACrash() throws Exception {
        String id = submit("killed", true);
        events(id, 0, event -> event instanceof TrainingRunEvent.Snapshot);
        end();
        // What a killed process leaves: a record that says it runs, and half a line of the next event.
        Files.writeString(record(id), Files.readString(record(id)).replace("\"state\":\"queued\"",
                "\"state\":\"running\""));
        long last = told(id);
        Files.writeString(journal(id), "{\"id\":99,\"ty", StandardOpenOption.APPEND);
        live();

        assertThat(startAfter(id, last).step()).isPositive();
        runs.cancel(id);
    }

    @Test
    void shouldGiveUpOnARunThatEndsItsProcessAgainAndAgain() throws Exception {
        String first = submit("first", true);
        String id = submit("deadly", true);
        end();
        Files.writeString(record(id), Files.readString(record(id)).replace("\"starts\":0", "\"starts\":10"));
        live();
        runs.cancel(first);

        assertThat(events(id, 0, TrainingRunEvent::terminal).getLast().event())
                .isInstanceOfSatisfying(TrainingRunEvent.Failed.class,
                        failed -> assertThat(failed.error().message()).contains("10 times", "memory"));
    }

    @Test
    void shouldGoOnAfterAFailureThatWasMended() throws Exception {
        String first = submit("first", true);
        String id = submit("failing", false);
        Path hidden = Files.move(data, data.resolveSibling("hidden"));
        runs.cancel(first);
        long failed = events(id, 0, TrainingRunEvent::terminal).getLast().position();
        assertThat(runs.find(id).error().message()).contains(data.toString());

        Files.move(hidden, data);
        runs.resume(id, false);

        assertThat(events(id, failed, TrainingRunEvent::terminal)).extracting(e -> e.event().type())
                .startsWith("resumed", "started").endsWith("succeeded");
    }

    @Test
    void shouldShowTheRunsOfTheCommandLineAndGoOnWithThem() throws Exception {
        String yaml = TinyRuns.flow(data, FOREVER);
        Path home = folder.resolve("runs/tiny");
        var folders = new RunFolders(home, TinyRuns.models(folder.resolve("models")), folder.resolve("metrics"));
        var command = new CommandLineRun[1];
        command[0] = new CommandLineRun(TrainingSpecs.read(yaml, "x.yaml"), yaml, folders, false, Clock.systemUTC(),
                new RunListener() {
                    @Override
                    public void snapshot(long step) {
                        TrainingRunAnswer seen = runs.find("tiny");
                        assertThat(seen.state()).isEqualTo("running");
                        assertThatThrownBy(() -> runs.resume("tiny", false)).isInstanceOf(ApiException.class)
                                .hasMessageContaining("another process");
                        command[0].stop();
                    }
                });

        RunResult result = command[0].run(TinyRuns.TORCH, TinyRuns.THREAD);

        assertThat(result).isInstanceOf(RunResult.Stopped.class);
        TrainingRunAnswer paused = runs.find("tiny");
        assertThat(paused.state()).isEqualTo("paused");
        long told = told("tiny");
        runs.resume("tiny", false);
        assertThat(startAfter("tiny", told).step()).isEqualTo(paused.step()).isPositive();
        runs.cancel("tiny");
    }

    @Test
    void shouldWaitWhereItsSnapshotsCannotBeWrittenYet() throws Exception {
        String first = submit("first", true);
        String id = submit("crowded", false);
        Path inTheWay = Files.writeString(folder.resolve("runs").resolve(id).resolve("snapshots"), "");
        runs.cancel(first);

        events(id, 0, event -> event instanceof TrainingRunEvent.Blocked);
        TrainingRunAnswer blocked = runs.find(id);
        assertThat(blocked.state()).isEqualTo("blocked");
        assertThat(blocked.blocked()).contains(inTheWay + " is a file, and a folder is needed");
        assertThat(blocked.position()).isNull();
        runs.pause(id);
        LoggedRunEvent paused = events(id, 0, event -> event instanceof TrainingRunEvent.Paused).getLast();

        Files.delete(inTheWay);
        runs.resume(id, false);
        assertThat(events(id, paused.position(), TrainingRunEvent::terminal)).extracting(e -> e.event().type())
                .startsWith("resumed", "started").endsWith("succeeded");
    }

    @Test
    void shouldWaitForARunWhoseLockCannotBeWritten() throws Exception {
        String first = submit("first", true);
        String id = submit("locked", false);
        Path inTheWay = Files.createDirectory(folder.resolve("runs").resolve(id).resolve("lock"));
        runs.cancel(first);

        TrainingRunAnswer run = runs.find(id);
        for (long end = System.nanoTime() + PATIENCE.toNanos(); run.blocked() == null
                && System.nanoTime() < end; run = runs.find(id)) {
            Thread.onSpinWait();
        }
        assertThat(run.state()).isEqualTo("blocked");
        assertThat(run.blocked()).contains(inTheWay.toString());
        Files.delete(inTheWay);

        assertThat(events(id, 0, TrainingRunEvent::terminal).getLast().event().type()).isEqualTo("succeeded");
    }

    @Test
    void shouldNotAnswerWhatItCouldNotWrite() throws Exception {
        submit("first", true);
        String id = submit("second", false);
        Path saved = Files.move(record(id), folder.resolve("saved"));
        Files.createDirectory(record(id));

        assertThatThrownBy(() -> runs.cancel(id)).isInstanceOfSatisfying(ApiException.class, e -> {
            assertThat(e.code()).isEqualTo(ErrorCode.NO_ROOM);
            assertThat(e).hasMessageContaining("is not cancelled")
                    .hasMessageContaining(record(id).getParent().toString());
        });

        assertThat(runs.find(id).state()).isEqualTo("queued");
        Files.delete(record(id));
        Files.move(saved, record(id));
        assertThat(runs.cancel(id).state()).isEqualTo("cancelled");
        runs.list().stream().filter(run -> run.name().equals("first")).forEach(run -> runs.cancel(run.id()));
    }

    @Test
    void shouldGoOnWithOtherSettingsOnlyWhenItIsForced() throws Exception {
        String id = submit("changed", true);
        events(id, 0, event -> event instanceof TrainingRunEvent.Snapshot);
        runs.pause(id);
        events(id, 0, event -> event instanceof TrainingRunEvent.Paused);
        Path spec = folder.resolve("runs").resolve(id).resolve(RunFiles.SPEC);
        Files.writeString(spec, Files.readString(spec).replace("learningRate: 0.003", "learningRate: 0.004"));

        runs.resume(id, false);
        LoggedRunEvent failed = events(id, 0, TrainingRunEvent::terminal).getLast();
        assertThat(runs.find(id).error().message()).contains("learningRate was 0.003 and is 0.004",
                "POST /training-runs/" + id + "/resume?force=true").doesNotContain("--");
        runs.resume(id, true);

        List<LoggedRunEvent> on = events(id, failed.position(), event -> event instanceof TrainingRunEvent.Snapshot);
        assertThat(on).extracting(e -> e.event().type()).startsWith("resumed", "started");
        assertThat(((TrainingRunEvent.Started) on.get(1).event()).step()).isPositive();
        runs.cancel(id);
    }

    @Test
    void shouldTellAllMistakesOfFieldsAndData() {
        String yaml = specification("bad", false).replace("batch: 6", "batch: 0").replace("seed: 1", "sead: 1")
                .replace(data.toString(), data + "/nothing");

        assertThatThrownBy(() -> runs.submit(yaml, TrainingRuns.Format.YAML))
                .isInstanceOfSatisfying(ApiException.class, e -> {
                    assertThat(e.code()).isEqualTo(ErrorCode.INVALID_SPECIFICATION);
                    assertThat(e.errors()).extracting(FieldError::field).contains("batch", "sead", "data.path");
                });
    }

    @Test
    void shouldKeepDataFromOutsideOut() throws IOException {
        Path secret = TinyRuns.data(folder.resolve("secret"));
        Path link = Files.createSymbolicLink(folder.resolve("data/link"), secret);
        for (String path : List.of(secret.toString(), data + "/../../secret", link.toString(), "/etc")) {
            assertThatThrownBy(() -> runs.submit(specification("x", false).replace(data.toString(), path),
                    TrainingRuns.Format.YAML)).as(path).isInstanceOfSatisfying(ApiException.class,
                            e -> assertThat(e.errors()).singleElement().satisfies(error -> {
                                assertThat(error.field()).isEqualTo("data.path");
                                assertThat(error.message()).contains("must be in one of this server's folders");
                            }));
        }
    }

    @Test
    void shouldRefuseTextThatGrowsOrNests() {
        for (String yaml : List.of("a: &a [1, 1]\nb: [*a, *a]", "[".repeat(10_000),
                "{\"a\":".repeat(100) + "1" + "}".repeat(100))) {
            assertThatThrownBy(() -> runs.submit(yaml, TrainingRuns.Format.YAML)).isInstanceOf(ApiException.class);
        }
    }

    @Test
    void shouldCountStepsAndSnapshots() {
        String id = submit("counted", false);
        events(id, 0, event -> false);

        assertThat(meters.get("pathline.training.steps").counter().count()).isEqualTo(10);
        assertThat(meters.get("pathline.training.images").counter().count()).isEqualTo(60);
        assertThat(meters.get("pathline.training.snapshots").tag("result", "written").counter().count()).isEqualTo(2);
    }

    @Test
    void shouldRefuseANameThatACommandLineTrainsWithOtherSettings() throws IOException {
        Path run = Files.createDirectories(folder.resolve("runs/ho"));
        String yaml = specification("ho", false);
        Files.writeString(run.resolve(RunFiles.SPEC), yaml);
        RunRecordFile.write(run, RunRecord.accepted("ho", "ho", RunRecord.Owner.COMMAND, 1, 6, 10, Instant.EPOCH));
        try (RunLock _ = RunLock.take(run)) {
            assertThatThrownBy(() -> runs.submit(yaml.replace("seed: 1", "seed: 2"), TrainingRuns.Format.YAML))
                    .hasMessageContaining("name is that of run ho");
            assertThat(runs.submit(yaml, TrainingRuns.Format.YAML).isNew()).as("the same one is at work").isFalse();
        }
        assertThat(runs.submit(yaml.replace("seed: 1", "seed: 2"), TrainingRuns.Format.YAML).isNew())
                .as("nobody is at work on the other any more").isTrue();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"{\"name\": \"a\", | Line 1, column", "{\"a\": 1, \"a\": 2} | Duplicate",
        "{'a': 1} | Line 1, column 2", "[1] | must be a JSON object", "{} {} | Line 1, column"})
    void shouldSayWhatIsNoJson(String text, String message) {
        assertThatThrownBy(() -> runs.submit(text, TrainingRuns.Format.JSON)).hasMessageContaining(message)
                .satisfies(e -> assertThat(e.getMessage()).doesNotContain("Source", "`", "tools.jackson", "Exception"));
    }

    /** What is answered stays short whatever is sent. */
    @Test
    void shouldTellTheFirstOfThousandsOfMistakes() {
        String many = java.util.stream.IntStream.range(0, 50_000).mapToObj(i -> "x" + i + ": 1\n")
                .collect(java.util.stream.Collectors.joining());

        assertThatThrownBy(() -> runs.submit(specification("many", false) + many, TrainingRuns.Format.YAML))
                .isInstanceOfSatisfying(ApiException.class, e -> {
                    assertThat(e.errors()).hasSizeLessThanOrEqualTo(20);
                    assertThat(e.detail()).hasSizeLessThan(10_000).contains("and 49980 more");
                });
    }
}
