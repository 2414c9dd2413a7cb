package dev.pathline.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pathline.common.port.WorkerLiveness;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.http.MediaType;
import tools.jackson.databind.JsonNode;

class ProblemsTest extends ApiTestBase {

    @Autowired
    WorkerLiveness liveness;

    @Test
    void shouldSayWhereTheJsonIsBroken() {
        JsonNode problem = json(generate("{\n  \"model\": stripes}"), 400);
        assertThat(problem.path("code").asString()).isEqualTo("malformed_json");
        assertThat(problem.path("detail").asString()).startsWith("Line 2, column ");
        for (String garbage : List.of("", "{", "[", "nonsense", "{} {}", "{\"model\":\"a\",\"model\":\"b\"}",
                "\u0000")) {
            assertThat(json(generate(garbage), 400).path("code").asString()).as(garbage).isEqualTo("malformed_json");
        }
        for (String other : List.of("[]", "1", "null", "\"text\"")) {
            assertThat(json(generate(other), 400).path("detail").asString()).as(other).contains("JSON object");
        }
    }

    @Test
    void shouldHaveEveryMemberOfAProblem() {
        JsonNode problem = json(generate("{\"model\":\"stripes\",\"steps\":0}", h -> h.set("X-Request-Id", "abc-1")),
                400);
        assertThat(problem.path("type").asString()).isEqualTo("urn:pathline:problem:invalid_request");
        assertThat(problem.path("title").asString()).isNotBlank();
        assertThat(problem.path("status").asInt()).isEqualTo(400);
        assertThat(problem.path("detail").asString()).contains("steps must be an integer from 1 to 1000, not 0");
        assertThat(problem.path("instance").asString()).isEqualTo("/generate");
        assertThat(problem.path("requestId").asString()).isEqualTo("abc-1");
        assertThat(problem.path("errors").path(0).path("field").asString()).isEqualTo("steps");
        assertThat(problem.path("error").path("type").asString()).isEqualTo("invalid_request_error");
        assertThat(problem.path("error").path("param").asString()).isEqualTo("steps");
        assertThat(problem.path("error").path("message")).isEqualTo(problem.path("detail"));
    }

    @Test
    void shouldTellAllMistakesAtOnce() {
        JsonNode problem = json(
                generate(
                        """
                                {"count": 65, "label": 1.5, "steps": "20", "cfgScale": 31, "cfgInterval": [3, 2], "eta": -1,
                                 "threshold": "sharp", "seed": "seven", "preview": {"every": 0, "kind": "x", "often": 1},
                                 "format": "gif", "detach": "yes", "metadata": {"a": 1}, "solver": "", "cfg_scale": 2}
                                """),
                400);
        assertThat(fields(problem)).containsExactlyInAnyOrder("model", "count", "label", "steps", "cfgScale",
                "cfgInterval", "eta", "threshold", "seed", "preview.every", "preview.kind", "preview.often", "format",
                "detach", "metadata", "solver", "cfg_scale");
        assertThat(problem.has("moreErrors")).isFalse();
        JsonNode terms = json(generate("""
                {"model": "stripes", "priority": "low", "deadlineMs": 0, "startDeadlineMs": 86400001,
                 "precision": "float64", "strict": 1}
                """), 400);
        assertThat(fields(terms)).containsExactlyInAnyOrder("priority", "deadlineMs", "startDeadlineMs", "precision",
                "strict");
        assertThat(problem.path("detail").asString()).contains("did you mean cfgScale?");
        JsonNode options = json(
                generate(
                        """
                                {"model": "stripes", "churn": -1, "churnMin": "low", "churnMax": 1e7, "churnNoise": 3, "innerSteps": 1.5,
                                 "snr": 0, "stepSize": 2}
                                """),
                400);
        assertThat(fields(options)).containsExactly("churn", "churnMin", "churnMax", "churnNoise", "innerSteps", "snr",
                "stepSize");
        assertThat(options.path("errors").path(4).path("message").asString())
                .isEqualTo("must be an integer from 1 to 100, not 1.5");
    }

    @Test
    void shouldRecordTheOptionsOfTheSolver() {
        byte[] asked = generate("{\"model\":\"stripes\",\"label\":0,\"solver\":\"edm-stochastic\",\"churn\":40,"
                + "\"churnMax\":50,\"steps\":4}").accept(MediaType.IMAGE_PNG).exchange().expectStatus().isOk()
                .expectBody().returnResult().getResponseBodyContent();
        assertThat(new String(asked, StandardCharsets.ISO_8859_1)).contains("churn\00040.0", "churnMin\0000.01",
                "churnMax\00050.0", "churnNoise\0001.007").doesNotContain("eta\000");
    }

