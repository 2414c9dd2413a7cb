package dev.pathline.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.http.MediaType;
import org.springframework.http.codec.ServerSentEvent;
import org.springframework.test.context.TestPropertySource;
import org.springframework.test.web.reactive.server.WebTestClient;
import tools.jackson.databind.JsonNode;

/** Experiments over HTTP, with a real worker. */
@TestPropertySource(
        properties = {"pathline.api.experiments.tell-every=100ms", "pathline.api.experiments.watch-every=200ms"})
class ExperimentsTest extends ApiTestBase {

    private static final String ARMS = "\"arms\":[{\"name\":\"many\",\"model\":\"stripes\",\"steps\":6},"
            + "{\"name\":\"few\",\"model\":\"stripes\",\"steps\":2}],"
            + "\"goal\":{\"metric\":\"evaluations\",\"difference\":1,\"deviation\":1}";

    private final String name = "test-" + UUID.randomUUID();

    @AfterEach
    void stop() {
        client.post().uri("/experiments/" + name + "/stop").contentType(MediaType.APPLICATION_JSON).bodyValue("{}")
                .exchange()
                .expectBody().returnResult();
    }

    private WebTestClient.RequestHeadersSpec<?> post(String path, String body) {
        return client.post().uri("/experiments" + path).contentType(MediaType.APPLICATION_JSON).bodyValue(body);
    }

    private JsonNode get(String path) {
        return json(client.get().uri("/experiments/" + name + path), 200);
    }

    private void running(String more) {
        json(post("", "{\"name\":\"" + name + "\"," + ARMS + more + "}"), 201);
        json(post("/" + name + "/start", "{\"by\":\"ada\"}"), 200);
    }

    private String request(String more) {
        return "{\"experiment\":\"" + name + "\",\"label\":\"rows\",\"seed\":7" + more + "}";
    }

    private JsonNode arm(JsonNode report, String arm) {
        return report.path("arms").valueStream().filter(one -> one.path("arm").asString().equals(arm)).findFirst()
                .orElseThrow();
    }

    private JsonNode reportOnce(long jobs) {
        await().atMost(PATIENCE).until(() -> {
            JsonNode arms = get("/report").path("arms");
            return arms.valueStream().mapToLong(arm -> arm.path("jobs").asLong()).sum() >= jobs;
        });
        return get("/report");
    }

    @Test
    void shouldServeASubjectTheSameArmAndCountEveryJob() {
        running(",\"planned\":1000");
        Map<String, String> arms = new HashMap<>();
        for (int i = 0; i < 24; i++) {
            String subject = "subject-" + i % 12;
            var answer = generate(request(",\"subject\":\"" + subject + "\"")).exchange().expectStatus().isOk()
                    .expectBody().returnResult();
            String header = answer.getResponseHeaders().getFirst("Pathline-Arm");
            JsonNode job = dev.pathline.common.wire.Json.MAPPER.readTree(answer.getResponseBodyContent());
            assertThat(header).startsWith(name + "@1/").isEqualTo(job.path("arm").asString());
            assertThat(arms.computeIfAbsent(subject, _ -> header)).isEqualTo(header);
            assertThat(job.path("evaluations").asInt()).isEqualTo(header.endsWith("/many") ? 6 : 2);
        }
        assertThat(new HashSet<>(arms.values())).hasSize(2);

        JsonNode report = reportOnce(24);
        for (String arm : List.of("many", "few")) {
            long units = arms.values().stream().filter(one -> one.endsWith("/" + arm)).count();
            assertThat(arm(report, arm).path("units").asLong()).isEqualTo(units);
            assertThat(arm(report, arm).path("jobs").asLong()).isEqualTo(2 * units);
            assertThat(arm(report, arm).path("metrics").path("evaluations").path("mean").path("value").asDouble())
                    .isEqualTo(arm.equals("many") ? 6 : 2);
        }
        JsonNode compared = report.path("comparisons").get(0);
        assertThat(compared.path("metric").asString()).isEqualTo("evaluations");
        assertThat(compared.path("difference").path("value").asDouble()).isEqualTo(-4);
        assertThat(compared.path("once").path("value").asDouble()).isEqualTo(-4);
        assertThat(compared.path("verdict").asString()).isEqualTo("better");
        assertThat(report.path("verdict").get(0).asString()).contains("few is better");
        assertThat(report.path("sampleRatio").path("alarm").asBoolean()).isFalse();

        JsonNode metrics = get("/metrics");
        assertThat(metrics.path("value").asDouble()).isEqualTo(-4);
        assertThat(metrics.path("verdict").asString()).isEqualTo("better");
        String exposition = new String(client.get().uri("/experiments/" + name + "/metrics")
                .accept(MediaType.TEXT_PLAIN).exchange().expectStatus().isOk().expectBody().returnResult()
                .getResponseBodyContent());
        assertThat(exposition).contains("pathline_experiment_difference{experiment=\"" + name
                + "@1\",arm=\"few\",metric=\"evaluations\",bound=\"value\"} -4");
    }

