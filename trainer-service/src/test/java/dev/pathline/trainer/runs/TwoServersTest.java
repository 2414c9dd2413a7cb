package dev.pathline.trainer.runs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pathline.common.error.ApiException;
import dev.pathline.common.error.ErrorCode;
import dev.pathline.common.port.TrainingRuns.Format;
import dev.pathline.common.port.TrainingRuns.LoggedRunEvent;
import dev.pathline.common.port.TrainingRuns.Submitted;
import dev.pathline.common.wire.TrainingRunEvent;
import dev.pathline.engine.torch.ComputeThread;
import dev.pathline.trainer.delivery.RunFolders;
import dev.pathline.trainer.life.RunFiles;
import dev.pathline.trainer.life.RunRecordFile;
import dev.pathline.trainer.life.RunWish;
import dev.pathline.trainer.run.TinyRuns;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two servers, each with a device of its own, share a folder of runs. */
class TwoServersTest {

    private static final Duration PATIENCE = Duration.ofSeconds(240);
    private static final int FOREVER = 1_000_000;

    @TempDir
    private Path folder;

    private final List<Server> servers = new ArrayList<>();
    private Path data;

    /** A server that has started. */
    private final class Server {

        private final ComputeThread compute = new ComputeThread("server-" + servers.size(), 1);
        private final RunSupervisor supervisor;
        private final SupervisedRuns runs;

        Server() throws IOException {
            var store = new RunStore(folder.resolve("runs"), Clock.systemUTC());
            store.open();
            var folders = new RunFolders(folder.resolve("runs"), TinyRuns.models(folder.resolve("models")),
                    folder.resolve("metrics"));
            supervisor = new RunSupervisor(store, TinyRuns.TORCH, compute, folders.models(), folders.metrics(),
                    new TrainerMetrics(new SimpleMeterRegistry()));
            runs = new SupervisedRuns(store, supervisor, new SpecChecks(TinyRuns.TORCH,
                    new DataRoots(List.of(folder.resolve("data"))), folders), Clock.systemUTC());
            servers.add(this);
        }

        Server start() {
            supervisor.start();
            return this;
        }

        List<LoggedRunEvent> events(String id, long after, Predicate<TrainingRunEvent> until) {
            return runs.events(id, after).takeUntil(logged -> until.test(logged.event())).collectList()
                    .block(PATIENCE);
        }

        void stop() throws InterruptedException {
            supervisor.close();
            assertThat(supervisor.await(PATIENCE)).isTrue();
        }
    }

    @BeforeEach
    void prepare() throws IOException {
        data = TinyRuns.data(folder.resolve("data/tiny"));
    }

    @AfterEach
    void end() throws InterruptedException {
        for (Server server : servers) {
            server.stop();
            server.compute.close();
        }
    }

    private String spec(String name) {
        return TinyRuns.flow(data, FOREVER).replace("name: tiny", "name: " + name)
                .replace("sheetEvery: 10", "sheetEvery: 0");
    }

    @Test
    void shouldLeaveToTheOtherWhatTheOtherTrains() throws Exception {
        Server one = new Server().start();
        String id = one.runs.submit(spec("shared"), Format.YAML).run().id();
        one.events(id, 0, event -> event instanceof TrainingRunEvent.Snapshot);
        Server other = new Server().start();

        Submitted again = other.runs.submit(spec("shared"), Format.YAML);
        assertThat(again.isNew()).isFalse();
        assertThat(again.run().id()).isEqualTo(id);
        assertThat(again.run().state()).isEqualTo("running");
        assertThatThrownBy(() -> other.runs.resume(id, false)).isInstanceOfSatisfying(ApiException.class, e -> {
            assertThat(e.code()).isEqualTo(ErrorCode.RUN_STATE);
            assertThat(e).hasMessageContaining("another process");
        });

        long told = Files.readAllLines(folder.resolve("runs").resolve(id).resolve(RunFiles.EVENTS)).size();
        one.stop();
        List<LoggedRunEvent> on = other.events(id, told, event -> event instanceof TrainingRunEvent.Started);
        assertThat(((TrainingRunEvent.Started) on.getLast().event()).step()).isPositive();
        assertThat(other.events(id, 0, event -> event.equals(on.getLast().event())))
                .extracting(LoggedRunEvent::position).isSorted().doesNotHaveDuplicates();
        other.runs.cancel(id);
        assertThat(one.runs.find(id).state()).isEqualTo("cancelled");
    }

    @Test
    void shouldDoWhatTheOtherIsAskedFor() throws Exception {
        Server one = new Server().start();
        String id = one.runs.submit(spec("commanded"), Format.YAML).run().id();
        one.events(id, 0, event -> event instanceof TrainingRunEvent.Snapshot);
        Server other = new Server().start();

        other.runs.pause(id);
        LoggedRunEvent paused = other.events(id, 0, event -> event instanceof TrainingRunEvent.Paused).getLast();
        assertThat(one.runs.find(id).state()).isEqualTo(other.runs.find(id).state()).isEqualTo("paused");
        other.runs.resume(id, false);
        other.events(id, paused.position(), event -> event instanceof TrainingRunEvent.Started);
        assertThat(one.runs.cancel(id).state()).isEqualTo("cancelled");
        assertThat(other.runs.cancel(id).state()).isEqualTo("cancelled");
        assertThat(folder.resolve("runs").resolve(id).resolve(RunWish.NAME)).doesNotExist();
    }

    @Test
    void shouldTakeBackOnceWhatAThirdHasLeft() throws Exception {
        Server third = new Server().start();
        String id = third.runs.submit(spec("left"), Format.YAML).run().id();
        third.events(id, 0, event -> event instanceof TrainingRunEvent.Snapshot);
        third.stop();
        Path record = folder.resolve("runs").resolve(id).resolve(RunRecordFile.NAME);
        Files.writeString(record, Files.readString(record).replace("\"state\":\"queued\"", "\"state\":\"running\""));
        long told = Files.readAllLines(record.resolveSibling(RunFiles.EVENTS)).size();

        Server one = new Server();
        Server other = new Server();
        one.start();
        other.start();

        assertThat(one.events(id, told, event -> event instanceof TrainingRunEvent.Snapshot))
                .extracting(logged -> logged.event().type()).filteredOn(type -> !type.equals("progress"))
                .containsExactly("queued", "started", "snapshot");
        assertThat(one.runs.find(id).state()).isEqualTo(other.runs.find(id).state()).isEqualTo("running");
        one.stop();
        other.stop();
        assertThat(one.runs.cancel(id).state()).isEqualTo("cancelled");
    }
}
