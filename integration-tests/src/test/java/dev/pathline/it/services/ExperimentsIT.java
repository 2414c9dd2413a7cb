package dev.pathline.it.services;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** An experiment under two replicas, of which one is killed, and a worker that is killed in the middle of pairs. */
class ExperimentsIT {

    private static final int REQUESTS = 60;

    private static Services services;
    private static ServiceProcess first;
    private static ServiceProcess second;
    private static ServiceProcess worker;
    private static ApiClient api;

    @BeforeAll
    static void start() throws Exception {
        services = Services.start();
        first = services.api(Map.of());
        second = services.api(Map.of());
        worker = services.worker(Map.of());
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

    private static JsonNode post(ServiceProcess replica, String path, String body, int status) throws Exception {
        HttpResponse<String> answer = api
                .send(api.to(replica.address(), path).POST(BodyPublishers.ofString(body)).build());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        return JsonMapper.shared().readTree(answer.body());
    }

    private static JsonNode get(ServiceProcess replica, String path) throws Exception {
        return JsonMapper.shared().readTree(api.send(api.to(replica.address(), path).build()).body());
    }

    private static long jobs(JsonNode report) {
        return report.path("arms").valueStream().mapToLong(arm -> arm.path("jobs").asLong()).sum();
    }

    @Test
    void shouldCountEveryJobWhoeverDies() throws Exception {
        post(first, "/experiments", """
                {"name": "pairs", "mode": "paired", "planned": 1000,
                 "arms": [{"name": "many", "model": "fashion-flow", "steps": 8},
                          {"name": "one", "model": "fashion-onestep", "steps": 1}],
                 "goal": {"metric": "deviceMs", "difference": 10, "deviation": 20}}""", 201);
        post(second, "/experiments/pairs/start", "{\"by\": \"test\"}", 200);
        Map<String, String> arms = new HashMap<>();
        Set<String> made = new HashSet<>();
        for (int i = 0; i < REQUESTS; i++) {
            if (i == REQUESTS / 3) {
                worker.kill();
                worker.restart();
            }
            if (i == REQUESTS / 2) {
                first.kill();
            }
            String subject = "subject-" + i % 20;
            String id = api
                    .submit("{\"experiment\":\"pairs\",\"subject\":\"" + subject + "\",\"label\":\"coat\",\"seed\":"
                            + i + "}");
            made.add(id);
            String arm = get(second, "/jobs/" + id).path("arm").asString();
            assertThat(arms.computeIfAbsent(subject, _ -> arm)).as("whoever is asked, and whoever has died")
                    .isEqualTo(arm);
        }
        assertThat(new HashSet<>(arms.values())).containsExactlyInAnyOrder("pairs@1/many", "pairs@1/one");
        assertThat(made).hasSize(REQUESTS);
        first.restart();
        worker.awaitReady();
        first.awaitReady();
        for (String id : made) {
            api.awaitEnd(id);
        }
        await().atMost(ApiClient.PATIENCE).until(() -> get(second, "/jobs?limit=200").path("jobs").valueStream()
                .noneMatch(job -> job.path("progress").path("rowsDone").asLong() < job.path("rows").asLong()));

        List<String> stored = get(first, "/jobs?limit=200").path("jobs").valueStream()
                .map(job -> job.path("arm").asString()).filter(arm -> arm.startsWith("pairs@1/")).toList();
        assertThat(stored.size()).isBetween(2 * REQUESTS - 2, 2 * REQUESTS);
        await().atMost(ApiClient.PATIENCE)
                .until(() -> jobs(get(second, "/experiments/pairs/report")) >= stored.size());
        for (ServiceProcess replica : List.of(first, second)) {
            JsonNode report = get(replica, "/experiments/pairs/report");
            assertThat(jobs(report)).isEqualTo(stored.size());
            for (JsonNode arm : report.path("arms")) {
                assertThat(arm.path("jobs").asLong()).isEqualTo(stored.stream()
                        .filter(one -> one.endsWith("/" + arm.path("arm").asString())).count());
                assertThat(arm.path("byState").path("succeeded").asLong()).isEqualTo(arm.path("jobs").asLong());
                assertThat(arm.path("units").asLong()).isEqualTo(20);
            }
            JsonNode device = report.path("comparisons").get(0);
            assertThat(device.path("metric").asString()).isEqualTo("deviceMs");
            assertThat(device.path("difference").path("high").asDouble()).as("one step is less work").isNegative();
        }
    }
}