    @Test
    void shouldSayTheArmInEveryEvent() {
        running("");
        List<ServerSentEvent<String>> events = events(generate(request(",\"subject\":\"ada\""),
                headers -> headers.setAccept(List.of(MediaType.TEXT_EVENT_STREAM)))).collectList().block();
        assertThat(events).filteredOn(event -> event.data() != null).hasSizeGreaterThan(3)
                .allMatch(event -> event.data().contains("\"arm\":\"" + name + "@1/"));
    }

    @Test
    void shouldMakeEveryArmFromOneSeedWhereTheyArePaired() {
        running(",\"mode\":\"paired\",\"planned\":1000");
        for (int i = 0; i < 4; i++) {
            json(generate(request(",\"subject\":\"subject-" + i + "\"")), 200);
        }
        JsonNode report = reportOnce(8);
        assertThat(arm(report, "many").path("units").asLong()).isEqualTo(4);
        assertThat(arm(report, "few").path("jobs").asLong()).isEqualTo(4);
        assertThat(report.path("comparisons").get(0).path("units").asLong()).as("pairs").isEqualTo(4);

        Set<String> seen = new HashSet<>();
        for (int i = 0; i < 4; i++) {
            JsonNode ballot = get("/ballot?voter=ada");
            String left = ballot.path("left").asString();
            String right = ballot.path("right").asString();
            assertThat(seen.add(left.compareTo(right) < 0 ? left : right)).as("another pair each time").isTrue();
            JsonNode leftJob = json(client.get().uri("/jobs/" + left), 200);
            JsonNode rightJob = json(client.get().uri("/jobs/" + right), 200);
            assertThat(leftJob.path("seed")).isEqualTo(rightJob.path("seed"));
            client.get().uri(ballot.path("leftImage").asString()).exchange().expectStatus().isOk();
            String choice = leftJob.path("arm").asString().endsWith("/few") ? "left" : "right";
            String vote = "{\"left\":\"" + left + "\",\"right\":\"" + right + "\",\"voter\":\"ada\",\"choice\":\""
                    + choice + "\"}";
            assertThat(json(post("/" + name + "/votes", vote), 200).path("counted").asBoolean()).isTrue();
            assertThat(json(post("/" + name + "/votes", vote), 200).path("counted").asBoolean()).isFalse();
        }
        client.get().uri("/experiments/" + name + "/ballot?voter=ada").exchange().expectStatus().isNoContent();
        JsonNode votes = get("/report").path("votes").get(0);
        assertThat(votes.path("first").asString()).isEqualTo("few");
        assertThat(votes.path("wins").asLong()).as("whatever side it was on").isEqualTo(4);
        assertThat(arm(get("/report"), "few").path("strength").path("value").asDouble()).isPositive();
    }

    @Test
    void shouldAnswerTheControlWhereItIsMirrored() {
        running(",\"mode\":\"mirror\",\"planned\":1000");
        for (int i = 0; i < 3; i++) {
            assertThat(json(generate(request(",\"subject\":\"s" + i + "\"")), 200).path("evaluations").asInt())
                    .isEqualTo(6);
        }
        JsonNode report = reportOnce(6);
        assertThat(arm(report, "few").path("jobs").asLong()).isEqualTo(3);
        assertThat(report.path("comparisons").get(0).path("difference").path("value").asDouble()).isEqualTo(-4);
    }

