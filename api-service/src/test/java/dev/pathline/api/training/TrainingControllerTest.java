package dev.pathline.api.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.when;

import dev.pathline.api.access.Admission;
import dev.pathline.api.access.CallerArgument;
import dev.pathline.api.access.KeyFilter;
import dev.pathline.api.access.KnownKeys;
import dev.pathline.common.port.KeyStore;
import java.util.Optional;
import dev.pathline.api.closing.Closing;
import dev.pathline.api.events.LiveEvents;
import dev.pathline.api.request.BodyReader;
import dev.pathline.common.inprocess.InProcessEventLog;
import dev.pathline.common.inprocess.InProcessJobSignals;
import dev.pathline.common.inprocess.InProcessJobStore;
import dev.pathline.common.lifecycle.JobEnding;
import dev.pathline.common.lifecycle.JobLifecycle;
import dev.pathline.common.lifecycle.StopClock;
import dev.pathline.common.port.TrainingRuns;
import dev.pathline.common.port.TrainingRuns.Format;
import dev.pathline.common.port.TrainingRuns.LoggedRunEvent;
import dev.pathline.common.wire.TrainingRunAnswer;
import dev.pathline.common.wire.TrainingRunEvent;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.springframework.core.ParameterizedTypeReference;
import org.springframework.http.CacheControl;
import org.springframework.http.MediaType;
import org.springframework.http.codec.ServerSentEvent;
import org.springframework.test.web.reactive.server.WebTestClient;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Schedulers;

class TrainingControllerTest {

    private static final TrainingRunAnswer RUN = new TrainingRunAnswer("r1", "tiny", "queued", null, 1, 0, 10, 0, null,
            null, null, null, null, null, null, List.of(5L), Instant.EPOCH, null, null, null, null);

    private static final InProcessJobStore JOBS = new InProcessJobStore(1, Clock.systemUTC());
    private static final Closing CLOSING = new Closing(JOBS, new JobEnding(
            new JobLifecycle(JOBS, new InProcessEventLog(Schedulers.parallel(), 1, 1), Clock.systemUTC()),
            new InProcessJobSignals()),
            new StopClock(Duration.ofSeconds(3)));

    private final TrainingRuns runs = mock(TrainingRuns.class);
    private final WebTestClient client = WebTestClient.bindToController(
            new TrainingController(new TrainingService(runs, new LiveEvents(Duration.ofMillis(50), CLOSING), CLOSING,
                    new Admission((who, perMinute) -> Optional.empty())),
                    new BodyReader(1000, Duration.ofSeconds(20))))
            .argumentResolvers(resolvers -> resolvers.addCustomResolver(new CallerArgument()))
            .webFilter((exchange, chain) -> new KeyFilter(false, new KnownKeys(mock(KeyStore.class), "",
                    Clock.systemUTC()), false).filter(exchange, chain))
            .configureClient()
            .responseTimeout(Duration.ofSeconds(60)).build();

    @Test
    void shouldAcceptYamlAndSayWhereTheRunIs() {
        when(runs.submit("a: ü", Format.YAML, null)).thenReturn(new TrainingRuns.Submitted(RUN, true));

        client.post().uri("/training-runs").contentType(MediaType.parseMediaType("application/yaml"))
                .bodyValue("a: ü".getBytes(StandardCharsets.UTF_8)).exchange().expectStatus()
                .isAccepted().expectHeader().location("/training-runs/r1").expectBody().jsonPath("$.state")
                .isEqualTo("queued").jsonPath("$.sheets[0]").isEqualTo(5).jsonPath("$.loss").doesNotExist();
    }

    @Test
    void shouldAnswerARepeatedSpecificationWithItsRun() {
        when(runs.submit(any(), any(), any())).thenReturn(new TrainingRuns.Submitted(RUN, false));

        client.post().uri("/training-runs").contentType(MediaType.APPLICATION_JSON).bodyValue("{}").exchange()
                .expectStatus().isOk().expectHeader().location("/training-runs/r1");
        verify(runs).submit("{}", Format.JSON, null);
    }

