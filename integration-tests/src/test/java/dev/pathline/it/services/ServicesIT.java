package dev.pathline.it.services;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.pathline.trainer.run.TinyRuns;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The services as processes of their own, on PostgreSQL and NATS. */
class ServicesIT {

    private static final String LONG = "{\"model\":\"fashion-flow\",\"label\":\"bag\",\"count\":16,\"steps\":200,"
            + "\"solver\":\"euler\",\"seed\":3,\"strict\":true,\"precision\":\"float32\",\"preview\":{\"every\":20}}";

    private static Services services;
    private static ServiceProcess first;
    private static ServiceProcess second;
    private static ServiceProcess worker;
    private static ServiceProcess trainer;
    private static ApiClient api;

    @BeforeAll
    static void start() throws Exception {
        services = Services.start();
        trainer = services.trainer(Map.of("PATHLINE_TRAINER_THREADS", "1", "PATHLINE_TRAINER_DATA_ROOTS",
                services.folder().toString()));
        Map<String, String> remote = Map.of("PATHLINE_REMOTE_TRAINER_URL", trainer.address());
        first = services.api(remote);
        second = services.api(remote);
        worker = services.worker(Map.of());
        trainer.awaitReady();
        worker.awaitReady();
        first.awaitReady();
        second.awaitReady();
        api = new ApiClient(List.of(first, second));
    }

    @AfterAll
    static void stop() throws Exception {
        if (api != null) {
            api.close();
        }
        if (services != null) {
            services.close();
        }
    }

    private static HttpResponse<String> get(ServiceProcess replica, String path) throws Exception {
        return api.send(api.to(replica.address(), path).build());
    }

    private static JsonNode json(String text) {
        return JsonMapper.shared().readTree(text);
    }

    @Test
    void shouldLetEveryReplicaReadStreamAndCancelEveryJob() throws Exception {
        HttpResponse<String> made = api.send(api.to(first.address(), "/generate").header("prefer", "respond-async")
                .POST(BodyPublishers.ofString(LONG)).build());
        String id = json(made.body()).path("id").asString();
        await().atMost(ApiClient.PATIENCE).until(() -> json(get(second, "/jobs/" + id).body()).path("progress")
                .path("rowsDone").asLong() > 0);
        HttpResponse<String> cancelled = api
                .send(api.to(second.address(), "/jobs/" + id).DELETE().build());
        assertThat(json(cancelled.body()).path("state").asString()).isEqualTo("cancelled");
        assertThat(json(get(first, "/jobs/" + id).body()).path("state").asString()).isEqualTo("cancelled");
        assertThat(new EventReader(api, id).readToTheEnd().types()).startsWith("queued", "started").contains("step")
                .endsWith("cancelled");

        String short1 = api.submit("{\"model\":\"fashion-onestep\",\"label\":\"coat\",\"seed\":5,\"format\":\"npy\"}");
        api.awaitEnd(short1);
        for (ServiceProcess replica : List.of(first, second)) {
            assertThat(get(replica, "/jobs/" + short1 + "/images/0.png").statusCode()).isEqualTo(200);
            assertThat(get(replica, "/jobs?limit=1").body()).contains(short1);
        }
    }

    @Test
    void shouldSendTrainingRunsToTheTrainerAndServeWhatItMakes() throws Exception {
        Path data = TinyRuns.data(services.folder().resolve("tiny"));
        String specification = TinyRuns.flow(data, 10).replace("sheetEvery: 10", "sheetEvery: 0");
        HttpResponse<String> accepted = api.send(api.to(first.address(), "/training-runs")
                .setHeader("content-type", "application/yaml").POST(BodyPublishers.ofString(specification)).build());
        assertThat(accepted.statusCode()).as(accepted.body()).isEqualTo(202);
        String id = json(accepted.body()).path("id").asString();
        String events = api.send(api.to(second.address(), "/training-runs/" + id + "/events")
                .header("accept", "text/event-stream").timeout(ApiClient.PATIENCE).build()).body();
        assertThat(events).as(events).contains("event:succeeded", "tiny@1");
        await().atMost(Duration.ofSeconds(30)).until(() -> get(first, "/models/tiny").statusCode() == 200);
        String job = api.submit("{\"model\":\"tiny\",\"steps\":4,\"count\":3}");
        api.awaitEnd(job);
        assertThat(api.state(job)).isEqualTo("succeeded");
        assertThat(get(first, "/training-runs/nothing").statusCode()).isEqualTo(404);
    }

