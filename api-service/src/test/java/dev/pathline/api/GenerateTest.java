package dev.pathline.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pathline.common.image.Png;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.springframework.http.MediaType;
import org.springframework.http.codec.ServerSentEvent;
import reactor.test.StepVerifier;
import tools.jackson.databind.JsonNode;

class GenerateTest extends ApiTestBase {

    @Test
    void shouldAnswerWithTheFinishedJob() {
        JsonNode job = json(generate("{\"model\":\"stripes\",\"label\":\"ROWS\",\"seed\":\"7\",\"count\":2,"
                + "\"metadata\":{\"purpose\":\"test\"}}"), 200);
        assertThat(job.path("state").asString()).isEqualTo("succeeded");
        assertThat(job.path("model").asString()).isEqualTo("stripes@2");
        assertThat(job.path("seed").asString()).isEqualTo("7");
        assertThat(job.path("label").asString()).isEqualTo("Rows");
        assertThat(job.path("solver").asString()).isEqualTo("dpm-solver++-2m");
        assertThat(job.path("steps").asInt()).isEqualTo(6);
        assertThat(job.path("cfgScale").asDouble()).isEqualTo(2);
        assertThat(job.path("attempt").asInt()).isEqualTo(1);
        assertThat(job.path("profile").asString()).isEqualTo("test-f64");
        assertThat(job.has("arm")).isTrue();
        assertThat(job.path("evaluations").asInt()).isEqualTo(6);
        assertThat(job.path("rows").asInt()).isEqualTo(24);
        assertThat(job.path("progress").path("rowsDone").asInt()).isEqualTo(24);
        assertThat(job.path("timings").path("totalMs").isIntegralNumber()).isTrue();
        assertThat(job.path("metadata").path("purpose").asString()).isEqualTo("test");
        assertThat(job.path("images")).hasSize(2);
        byte[] png = Base64.getDecoder().decode(job.path("images").path(1).path("data").asString());
        assertThat(Png.decode(png).width()).isEqualTo(8);
        client.get().uri(job.path("images").path(1).path("url").asString()).exchange().expectStatus().isOk()
                .expectHeader().contentType("image/png").expectBody(byte[].class).isEqualTo(png);
        // The same without the inline data.
        JsonNode again = json(client.get().uri("/jobs/" + job.path("id").asString()), 200);
        assertThat(again.path("images").path(1).has("data")).isFalse();
        assertThat(again.path("images").path(1).path("url")).isEqualTo(job.path("images").path(1).path("url"));
    }

    @Test
    void shouldGenerateTheClassThatWasAsked() {
        byte[] rows = picture("{\"model\":\"stripes\",\"label\":\"rows\",\"seed\":1}");
        byte[] columns = picture("{\"model\":\"stripes\",\"label\":1,\"seed\":1}");
        byte[] pixels = Png.decode(rows).pixels();
        assertThat(Byte.toUnsignedInt(pixels[0])).isGreaterThan(150);
        assertThat(Byte.toUnsignedInt(pixels[8])).isLessThan(100);
        assertThat(Byte.toUnsignedInt(Png.decode(columns).pixels()[8])).isGreaterThan(150);
    }

    @Test
    void shouldGiveTheSameBytesForTheSameRequest() {
        String request = "{\"model\":\"stripes\",\"label\":\"columns\",\"seed\":-9223372036854775808,\"count\":5,"
                + "\"solver\":\"ddim\",\"steps\":4}";
        byte[] first = picture(request);
        assertThat(picture(request)).isEqualTo(first);
        assertThat(picture(request.replace("-9223372036854775808", "\"-9223372036854775807\""))).isNotEqualTo(first);
        assertThat(Png.decode(first).width()).isEqualTo(3 * 10 - 2);
        assertThat(Png.decode(first).height()).isEqualTo(2 * 10 - 2);
        assertThat(new String(first, StandardCharsets.ISO_8859_1)).contains("model\0stripes@2", "label\0Columns",
                "seed\0-9223372036854775808", "solver\0ddim", "steps\0" + "4", "cfgScale\0" + "2.0",
                "profile\0test-f64");
    }

