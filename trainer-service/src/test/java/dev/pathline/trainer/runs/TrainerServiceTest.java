package dev.pathline.trainer.runs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import dev.pathline.common.error.ApiException;
import dev.pathline.common.error.ErrorCode;
import dev.pathline.common.lifecycle.StopClock;
import dev.pathline.common.port.TrainingRuns;
import dev.pathline.trainer.run.TinyRuns;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.context.SmartLifecycle;

/** The trainer's place in a server that stops. */
class TrainerServiceTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    private Path folder;

    private TrainerService trainer(StopClock stops) {
        var properties = new TrainerProperties(true, "cpu", 1, folder.resolve("runs"), folder.resolve("metrics"),
                List.of(folder.resolve("data").toString()), Duration.ofHours(1));
        return new TrainerService(properties, TinyRuns.models(folder.resolve("models")), Clock.systemUTC(),
                new SimpleMeterRegistry(), stops);
    }

    private String begun(TrainerService trainer) throws IOException {
        String yaml = TinyRuns.flow(TinyRuns.data(folder.resolve("data/tiny")), 1_000_000)
                .replace("sheetEvery: 10", "sheetEvery: 0");
        String id = trainer.submit(yaml, TrainingRuns.Format.YAML).run().id();
        await().atMost(PATIENCE).until(() -> step(trainer, id) > 0);
        return id;
    }

    private static long step(TrainerService trainer, String id) {
        return trainer.find(id).step();
    }

    @Test
    void shouldStopAfterTheWebServer() {
        // Spring Boot's phases are the default less 1024 and less 2048.
        assertThat(trainer(new StopClock(PATIENCE)).getPhase()).isLessThan(SmartLifecycle.DEFAULT_PHASE - 2048);
    }

    @Test
    void shouldLeaveASnapshotThatTheNextLifeGoesOnFrom() throws Exception {
        TrainerService first = trainer(new StopClock(PATIENCE));
        first.start();
        String id = begun(first);
        var stopped = new CountDownLatch(1);
        first.stop(stopped::countDown);

        assertThat(stopped.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        assertThatExceptionOfType(ApiException.class).isThrownBy(() -> first.find(id))
                .satisfies(refused -> assertThat(refused.code()).isEqualTo(ErrorCode.NO_TRAINER));
        TrainerService second = trainer(new StopClock(PATIENCE));
        second.start();
        assertThat(step(second, id)).isPositive();
        second.stop();
    }

    @Test
    void shouldWaitForASnapshotNoLongerThanTheProcessHas() throws Exception {
        var stops = new StopClock(StopClock.SHORTEST);
        TrainerService trainer = trainer(stops);
        trainer.start();
        begun(trainer);
        // The drain alone would be an hour.
        trainer.stop();

        assertThat(stops.isStopping()).isTrue();
        assertThat(trainer.isRunning()).isFalse();
    }
}
