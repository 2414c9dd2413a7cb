package dev.pathline.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pathline.client.Generation;
import dev.pathline.client.PathlineClient;
import dev.pathline.client.PathlineException;
import dev.pathline.common.wire.JobAnswer;
import dev.pathline.common.wire.JobEvent;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.util.LinkedMultiValueMap;
import org.springframework.util.MultiValueMap;

/** The Java client, as somebody uses it who has it as a dependency, through a proxy that cuts streams. */
class ClientIT {

    private static final String KEY = "a-key-that-only-this-test-knows-0123456789";
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private static PathlineProcess server;
    private static PathlineClient client;

    @BeforeAll
    static void start() throws Exception {
        server = PathlineProcess.serve("--memory", "--", "--pathline.api.keys.required=always",
                "--pathline.api.keys.admin=" + KEY);
        client = PathlineClient.at(URI.create(server.address())).key(KEY).open();
    }

    @AfterAll
    static void stop() throws Exception {
        server.close();
    }

    @Test
    void shouldGenerate() {
        JobAnswer job = client.generate(Generation.of("fashion-onestep").label("bag").seed(7).count(2)
                .metadata(Map.of("team", "shop"))).block(PATIENCE);
        assertThat(job.state()).isEqualTo("succeeded");
        assertThat(job.images()).hasSize(2);
        byte[] inline = Base64.getDecoder().decode(job.images().getFirst().data());
        assertThat(client.jobs().image(job.id(), "0.png").block(PATIENCE)).isEqualTo(inline);
        assertThat(client.jobs().picture(Generation.of("fashion-onestep").label("bag")).block(PATIENCE))
                .startsWith(0x89, 'P', 'N', 'G');
        MultiValueMap<String, String> mine = new LinkedMultiValueMap<>(Map.of("metadata.team", List.of("shop")));
        assertThat(client.jobs().list(mine).block(PATIENCE).jobs()).extracting(JobAnswer::id).containsExactly(job.id());
        assertThat(client.models().get("fashion-flow").block(PATIENCE).path("classes")).hasSize(10);
        assertThat(client.models().solvers().block(PATIENCE)).isNotEmpty();
        assertThat(client.webhooks().list(null, null).block(PATIENCE).webhooks()).isEmpty();
        assertThat(client.training().list().block(PATIENCE)).isNotNull();
    }

    @Test
    void shouldTellEveryStep() {
        List<JobEvent> events = client.stream(Generation.of("fashion-flow").label("bag").steps(5)
                .with("preview", Map.of("every", 1))).collectList().block(PATIENCE);
        assertThat(events.getFirst()).isInstanceOf(JobEvent.Queued.class);
        assertThat(events).filteredOn(JobEvent.Step.class::isInstance).hasSize(5);
        assertThat(events.getLast()).isInstanceOf(JobEvent.Succeeded.class);
    }

    @Test
    void shouldGoOnWhereAStreamWasCut() throws Exception {
        try (var proxy = new CuttingProxy(server.port())) {
            PathlineClient cut = PathlineClient.at(URI.create(proxy.address())).key(KEY).open();
            String job = cut.submit(Generation.of("fashion-flow").label("bag").count(8).steps(60)
                    .with("preview", Map.of("every", 1)), "once").block(PATIENCE).id();
            assertThat(cut.submit(Generation.of("fashion-flow").label("bag").count(8).steps(60)
                    .with("preview", Map.of("every", 1)), "once").block(PATIENCE).id()).isEqualTo(job);
            var times = new java.util.concurrent.atomic.AtomicInteger();
            List<JobEvent> events = cut.events(job).doOnNext(event -> {
                if (event instanceof JobEvent.Step && times.getAndIncrement() == 3) {
                    cut(proxy);
                }
            }).collectList().block(PATIENCE);
            List<Integer> steps = events.stream().filter(JobEvent.Step.class::isInstance)
                    .map(event -> ((JobEvent.Step) event).step()).toList();
            assertThat(steps).doesNotHaveDuplicates().isSorted();
            assertThat(events.getLast()).isInstanceOf(JobEvent.Succeeded.class);
        }
    }

    private static void cut(CuttingProxy proxy) {
        try {
            proxy.cut();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            proxy.mend();
        }
    }

    @Test
    void shouldSayWhatIsRefused() {
        assertThatThrownBy(() -> client.generate(Generation.of("nobody")).block(PATIENCE))
                .isInstanceOfSatisfying(PathlineException.class, refusal -> {
                    assertThat(refusal.status()).isEqualTo(404);
                    assertThat(refusal.code()).isEqualTo("unknown_model");
                    assertThat(refusal.errors().getFirst().field()).isEqualTo("model");
                    assertThat(refusal.retryAfter()).isNull();
                });
        assertThatThrownBy(() -> client.events("nobody").blockLast(PATIENCE)).isInstanceOf(PathlineException.class);
        PathlineClient stranger = PathlineClient.at(URI.create(server.address())).open();
        assertThatThrownBy(() -> stranger.models().list().block(PATIENCE))
                .isInstanceOfSatisfying(PathlineException.class,
                        refusal -> assertThat(refusal.status()).isEqualTo(401));
    }
}