    @Test
    void shouldSayInASinglePictureWhatMadeIt() {
        String text = new String(picture(REQUEST.replace("}", ",\"profile\":\"test-f64\",\"strict\":true}")),
                StandardCharsets.ISO_8859_1);

        assertThat(text).contains("seed\0" + "7", "index\0" + "0", "timeGrid\0", "threshold\0none",
                "profile\0test-f64", "strict\0true").containsOnlyOnce("model\0");
    }

    @Test
    void shouldStepFromTheTimesThatWereAsked() {
        String asked = "{\"model\":\"stripes\",\"seed\":3,\"solver\":\"ddim\",\"times\":[1, 0.6, 0.25]}";
        JsonNode job = json(generate(asked), 200);
        assertThat(job.path("steps").asInt()).isEqualTo(3);
        assertThat(job.path("evaluations").asInt()).isEqualTo(3);
        assertThat(job.path("timeGrid").asString()).isEqualTo("given");
        assertThat(job.path("times")).extracting(JsonNode::asDouble).containsExactly(1.0, 0.6, 0.25);
        assertThat(new String(picture(asked), StandardCharsets.ISO_8859_1)).contains("times\0[1.0, 0.6, 0.25]")
                .doesNotContain("timeGrid\0", "steps\0");
        // Times of a named grid are that grid.
        JsonNode named = json(generate("{\"model\":\"stripes\",\"seed\":3,\"solver\":\"ddim\",\"steps\":4,"
                + "\"timeGrid\":\"time\"}"), 200);
        assertThat(named.has("times")).isFalse();
        JsonNode same = json(generate("{\"model\":\"stripes\",\"seed\":3,\"solver\":\"ddim\","
                + "\"times\":[1, 0.75, 0.5, 0.25]}"), 200);
        assertThat(data(same)).isEqualTo(data(named));
    }

    /** The numbers alone: the text of the file names the settings. */
    private static byte[] data(JsonNode job) {
        return Png.decode(Base64.getDecoder().decode(job.path("images").path(0).path("data").asString())).pixels();
    }

    @Test
    void shouldRefuseTimesBesideStepsAndThoseThatAreNone() {
        JsonNode both = json(generate("{\"model\":\"stripes\",\"times\":[1],\"steps\":1,\"timeGrid\":\"time\"}"), 422);
        assertThat(both.path("errors").path(0).path("field").asString()).isEqualTo("times");
        assertThat(both.path("errors").path(0).path("message").asString()).contains("times and steps exclude");
        JsonNode late = json(generate("{\"model\":\"stripes\",\"times\":[2, 1]}"), 422);
        assertThat(late.path("detail").asString()).contains("from 1.0 (noise) to");
        for (String wrong : List.of("0.5", "[]", "[1,\"a\"]", "[1,-1]")) {
            JsonNode refusal = json(generate("{\"model\":\"stripes\",\"times\":" + wrong + "}"), 400);
            assertThat(refusal.path("errors").path(0).path("field").asString()).isEqualTo("times");
            assertThat(refusal.path("errors").path(0).path("message").asString())
                    .contains("must be a list of 1 to 1000 numbers");
        }
    }

    /** The card recommends two times, and has guidance that nobody can choose. */
    @Test
    void shouldTakeTimesAndGuidanceFromTheCard() {
        JsonNode job = json(generate("{\"model\":\"tuned\",\"label\":\"rows\",\"seed\":3}"), 200);
        assertThat(job.path("cfgScale").asDouble()).isEqualTo(2.5);
        assertThat(job.path("rows").asInt()).as("one row a step").isEqualTo(2);
        assertThat(job.path("times")).extracting(JsonNode::asDouble).containsExactly(1.0, 0.75);
        assertThat(json(generate("{\"model\":\"tuned\",\"label\":\"rows\",\"steps\":4}"), 200).path("timeGrid")
                .asString()).isEqualTo("time");
        JsonNode other = json(generate("{\"model\":\"tuned\",\"label\":\"rows\",\"cfgScale\":1}"), 422);
        assertThat(other.path("errors").path(0).path("field").asString()).isEqualTo("cfgScale");
        assertThat(other.path("errors").path(0).path("message").asString())
                .contains("has guidance of scale 2.5 baked in and knows no other");
        JsonNode card = json(client.get().uri("/models/tuned"), 200);
        assertThat(card.path("guidance").path("type").asString()).isEqualTo("baked-in");
        assertThat(card.path("guidance").path("scale").asDouble()).isEqualTo(2.5);
        assertThat(card.path("defaults").path("times")).hasSize(2);
        assertThat(card.path("defaults").path("cfgScale").asDouble()).isEqualTo(2.5);
    }

