package dev.pathline.trainer.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pathline.common.error.ApiException;
import dev.pathline.common.error.ErrorCode;
import dev.pathline.common.port.ModelStore;
import dev.pathline.common.port.TrainingRuns;
import dev.pathline.common.port.TrainingRunsContract;
import dev.pathline.distributed.TrainerEndpointConfiguration;
import dev.pathline.http.HttpTrainingRuns;
import dev.pathline.trainer.run.TinyRuns;
import dev.pathline.trainer.runs.TrainerConfiguration;
import dev.pathline.trainer.runs.TrainerService;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;

/** A trainer that is reached over HTTP keeps the port's contract. */
class RemoteRunsTest extends TrainingRunsContract {

    private static final int FOREVER = 1_000_000;

    private static Path place = Path.of("");

    @TempDir
    private Path folder;

    private Path data;
    private ConfigurableApplicationContext trainer;
    private TrainingRuns runs;

    /** A trainer, whose models are in a folder of the test's. */
    @SpringBootConfiguration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    @Import({TrainerConfiguration.class, TrainerEndpointConfiguration.class})
    static class Trainer {
        @Bean
        Clock clock() {
            return Clock.systemUTC();
        }

        @Bean
        ModelStore models() {
            return TinyRuns.models(place.resolve("models"));
        }
    }

    @BeforeEach
    void start() throws IOException {
        place = folder;
        data = TinyRuns.data(folder.resolve("data/tiny"));
        live(0);
    }

    private void live(int port) {
        var application = new SpringApplication(Trainer.class);
        application.setDefaultProperties(Map.of("server.port", Integer.toString(port), "pathline.trainer.device", "cpu",
                "pathline.trainer.threads", "1", "pathline.trainer.runs", folder.resolve("runs").toString(),
                "pathline.trainer.metrics", folder.resolve("metrics").toString(), "pathline.trainer.data-roots",
                folder.resolve("data").toString(), "spring.main.banner-mode", "off"));
        trainer = application.run();
        runs = new HttpTrainingRuns(URI.create("http://localhost:" + port()), Duration.ofSeconds(60));
    }

    private int port() {
        return ((WebServerApplicationContext) trainer).getWebServer().getPort();
    }

    @AfterEach
    void stop() {
        trainer.close();
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

    @Test
    void shouldReadOnWhenTheTrainerIsBack() throws Exception {
        String id = submit("restarted", true);
        CompletableFuture<Long> paused = runs.events(id, 0).filter(one -> one.event().type().equals("paused"))
                .map(TrainingRuns.LoggedRunEvent::position).next().toFuture();
        events(id, 0, event -> event.type().equals("snapshot"));
        int port = port();
        trainer.close();
        TrainingRuns away = runs;
        assertThatThrownBy(away::list).isInstanceOfSatisfying(ApiException.class, e -> {
            assertThat(e.code()).isEqualTo(ErrorCode.NO_TRAINER);
            assertThat(e.detail()).contains("http://localhost:" + port);
            assertThat(e.retryAfter()).isPositive();
        });
        live(port);
        assertThat(trainer.getBean(TrainerService.class).isRunning()).isTrue();
        runs.pause(id);
        assertThat(paused.get(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isPositive();
        runs.cancel(id);
    }

    @Test
    void shouldGiveFilesThatThereAreAndNoneThatThereAreNot() {
        String id = runs.submit(TinyRuns.flow(data, 10).replace("name: tiny", "name: drawn"),
                TrainingRuns.Format.YAML).run().id();
        events(id, 0, event -> false);
        long step = runs.find(id).steps();
        assertThat(runs.sheet(id, step)).hasValueSatisfying(png -> assertThat(png).startsWith(0x89, 'P', 'N', 'G'));
        assertThat(runs.sheet(id, 3)).isEmpty();
        assertThat(runs.report(id)).hasValueSatisfying(page -> assertThat(new String(page)).contains("<html"));
    }
}