    @Test
    void shouldNotAnswerAtLengthWhatIsNothingButMistakes() {
        String body = IntStream.range(0, 60_000).mapToObj(i -> "\"f" + i + "\":1")
                .collect(Collectors.joining(",", "{", "}"));
        byte[] answer = generate(body).exchange().expectStatus().isBadRequest().expectBody().returnResult()
                .getResponseBodyContent();
        JsonNode problem = dev.pathline.common.wire.Json.MAPPER.readTree(answer);
        assertThat(answer).hasSizeLessThan(40_000);
        assertThat(problem.path("errors")).hasSize(20);
        assertThat(problem.path("moreErrors").asInt()).isEqualTo(60_001 - 20);
    }

    @Test
    void shouldKeepNumbersAndNamesOfClassesApart() {
        JsonNode number = json(generate("{\"model\":\"stripes\",\"label\":1}"), 200);
        assertThat(number.path("label").asString()).isEqualTo("Columns");
        JsonNode text = json(generate("{\"model\":\"stripes\",\"label\":\"1\"}"), 422);
        assertThat(text.path("detail").asString()).contains("no class '1'", "0 to 1 as a number");
    }

    @Test
    void shouldSayWhatChangesNothing() {
        JsonNode job = json(
                generate("{\"model\":\"stripes\",\"cfgScale\":3,\"cfgRescale\":0.5,\"noise\":\"brownian\"}"), 200);
        assertThat(StreamSupport.stream(job.path("warnings").spliterator(), false)
                .map(warning -> warning.path("field").asString())).containsExactly("cfgScale", "cfgRescale", "noise");
        assertThat(json(client.get().uri("/jobs/" + job.path("id").asString()), 200).path("warnings")).hasSize(3);
        assertThat(json(generate(REQUEST), 200).has("warnings")).isFalse();
        String queued = events(generate("{\"model\":\"stripes\",\"cfgScale\":3}").accept(MediaType.TEXT_EVENT_STREAM))
                .filter(event -> "queued".equals(event.event())).blockFirst(PATIENCE).data();
        assertThat(queued).contains("\"warnings\":[{\"field\":\"cfgScale\"");
    }

    @Test
    void shouldSayWhatTheModelAccepts() {
        JsonNode problem = json(generate(
                "{\"model\":\"stripes\",\"label\":99,\"solver\":\"dpm\",\"timeGrid\":\"linear\"}"), 422);
        assertThat(fields(problem)).containsExactly("label", "solver", "timeGrid");
        assertThat(problem.path("detail").asString()).contains("Rows, Columns", "dpm-solver++-2m, ", "log-snr");
        JsonNode eta = json(generate("{\"model\":\"stripes\",\"solver\":\"euler\",\"eta\":0.5}"), 422);
        assertThat(fields(eta)).containsExactly("eta");
        JsonNode options = json(generate("{\"model\":\"stripes\",\"solver\":\"predictor-corrector\",\"snr\":0.2,"
                + "\"churn\":30,\"stepSize\":0.1}"), 422);
        assertThat(fields(options)).containsExactly("churn", "stepSize");
        assertThat(options.path("detail").asString()).contains("use one of edm-stochastic",
                "use one of annealed-langevin");
        JsonNode model = json(generate("{\"model\":\"shoes\"}"), 404);
        assertThat(model.path("detail").asString()).contains("blob, stripes");
        assertThat(fields(model)).containsExactly("model");
        assertThat(json(generate("{\"model\":\"stripes@9\"}"), 404).path("code").asString())
                .isEqualTo("unknown_model");
    }

    @Test
    void shouldRefuseWhatCostsTooMuch() {
        JsonNode problem = json(generate("{\"model\":\"stripes\",\"label\":0,\"steps\":1000,\"count\":64}"), 422);
        assertThat(problem.path("code").asString()).isEqualTo("too_costly");
        assertThat(problem.path("detail").asString()).contains("128000", "20000");
        assertThat(fields(problem)).containsExactly("count", "steps");
        assertThat(problem.toString()).contains("at most 10 with 1000 steps", "at most about 156 with 64 images");
    }

    @Test
    void shouldAllowMoreVectorsThanPictures() {
        JsonNode pictures = json(generate("{\"model\":\"stripes\",\"count\":65}"), 400);
        assertThat(pictures.path("detail").asString()).contains("count must be an integer from 1 to 64, not 65");
        JsonNode vectors = json(generate("{\"model\":\"blob\",\"count\":2001}"), 400);
        assertThat(vectors.path("detail").asString()).contains("count must be an integer from 1 to 2000, not 2001");
        JsonNode costly = json(generate("{\"model\":\"blob\",\"count\":2000,\"steps\":1000}"), 422);
        assertThat(costly.path("code").asString()).isEqualTo("too_costly");
        assertThat(costly.path("detail").asString()).contains("2000000", "400000");
    }