    @Test
    void shouldTellTheImagesOfOneStepBeforeThoseOfMany() {
        running(",\"mode\":\"cascade\",\"planned\":1000");
        List<ServerSentEvent<String>> events = events(generate(request(",\"subject\":\"ada\",\"count\":2"),
                headers -> headers.setAccept(List.of(MediaType.TEXT_EVENT_STREAM))))
                .filter(event -> event.event() != null)
                .collectList().block();
        ServerSentEvent<String> last = events.getLast();
        assertThat(last.event()).isEqualTo("succeeded");
        List<ServerSentEvent<String>> drafts = events.stream().filter(event -> event.event().equals("draft")).toList();
        // The worker may make both at once, and then what is answered may be there first.
        assertThat(drafts).hasSizeLessThanOrEqualTo(1);

        JsonNode job = json(generate(request(",\"subject\":\"grace\"")), 200);
        assertThat(job.path("evaluations").asInt()).as("the control is answered").isEqualTo(6);
        JsonNode draft = json(client.get().uri("/jobs/" + job.path("draft").asString()), 200);
        assertThat(draft.path("evaluations").asInt()).isEqualTo(2);
        assertThat(draft.path("seed")).isEqualTo(job.path("seed"));
        assertThat(draft.path("arm").asString()).isEqualTo(name + "@1/few");
        JsonNode report = reportOnce(4);
        assertThat(report.path("comparisons").get(0).path("units").asLong()).as("they are pairs").isEqualTo(2);
        json(post("", "{\"name\":\"" + name + "-3\",\"mode\":\"cascade\"," + ARMS.replace("}],",
                "},{\"name\":\"c\",\"model\":\"stripes\"}],") + "}"), 400);
    }

    @Test
    void shouldShowWhatWasMadeFromOneSeed() {
        running(",\"mode\":\"paired\",\"planned\":1000");
        for (int i = 0; i < 3; i++) {
            json(generate(request(",\"subject\":\"subject-" + i + "\"").replace("\"seed\":7", "\"seed\":" + i)), 200);
        }
        reportOnce(6);
        JsonNode page = get("/pairs?limit=2");
        assertThat(page.path("pairs")).hasSize(2).extracting(pair -> pair.path("seed").asString()).containsExactly("2",
                "1");
        JsonNode pair = page.path("pairs").get(0);
        assertThat(pair.path("label").asString()).isEqualTo("Rows");
        assertThat(pair.path("arms").valueStream().map(arm -> arm.path("arm").asString())).containsExactly("many",
                "few");
        client.get().uri(pair.path("arms").get(1).path("images").get(0).path("url").asString()).exchange()
                .expectStatus().isOk();
        JsonNode rest = get("/pairs?limit=2&cursor=" + page.path("nextCursor").asString());
        assertThat(rest.path("pairs")).extracting(one -> one.path("seed").asString()).containsExactly("0");
        assertThat(rest.has("nextCursor")).isFalse();
        json(client.get().uri("/experiments/" + name + "/pairs?limit=0"), 400);
        json(client.get().uri("/experiments/" + name + "/pairs?cursor=x"), 400);
        JsonNode jobs = json(client.get().uri("/jobs?experiment=" + name + "@1"), 200);
        assertThat(jobs.path("jobs")).hasSize(6);
    }

