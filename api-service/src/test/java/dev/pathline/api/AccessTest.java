package dev.pathline.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.http.MediaType;
import org.springframework.test.context.TestPropertySource;
import tools.jackson.databind.JsonNode;

/** What a browser sends for a page of somebody else, on a server of this machine alone. */
@TestPropertySource(properties = {"server.address=127.0.0.1", "pathline.api.hosts=pathline.example",
    "pathline.api.origins=https://app.example,http://tools.example:3000"})
class AccessTest extends ApiTestBase {

    private String code(String host, String... headers) {
        JsonNode problem = json(generate(REQUEST, all -> {
            all.set("Host", host.replace("PORT", Integer.toString(port)));
            for (int i = 0; i < headers.length; i += 2) {
                all.add(headers[i], headers[i + 1].replace("PORT", Integer.toString(port)));
            }
        }), 403);
        return problem.path("code").asString();
    }

    private void accepted(String host, String... headers) {
        json(generate(REQUEST, all -> {
            all.set("Host", host.replace("PORT", Integer.toString(port)));
            for (int i = 0; i < headers.length; i += 2) {
                all.add(headers[i], headers[i + 1].replace("PORT", Integer.toString(port)));
            }
        }), 200);
    }

    @Test
    void shouldRefuseNamesThatAreNotItsOwn() {
        for (String host : List.of("evil.example:PORT", "localhost.evil.example", "127.0.0.1.evil.example:PORT",
                "10.1.2.3:PORT")) {
            assertThat(code(host)).as(host).isEqualTo("foreign_host");
            assertThat(code(host, "Origin", "http://" + host)).as(host).isEqualTo("foreign_host");
            json(client.get().uri("/jobs").header("Host", host.replace("PORT", "80")), 403);
            json(client.get().uri("/").header("Host", host.replace("PORT", "80")), 403);
        }
        assertThat(code("localhost:PORT", "X-Forwarded-Host", "evil.example", "Origin", "http://evil.example"))
                .isEqualTo("foreign_host");
        client.get().uri("/actuator/health/liveness").header("Host", "evil.example").exchange().expectStatus().isOk();
    }

    @ParameterizedTest
    @ValueSource(strings = {"null", "http://evil.example", "http://localhost:1", "http://127.0.0.1:PORT",
        "http://localhost",
        "https://localhost", "http://localhost:PORT.evil.example", "http://localhost.evil.example:PORT",
        "http://evil.example:PORT", "file://", "chrome-extension://abcdefgh", "http://[::1]:PORT", "localhost:PORT", "",
        "https://app.example:444", "http://app.example", "http://tools.example", "https://sub.app.example"})
    void shouldRefuseWhatPagesOfOthersSend(String origin) {
        assertThat(code("localhost:PORT", "Origin", origin)).isEqualTo("foreign_origin");
    }

    @Test
    void shouldRefuseWhatABrowserSaysIsOfAnotherSite() {
        assertThat(code("localhost:PORT", "Sec-Fetch-Site", "cross-site")).isEqualTo("foreign_origin");
        assertThat(code("localhost:PORT", "Sec-Fetch-Site", "same-site")).isEqualTo("foreign_origin");
        assertThat(code("localhost:PORT", "Origin", "http://localhost:PORT", "Origin", "http://evil.example"))
                .isEqualTo("foreign_origin");
        accepted("localhost:PORT", "Sec-Fetch-Site", "same-origin");
        accepted("localhost:PORT", "Sec-Fetch-Site", "none");
    }

    @ParameterizedTest
    @CsvSource({"localhost:PORT,http://localhost:PORT", "127.0.0.1:PORT,http://127.0.0.1:PORT",
        "LOCALHOST:PORT,http://localhost:PORT", "[::1]:PORT,http://[::1]:PORT",
        "[::1]:PORT,http://[0:0:0:0:0:0:0:1]:PORT",
        "localhost,http://localhost", "localhost:80,http://localhost", "pathline.example,https://pathline.example",
        "pathline.example:8443,https://pathline.example:8443", "localhost:PORT,https://app.example",
        "localhost:PORT,HTTPS://APP.example:443", "localhost:PORT,http://tools.example:3000"})
    void shouldAcceptItsOwnPageAndTheConfiguredOnes(String host, String origin) {
        accepted(host, "Origin", origin);
    }