    @Test
    void shouldStreamEventsAfterAPositionWithHeartbeatsBetween() {
        when(runs.find("r1")).thenReturn(RUN);
        when(runs.events("r1", 17)).thenReturn(Flux.concat(
                Flux.just(new LoggedRunEvent(18, new TrainingRunEvent.Snapshot(500))),
                Flux.just(new LoggedRunEvent(20, new TrainingRunEvent.Cancelled()))
                        .delaySubscription(Duration.ofMillis(300))));

        List<ServerSentEvent<String>> events = client.get().uri("/training-runs/r1/events")
                .header("Last-Event-ID", "17").exchange().expectStatus().isOk().expectHeader()
                .valueEquals("X-Accel-Buffering", "no")
                .returnResult(new ParameterizedTypeReference<ServerSentEvent<String>>() {
                }).getResponseBody().collectList().block(Duration.ofSeconds(60));

        assertThat(events.getFirst().id()).isEqualTo("18");
        assertThat(events.getFirst().event()).isEqualTo("snapshot");
        assertThat(events.getFirst().data()).isEqualTo("{\"step\":500}");
        assertThat(events.get(1).comment()).isNotNull();
        assertThat(events.getLast().event()).isEqualTo("cancelled");
    }

    @Test
    void shouldSayThatNothingMoreComesOfARunThatHasEnded() {
        when(runs.find("r1"))
                .thenReturn(new TrainingRunAnswer("r1", "tiny", "succeeded", null, null, 10, 10, 0, null, null,
                        null, null, null, null, "tiny@1", List.of(), Instant.EPOCH, null, Instant.EPOCH, null, null));
        when(runs.events("r1", 20)).thenReturn(Flux.empty());
        when(runs.events("r1", 19)).thenReturn(Flux.just(new LoggedRunEvent(20, new TrainingRunEvent.Cancelled())));

        client.get().uri("/training-runs/r1/events?after=20").exchange().expectStatus().isNoContent();
        client.get().uri("/training-runs/r1/events?after=19").exchange().expectStatus().isOk();
    }

    @Test
    void shouldPurgeOnlyWhenAsked() {
        when(runs.cancel("r1")).thenReturn(RUN);
        when(runs.purge("r1")).thenReturn(RUN);

        client.delete().uri("/training-runs/r1").exchange().expectStatus().isOk();
        verify(runs).cancel("r1");
        client.delete().uri("/training-runs/r1?purge=true").exchange().expectStatus().isOk();
        verify(runs).purge("r1");
    }

    @Test
    void shouldForceARunToGoOnOnlyWhenAsked() {
        when(runs.resume("r1", false)).thenReturn(RUN);
        when(runs.resume("r1", true)).thenReturn(RUN);

        client.post().uri("/training-runs/r1/resume").exchange().expectStatus().isOk();
        verify(runs).resume("r1", false);
        client.post().uri("/training-runs/r1/resume?force=true").exchange().expectStatus().isOk();
        verify(runs).resume("r1", true);
        client.post().uri("/training-runs/r1/resume?force=perhaps").exchange().expectStatus().isBadRequest();
    }

    @Test
    void shouldSendASheetAgainWhenItWasMadeAnew() {
        when(runs.sheet("r1", 5)).thenReturn(Optional.of(new byte[]{1}));
        String first = client.get().uri("/training-runs/r1/sheets/5.png").exchange().expectStatus().isOk()
                .expectHeader().cacheControl(CacheControl.noCache().cachePrivate()).expectBody(byte[].class)
                .returnResult().getResponseHeaders().getETag();

        client.get().uri("/training-runs/r1/sheets/5.png").header("If-None-Match", first).exchange().expectStatus()
                .isNotModified().expectBody().isEmpty();
        when(runs.sheet("r1", 5)).thenReturn(Optional.of(new byte[]{2}));
        client.get().uri("/training-runs/r1/sheets/5.png").header("If-None-Match", first).exchange().expectStatus()
                .isOk().expectBody(byte[].class).isEqualTo(new byte[]{2});
    }

    @Test
    void shouldShowAReportThatRunsNoScripts() {
        when(runs.report("r1")).thenReturn(Optional.of("<p>ü".getBytes(StandardCharsets.UTF_8)));

        client.get().uri("/training-runs/r1/report").exchange().expectStatus().isOk().expectHeader()
                .contentType("text/html;charset=UTF-8").expectHeader()
                .value("Content-Security-Policy", policy -> assertThat(policy).contains("default-src 'none'"));
    }
}