    @Test
    void shouldSayInTheJobWithWhichOptionsItWasSolved() {
        JsonNode asked = json(
                generate("{\"model\":\"stripes\",\"solver\":\"edm-stochastic\",\"steps\":3,\"churn\":12}"),
                200).path("options");
        assertThat(asked.path("churn").asDouble()).isEqualTo(12);
        assertThat(asked.path("churnNoise").asDouble()).as("the default").isEqualTo(1.007);

        assertThat(json(generate("{\"model\":\"stripes\",\"solver\":\"euler\"}"), 200).has("options")).isFalse();
    }

    @Test
    void shouldRefuseAProfileThatNoWorkerHas() {
        JsonNode unknown = json(generate(REQUEST.replace("}", ",\"profile\":\"bf17\"}")), 422);
        assertThat(unknown.path("errors").path(0).path("field").asString()).isEqualTo("profile");
        assertThat(unknown.path("errors").path(0).path("message").asString()).contains("'bf17'",
                "choose one of test-f64");

        JsonNode other = json(generate(REQUEST.replace("}", ",\"profile\":\"test-f64\",\"precision\":\"bfloat16\"}")),
                422);
        assertThat(other.path("errors").path(0).path("field").asString()).isEqualTo("precision");
        assertThat(other.path("errors").path(0).path("message").asString()).contains("'test-f64'", "float32",
                "bfloat16");

        assertThat(json(generate(REQUEST.replace("}", ",\"profile\":7}")), 400).path("errors").path(0).path("field")
                .asString()).isEqualTo("profile");
        json(generate(REQUEST.replace("}", ",\"profile\":\"test-f64\",\"precision\":\"float32\"}")), 200);
    }

    @Test
    void shouldChooseASeedAndTellIt() {
        JsonNode a = json(generate("{\"model\":\"stripes\"}"), 200);
        JsonNode b = json(generate("{\"model\":\"stripes\"}"), 200);
        assertThat(a.path("seed")).isNotEqualTo(b.path("seed"));
        JsonNode again = json(generate("{\"model\":\"stripes\",\"seed\":\"" + a.path("seed").asString() + "\"}"), 200);
        assertThat(again.path("images").path(0).path("data")).isEqualTo(a.path("images").path(0).path("data"));
        assertThat(a.has("label")).isFalse();
        assertThat(a.path("cfgScale").asDouble()).isEqualTo(1);
    }

    @Test
    void shouldGiveNumbersToScientists() {
        JsonNode job = json(generate("{\"model\":\"stripes@champion\",\"seed\":1,\"format\":\"npy\"}"), 200);
        assertThat(job.path("model").asString()).isEqualTo("stripes@1");
        String url = job.path("images").path(0).path("url").asString();
        assertThat(url).endsWith("/images/0.npy");
        byte[] file = client.get().uri(url).exchange().expectStatus().isOk().expectHeader()
                .contentType("application/x-npy").expectBody().returnResult().getResponseBodyContent();
        assertThat(file).startsWith(0x93, 'N', 'U', 'M', 'P', 'Y').hasSize(128 + 64 * 4);
    }

    @Test
    void shouldStreamEveryStepInOrderAndEndOnce() {
        List<ServerSentEvent<String>> events = events(generate(REQUEST).accept(MediaType.TEXT_EVENT_STREAM))
                .filter(event -> event.event() != null).collectList().block(PATIENCE);
        assertThat(events).extracting(ServerSentEvent::event).containsExactly("queued", "started", "step", "step",
                "step", "step", "step", "step", "succeeded");
        assertThat(events).extracting(ServerSentEvent::id).containsExactly("1", "2", "3", "4", "5", "6", "7", "8",
                "9");
        JsonNode step = data(events.get(2));
        assertThat(step.path("step").asInt()).isEqualTo(1);
        assertThat(step.path("steps").asInt()).isEqualTo(6);
        assertThat(step.has("sigma")).as("infinite at the start").isFalse();
        byte[] png = Base64.getDecoder().decode(step.path("images").path(0).path("png").asString());
        assertThat(Png.decode(png).width()).isEqualTo(8);
        JsonNode end = data(events.getLast());
        assertThat(end.path("seed").asString()).isEqualTo("7");
        assertThat(end.path("nfe").asInt()).isEqualTo(6);
        assertThat(end.path("images").path(0).path("url").asString()).endsWith("/images/0.png");
    }