    @Test
    void shouldAcceptItsOwnPageBehindAProxy() {
        accepted("127.0.0.1:PORT", "X-Forwarded-Host", "pathline.example", "X-Forwarded-Proto", "https", "Origin",
                "https://pathline.example");
        accepted("127.0.0.1:PORT", "X-Forwarded-Host", "pathline.example", "Origin", "https://pathline.example");
        assertThat(
                code("127.0.0.1:PORT", "X-Forwarded-Host", "pathline.example", "X-Forwarded-Proto", "https", "Origin",
                        "http://pathline.example"))
                .isEqualTo("foreign_origin");
    }

    @Test
    void shouldAnswerReadersWhereverTheyComeFrom() {
        for (String path : List.of("/models", "/solvers", "/jobs", "/actuator/health", "/")) {
            client.get().uri(path).header("Origin", "http://evil.example").exchange().expectStatus().isOk()
                    .expectHeader().doesNotExist("Access-Control-Allow-Origin");
        }
    }

    @Test
    void shouldRefuseEveryMethodThatChangesSomething() {
        for (String[] call : new String[][]{{"DELETE", "/jobs/x"}, {"PUT", "/models/stripes/aliases/best"},
            {"DELETE", "/models/stripes/aliases/champion"}, {"POST", "/training-runs"},
            {"POST", "/training-runs/x/pause"}, {"PATCH", "/jobs"}}) {
            JsonNode problem = json(client.method(org.springframework.http.HttpMethod.valueOf(call[0])).uri(call[1])
                    .header("Origin", "null"), 403);
            assertThat(problem.path("code").asString()).as(call[1]).isEqualTo("foreign_origin");
        }
    }

    @Test
    void shouldLetConfiguredPagesAskFirst() {
        client.options().uri("/generate").header("Origin", "https://app.example")
                .header("Access-Control-Request-Method", "POST")
                .header("Access-Control-Request-Headers", "content-type")
                .exchange().expectStatus().isOk().expectHeader()
                .valueEquals("Access-Control-Allow-Origin", "https://app.example");
        client.options().uri("/generate").header("Origin", "https://evil.example")
                .header("Access-Control-Request-Method", "POST")
                .header("Access-Control-Request-Headers", "content-type")
                .exchange().expectHeader().doesNotExist("Access-Control-Allow-Origin");
    }

    @ParameterizedTest
    @ValueSource(strings = {"text/plain", "text/plain;charset=UTF-8", "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x", "*/*", "application/*", "text/html", "json",
        "application/json;charset=klingon",
        "application/json;charset=utf-16", "application/json; charset=a b",
        "/", "application/", ";", "application/json, text/plain"})
    void shouldRefuseBodiesOfOtherTypes(String type) throws Exception {
        String answer = raw("POST /generate HTTP/1.1\r\nHost: localhost\r\nContent-Type: " + type
                + "\r\nContent-Length: " + REQUEST.length() + "\r\nConnection: close\r\n\r\n" + REQUEST);

        assertThat(answer).startsWith("HTTP/1.1 415 ").contains("\"code\":\"unsupported_media_type\"");
    }

    @Test
    void shouldRefuseBodiesWithoutAType() throws Exception {
        for (String path : List.of("POST /generate", "POST /training-runs", "PUT /models/stripes/aliases/best")) {
            String answer = raw(path + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: " + REQUEST.length()
                    + "\r\nConnection: close\r\n\r\n" + REQUEST);
            assertThat(answer).as(path).startsWith("HTTP/1.1 415 ").contains("no content type");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"application/json", "APPLICATION/JSON", "application/json;charset=utf-8",
        "application/json; charset=\"UTF-8\"", "application/vnd.pathline+json"})
    void shouldReadJsonByItsNames(String type) {
        json(client.post().uri("/generate").header("Content-Type", type)
                .bodyValue(REQUEST.getBytes(StandardCharsets.UTF_8)),
                200);
    }

    @Test
    void shouldAnswerProgramsOfHttp10() throws Exception {
        assertThat(raw("GET /actuator/health/readiness HTTP/1.0\r\n\r\n")).contains(" 200 OK");
        assertThat(raw("GET /models HTTP/1.0\r\n\r\n")).contains(" 200 OK");
    }

    @Test
    void shouldRefuseCompressedBodiesByName() {
        JsonNode problem = json(client.post().uri("/generate").contentType(MediaType.APPLICATION_JSON)
                .header("Content-Encoding", "gzip").bodyValue(new byte[]{31, -117, 8, 0}), 415);
        assertThat(problem.path("detail").asString()).contains("gzip", "without one");
    }

    private String raw(String request) throws Exception {
        try (var socket = new Socket()) {
            socket.connect(new InetSocketAddress("127.0.0.1", port));
            socket.setSoTimeout((int) PATIENCE.toMillis());
            socket.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