    @Test
    void shouldReportWhatWasMeasuredOfAnArmAndHowTheGoalGrew() {
        json(post("", "{\"name\":\"" + name + "\"," + ARMS + ",\"planned\":1000}"), 201);
        String path = "/experiments/" + name + "/arms/few/measures/frechetDistance";
        String measured = "{\"samples\":100,\"value\":0.5,\"low\":0.4,\"high\":0.7}";
        json(put(path, measured), 409);
        json(post("/" + name + "/start", "{}"), 200);
        json(put(path, "{\"samples\":100,\"value\":0.5,\"low\":0.6,\"high\":0.7}"), 400);
        json(put(path.replace("few", "none"), measured), 422);
        json(put(path.replace("frechetDistance", "a b"), measured), 422);
        put(path, measured).exchange().expectStatus().isNoContent();
        put(path, measured.replace("0.5", "0.55")).exchange().expectStatus().isNoContent();
        for (int i = 0; i < 12; i++) {
            json(generate(request(",\"subject\":\"subject-" + i + "\"")), 200);
        }
        JsonNode found = arm(get("/report"), "few").path("measures").path("frechetDistance");
        assertThat(found.path("quantity").path("value").asDouble()).isEqualTo(0.55);
        assertThat(found.path("samples").asInt()).isEqualTo(100);
        await().atMost(PATIENCE).until(() -> !get("/report").path("history").isEmpty());
        JsonNode look = get("/report").path("history").get(0);
        assertThat(look.path("arm").asString()).isEqualTo("few");
        assertThat(look.path("units").asInt()).isBetween(4, 12);
        assertThat(look.path("difference").path("value").asDouble()).isEqualTo(-4);
    }

    private WebTestClient.RequestHeadersSpec<?> put(String path, String body) {
        return client.put().uri(path).contentType(MediaType.APPLICATION_JSON).bodyValue(body);
    }

    @Test
    void shouldStopAnArmThatBreaksAGuardRailAndSayWhy() {
        running(",\"guardRails\":[{\"metric\":\"satisfaction\",\"worseBy\":0.1}],\"minimum\":4,\"planned\":1000,"
                + "\"metrics\":[{\"name\":\"satisfaction\",\"better\":\"higher\"}]");
        for (int i = 0; i < 30; i++) {
            String subject = "subject-" + i;
            JsonNode job = json(generate(request(",\"subject\":\"" + subject + "\"")), 200);
            boolean few = job.path("arm").asString().endsWith("/few");
            json(post("/" + name + "/observations", "{\"metric\":\"satisfaction\",\"value\":"
                    + (few ? 0.1 + 0.001 * i : 0.9 - 0.001 * i) + ",\"job\":\"" + job.path("id").asString() + "\"}"),
                    200);
        }
        await().atMost(PATIENCE).until(() -> get("").path("state").asString().equals("stopped"));
        JsonNode experiment = get("");
        assertThat(experiment.path("stopped").path("few").asString()).contains("satisfaction",
                "worse by more than 0.1");
        assertThat(experiment.path("audit").valueStream().map(entry -> entry.path("by").asString()))
                .containsExactly("somebody", "ada", "guard rail");
        assertThat(json(generate(request(",\"subject\":\"subject-1\"")), 200).path("evaluations").asInt())
                .as("everybody is served the control").isEqualTo(6);
    }

    @Test
    void shouldEndWhenItHasItsUnitsAndServeWhatWasDecided() {
        running(",\"planned\":4,\"unit\":\"request\"");
        for (int i = 0; i < 4; i++) {
            json(generate(request("")), 200);
        }
        await().atMost(PATIENCE).until(() -> get("").path("state").asString().equals("stopped"));
        assertThat(get("").path("audit").get(2).path("what").asString()).contains("the 4 units that were planned");
        json(post("/" + name + "/decide", "{\"arm\":\"none\"}"), 400);
        json(post("/" + name + "/decide", "{\"arm\":\"few\",\"by\":\"ada\",\"why\":\"as good\"}"), 200);
        assertThat(json(generate(request("")), 200).path("evaluations").asInt()).isEqualTo(2);
        json(post("/" + name + "/stop", "{}"), 409);
        json(post("/" + name + "/start", "{}"), 409);
    }

    @Test
    void shouldMakeANewVersionOfWhatHasStarted() {
        running("");
        JsonNode changed = json(client.put().uri("/experiments/" + name).contentType(MediaType.APPLICATION_JSON)
                .bodyValue("{" + ARMS + ",\"overrides\":{\"ada\":\"few\"}}"), 200);
        assertThat(changed.path("version").asInt()).isEqualTo(2);
        assertThat(changed.path("state").asString()).isEqualTo("draft");
        assertThat(json(generate(request(",\"subject\":\"ada\"")), 200).path("arm").asString())
                .startsWith(name + "@1/");
        json(post("/" + name + "/start", "{}"), 200);
        assertThat(json(client.get().uri("/experiments/" + name + "?version=1"), 200).path("state").asString())
                .isEqualTo("stopped");
        JsonNode job = json(generate(request(",\"subject\":\"ada\"")), 200);
        assertThat(job.path("arm").asString()).isEqualTo(name + "@2/few");
    }