    @Test
    void shouldSendPreviewsAsOftenAsWanted() {
        List<ServerSentEvent<String>> events = events(
                generate("{\"model\":\"stripes\",\"preview\":{\"every\":4},\"steps\":6}")
                        .accept(MediaType.TEXT_EVENT_STREAM))
                .filter(event -> "step".equals(event.event())).collectList().block(PATIENCE);
        assertThat(events).extracting(event -> data(event).path("images").size()).containsExactly(0, 0, 0, 1, 0, 1);
    }

    @Test
    void shouldReplayAfterTheLastEventSeen() {
        String id = start(REQUEST);
        List<String> all = ids(client.get().uri("/jobs/" + id + "/events"));
        assertThat(all).hasSize(9);
        assertThat(ids(client.get().uri("/jobs/" + id + "/events").header("Last-Event-ID", "6")))
                .containsExactly("7", "8", "9");
        assertThat(ids(client.get().uri("/jobs/" + id + "/events?after=8"))).containsExactly("9");
        // Nothing more: an empty stream would be asked for again and again.
        for (String past : List.of("9", "10", "999999")) {
            client.get().uri("/jobs/" + id + "/events?after=" + past).exchange().expectStatus().isNoContent();
            client.get().uri("/jobs/" + id + "/events").header("Last-Event-ID", past).exchange().expectStatus()
                    .isNoContent();
        }
    }

    @Test
    void shouldSendCommentsWhileNothingHappens() {
        worker.hold();
        String id = start(REQUEST);
        StepVerifier.create(events(client.get().uri("/jobs/" + id + "/events")).filter(event -> event.event() == null))
                .assertNext(event -> assertThat(event.comment()).isNotNull())
                .assertNext(event -> assertThat(event.data()).isNull()).thenCancel().verify(PATIENCE);
        client.delete().uri("/jobs/" + id).exchange().expectStatus().isOk();
    }

    @Test
    void shouldAnswerAtOnceWhenAsked() {
        worker.hold();
        JsonNode job = Objects.requireNonNull(client.post().uri("/generate").header("Prefer", "respond-async, wait=10")
                .contentType(MediaType.APPLICATION_JSON).bodyValue(REQUEST).exchange().expectStatus().isAccepted()
                .expectHeader().valueMatches("Location", "/jobs/[0-9a-z]{26}").expectBody(JsonNode.class).returnResult()
                .getResponseBody());
        assertThat(job.path("state").asString()).isIn("queued", "running");
        assertThat(job.path("images")).isEmpty();
        worker.letGo();
        assertThat(ids(client.get().uri("/jobs/" + job.path("id").asString() + "/events"))).hasSize(9);
    }

    @Test
    void shouldRepeatARequestWithItsKey() {
        JsonNode first = json(generate(REQUEST, headers -> headers.set("Idempotency-Key", "k1")), 200);
        JsonNode second = json(generate(REQUEST, headers -> headers.set("Idempotency-Key", "k1")), 200);
        assertThat(second.path("id")).isEqualTo(first.path("id"));
        JsonNode problem = json(generate(REQUEST.replace("7", "8"), h -> h.set("Idempotency-Key", "k1")), 422);
        assertThat(problem.path("code").asString()).isEqualTo("idempotency_mismatch");
    }

    private byte[] picture(String body) {
        return generate(body).accept(MediaType.IMAGE_PNG).exchange().expectStatus().isOk().expectHeader()
                .contentType("image/png").expectBody().returnResult().getResponseBodyContent();
    }

    private List<String> ids(org.springframework.test.web.reactive.server.WebTestClient.RequestHeadersSpec<?> request) {
        return events(request).filter(event -> event.event() != null).map(ServerSentEvent::id).collectList()
                .block(PATIENCE);
    }

    private static JsonNode data(ServerSentEvent<String> event) {
        return dev.pathline.common.wire.Json.MAPPER.readTree(Objects.requireNonNull(event.data()));
    }
}