    @Test
    void shouldReadWhetherAStreamBeginsWithNoise() {
        assertThat(fields(json(generate("{\"model\":\"stripes\",\"preview\":{\"noise\":\"yes\"}}"), 400)))
                .containsExactly("preview.noise");
    }

    @Test
    void shouldRefusePicturesOfVectors() {
        JsonNode problem = json(generate("{\"model\":\"blob\"}").accept(MediaType.IMAGE_PNG), 422);
        assertThat(fields(problem)).containsExactly("format");
    }

    @Test
    void shouldRefuseALargeBody() {
        String large = "{\"model\":\"" + "x".repeat(10 << 20) + "\"}";
        JsonNode problem = json(generate(large), 413);
        assertThat(problem.path("code").asString()).isEqualTo("body_too_large");
        assertThat(json(generate(REQUEST), 200).path("state").asString()).isEqualTo("succeeded");
    }

    @ParameterizedTest
    @CsvSource({"GET,/nothing,404,not_found", "GET,/jobs/nobody,404,unknown_job", "DELETE,/jobs/nobody,404,unknown_job",
        "GET,/jobs/nobody/events,404,unknown_job", "GET,/jobs/nobody/images/0.png,404,unknown_job",
        "GET,/jobs/x/images/zero.png,404,unknown_image", "GET,/jobs/x/images/0.gif,404,unknown_image",
        "GET,/models/nobody,404,unknown_model", "GET,/generate,405,method_not_allowed",
        "PUT,/jobs,405,method_not_allowed", "GET,/jobs/x/events?after=-1,400,invalid_request",
        "GET,/jobs?limit=many,400,invalid_request", "GET,/jobs?limit=-1,400,invalid_request",
        "GET,/jobs?limit=99999999999,400,invalid_request",
        "GET,/jobs?cursor=garbage,400,invalid_request", "GET,/jobs?cursor=,400,invalid_request",
        "DELETE,/training-runs/x?purge=perhaps,400,invalid_request",
        "POST,/training-runs/x/resume?force=2,400,invalid_request", "GET,/..%2f..%2fetc,404,not_found"})
    void shouldAnswerProblemsEverywhere(String method, String path, int status, String code) {
        JsonNode problem = json(client.method(org.springframework.http.HttpMethod.valueOf(method))
                .uri(java.net.URI.create("http://localhost:" + port + path)), status);
        assertThat(problem.path("code").asString()).isEqualTo(code);
        assertThat(problem.toString()).doesNotContain("Exception", "dev.pathline", "org.springframework");
        assertThat(problem.path("requestId").asString()).isNotBlank();
    }

    @Test
    void shouldNameTheAllowedMethods() {
        client.get().uri("/generate").exchange().expectStatus().isEqualTo(405).expectHeader()
                .valueEquals("Allow", "POST")
                .expectHeader().contentType("application/problem+json");
    }

    @Test
    void shouldRefuseMediaTypesItDoesNotKnow() {
        assertThat(json(client.post().uri("/generate").contentType(MediaType.APPLICATION_FORM_URLENCODED)
                .bodyValue(REQUEST), 415).path("code").asString()).isEqualTo("unsupported_media_type");
        JsonNode problem = json(generate(REQUEST).accept(MediaType.APPLICATION_PDF), 406);
        assertThat(problem.path("detail").asString()).contains("application/json, text/event-stream, image/png");
    }

    @Test
    void shouldSayThatNoWorkerLives() {
        liveness.leave("mixture-worker");
        assertThat(json(generate(REQUEST), 503).path("code").asString()).isEqualTo("no_worker");
        client.get().uri("/actuator/health/readiness").exchange().expectStatus().isEqualTo(503);
        client.get().uri("/actuator/health/liveness").exchange().expectStatus().isOk();
        worker.report();
        client.get().uri("/actuator/health/readiness").exchange().expectStatus().isOk();
    }

    @Test
    void shouldNotEchoAHarmfulRequestId() {
        client.get().uri("/solvers").header("X-Request-Id", "a b").exchange().expectHeader().valueMatches(
                "X-Request-Id",
                "[0-9a-f-]{36}");
    }

    private static List<String> fields(JsonNode problem) {
        return StreamSupport.stream(problem.path("errors").spliterator(), false)
                .map(error -> error.path("field").asString()).toList();
    }
}