    @Test
    void shouldAnswerInTimeWhatAHangingDatabaseKeepsFromBeingDone() throws Exception {
        services.signalPostgres("STOP");
        try {
            long start = System.nanoTime();
            HttpResponse<String> refused = api.send(api.to(first.address(), "/generate")
                    .POST(BodyPublishers.ofString("{\"model\":\"gaussian-2d\",\"steps\":2}")).build());
            Duration took = Duration.ofNanos(System.nanoTime() - start);
            assertThat(refused.statusCode()).as(refused.body()).isEqualTo(503);
            assertThat(json(refused.body()).path("code").asString()).isEqualTo("store_unavailable");
            assertThat(refused.headers().firstValue("retry-after")).isPresent();
            assertThat(took).isLessThan(Duration.ofSeconds(20));
            assertThat(get(first, "/models").statusCode()).as("what needs no database").isEqualTo(200);
            assertThat(first.probe("liveness")).isEqualTo(200);
            assertThat(first.probe("readiness")).isEqualTo(503);
        } finally {
            services.signalPostgres("CONT");
        }
        first.awaitReady();
        second.awaitReady();
        worker.awaitReady();
        String id = api.submit("{\"model\":\"gaussian-2d\",\"steps\":2}");
        api.awaitEnd(id);
        assertThat(api.state(id)).isEqualTo("succeeded");
    }

    @Test
    void shouldLetAWorkerWriteNothingThatHasLostItsJob() throws Exception {
        String reference = api.submit(LONG);
        api.awaitEnd(reference);
        String id = api.submit(LONG);
        await().atMost(ApiClient.PATIENCE).until(() -> api.job(id).path("progress").path("rowsDone").asLong() > 0);
        worker.signal("STOP");
        try (ServiceProcess heir = services.worker(Map.of()).awaitReady()) {
            await().atMost(ApiClient.PATIENCE).until(() -> api.job(id).path("attempt").asInt() == 2);
            worker.signal("CONT");
            EventReader reader = new EventReader(api, id).readToTheEnd();
            assertThat(reader.types()).containsOnlyOnce("succeeded").endsWith("succeeded");
            assertThat(reader.ids()).isSorted().doesNotHaveDuplicates();
            assertThat(api.job(id).path("attempt").asInt()).isEqualTo(2);
            for (int image = 0; image < 16; image++) {
                assertThat(api.image(id, image)).isEqualTo(api.image(reference, image));
            }
            assertThat(worker.log()).contains("LOST");
            assertThat(heir.probe("liveness")).isEqualTo(200);
        } finally {
            worker.signal("CONT");
        }
    }

    @Test
    void shouldTakeOnlyJobsOfModelsThatSomebodyServes() throws Exception {
        worker.terminate();
        try (ServiceProcess special = services.worker(Map.of("PATHLINE_WORKER_SERVE", "gaussian-2d")).awaitReady()) {
            HttpResponse<String> refused = api.send(api.to(second.address(), "/generate")
                    .POST(BodyPublishers.ofString("{\"model\":\"mixture-2d\",\"steps\":2}")).build());
            assertThat(refused.statusCode()).isEqualTo(503);
            assertThat(json(refused.body()).path("code").asString()).isEqualTo("no_worker");
            assertThat(refused.body()).contains("mixture-2d@1");
            String id = api.submit("{\"model\":\"gaussian-2d\",\"steps\":2}");
            api.awaitEnd(id);
            assertThat(api.state(id)).isEqualTo("succeeded");
            assertThat(special.terminate()).isLessThan(Duration.ofSeconds(25));
        } finally {
            worker.restart();
            worker.awaitReady();
        }
    }

    @Test
    void shouldHandOverWhatRunsWhenAWorkerIsToldToStop() throws Exception {
        String id = api.submit(LONG.replace("\"steps\":200", "\"steps\":600"));
        await().atMost(ApiClient.PATIENCE).until(() -> api.job(id).path("progress").path("rowsDone").asLong() > 0);
        try {
            assertThat(worker.terminate()).as("pathline.stop-within").isLessThan(Duration.ofSeconds(27));
            assertThat(api.state(id)).isEqualTo("queued");
        } finally {
            worker.restart();
            worker.awaitReady();
        }
        await().atMost(ApiClient.PATIENCE).until(() -> api.job(id).path("attempt").asInt() == 2);
        api.send(api.to(first.address(), "/jobs/" + id).DELETE().build());
        assertThat(api.state(id)).isEqualTo("cancelled");
    }

    @Test
    void shouldTellOperatorsApartFromClients() throws Exception {
        assertThat(first.management("/actuator/prometheus")).contains("pathline_queue_waiting", "pathline_workers");
        assertThat(worker.management("/actuator/prometheus")).contains("pathline_worker");
        assertThat(get(first, "/actuator/prometheus").statusCode()).as("not where clients ask").isEqualTo(404);
    }

    @Test
    void shouldCarryNoTensorsInTheApi() throws Exception {
        try (var archive = new ZipFile(Images.jar("api-service").toFile())) {
            List<String> libraries = archive.stream().map(ZipEntry::getName)
                    .filter(name -> name.startsWith("BOOT-INF/lib/"))
                    .toList();
            assertThat(libraries).hasSizeGreaterThan(50)
                    .noneMatch(
                            name -> name.contains("pytorch") || name.contains("djl") || name.contains("pathline-engine")
                                    || name.contains("/api-0."));
        }
    }
}