    @Test
    void shouldSayWhatIsWrongWithADesign() {
        JsonNode refused = json(
                post("", "{\"name\":\"No\",\"arms\":[{\"name\":\"a\",\"model\":\"stripes\",\"stepz\":3}],"
                        + "\"goal\":{\"metric\":\"speed\"},\"mode\":\"fair\"}"),
                400);
        assertThat(refused.path("errors").valueStream().map(error -> error.path("field").asString()))
                .contains("name", "arms", "goal.metric", "goal.difference", "goal.deviation", "mode");
        JsonNode impossible = json(post("", "{\"name\":\"" + name + "\","
                + ARMS.replace("\"steps\":2", "\"solver\":\"nonsense\"") + "}"), 422);
        assertThat(impossible.path("errors").get(0).path("field").asString()).isEqualTo("arms[1].solver");
        json(post("", "{\"name\":\"" + name + "\"," + ARMS.replace("\"model\":\"stripes\",\"steps\":6",
                "\"model\":\"nobody\"") + "}"), 422);
        json(client.get().uri("/experiments/" + name), 404);
    }

    @Test
    void shouldSayWhatIsWrongWithARequest() {
        json(post("", "{\"name\":\"" + name + "\"," + ARMS + "}"), 201);
        assertThat(json(generate(request(",\"subject\":\"ada\"")), 409).path("detail").asString())
                .contains("has not started");
        json(post("", "{\"name\":\"" + name + "\"," + ARMS + "}"), 409);
        json(post("/" + name + "/start", "{}"), 200);
        assertThat(json(generate(request("")), 400).path("errors").get(0).path("field").asString())
                .isEqualTo("subject");
        JsonNode decided = json(generate(request(",\"subject\":\"ada\",\"steps\":3,\"model\":\"stripes\"")), 400);
        assertThat(decided.path("errors").valueStream().map(error -> error.path("field").asString()))
                .containsExactlyInAnyOrder("model", "steps");
        assertThat(json(generate("{\"experiment\":\"nobody\",\"subject\":\"a\"}"), 404).path("code").asString())
                .isEqualTo("unknown_experiment");
        json(post("/" + name + "/votes", "{\"left\":\"a\",\"right\":\"b\",\"voter\":\"v\",\"choice\":\"left\"}"), 422);
        json(post("/" + name + "/observations", "{\"metric\":\"totalMs\",\"value\":1,\"subject\":\"a\",\"id\":\"1\"}"),
                422);
    }

    @Test
    void shouldTakeTheRequestsOfAnAlias() {
        json(client.put().uri("/models/stripes/aliases/best").contentType(MediaType.APPLICATION_JSON)
                .bodyValue("{\"version\":\"2\"}"), 200);
        String plain = "{\"model\":\"stripes@best\",\"label\":\"rows\",\"seed\":7,\"steps\":4}";
        assertThat(json(generate(plain), 200).path("arm").isNull()).isTrue();
        running(",\"alias\":\"stripes@best\",\"unit\":\"request\"");
        JsonNode job = json(generate(plain), 200);
        assertThat(job.path("arm").asString()).startsWith(name + "@1/");
        assertThat(job.path("evaluations").asInt()).isIn(2, 6);
        assertThat(job.path("warnings").get(0).path("field").asString()).isEqualTo("steps");
        JsonNode other = json(post("", "{\"name\":\"" + name + "-2\"," + ARMS + ",\"alias\":\"stripes@best\"}"), 201);
        assertThat(other.path("planned").asLong()).isPositive();
        json(post("/" + name + "-2/start", "{}"), 409);
        json(post("/" + name + "/stop", "{}"), 200);
        assertThat(json(generate(plain), 200).path("arm").isNull()).isTrue();
    }
}
