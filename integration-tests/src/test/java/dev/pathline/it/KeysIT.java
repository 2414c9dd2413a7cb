package dev.pathline.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A server that asks for keys: they are made, used in a browser, changed and revoked while it runs. */
class KeysIT {

    private static final Pattern SECRET = Pattern.compile("pl_([a-z2-9]{10})_[A-Za-z0-9_-]{43}");
    private static final String REQUEST = "{\"model\":\"fashion-onestep\",\"label\":\"bag\",\"seed\":7}";

    private static HttpClient client;
    private static Path state;
    private static PathlineProcess server;

    @BeforeAll
    static void start() throws Exception {
        client = HttpClient.newHttpClient();
        state = Files.createTempDirectory("keys");
        // The address of all: keys are asked for without being told to.
        server = PathlineProcess
                .serve(Map.of("PATHLINE_STATE", state.toString(), "LOGGING_LEVEL_ORG_SPRINGFRAMEWORK_WEB",
                        "debug", "LOGGING_LEVEL_DEV_PATHLINE", "debug"), "--address", "0.0.0.0");
    }

    @AfterAll
    static void stop() throws Exception {
        server.close();
        client.close();
    }

    private static String keys(int code, String... arguments) throws Exception {
        var all = new String[arguments.length + 1];
        all[0] = "keys";
        System.arraycopy(arguments, 0, all, 1, arguments.length);
        try (PathlineProcess command = PathlineProcess.start(Map.of("PATHLINE_STATE", state.toString()), all)) {
            assertThat(command.await()).as(command.output()).isEqualTo(code);
            return command.output();
        }
    }

    private static String secret(String output) {
        Matcher matcher = SECRET.matcher(output);
        assertThat(matcher.find()).as(output).isTrue();
        return matcher.group();
    }

    private static HttpResponse<String> send(String key, HttpRequest.Builder request) throws Exception {
        return client.send((key.isEmpty() ? request : request.header("authorization", "Bearer " + key)).build(),
                BodyHandlers.ofString());
    }

    private static HttpResponse<String> get(String key, String path) throws Exception {
        return send(key, HttpRequest.newBuilder(URI.create("http://localhost:" + server.port() + path)));
    }

    private static HttpResponse<String> generate(String key) throws Exception {
        return send(key, HttpRequest.newBuilder(URI.create("http://localhost:" + server.port() + "/generate"))
                .header("content-type", "application/json").POST(BodyPublishers.ofString(REQUEST)));
    }

    private static void until(String key, int status) throws Exception {
        long end = System.nanoTime() + 20_000_000_000L;
        while (get(key, "/models").statusCode() != status) {
            assertThat(System.nanoTime()).isLessThan(end);
            Thread.sleep(100);
        }
    }

    @Test
    void shouldAskForKeysThatAreMadeWhileItRuns() throws Exception {
        assertThat(server.output()).contains("there is none yet");
        HttpResponse<String> refused = generate("");
        assertThat(refused.statusCode()).isEqualTo(401);
        assertThat(refused.body()).contains("./pathline keys create");
        assertThat(get("", "/").statusCode()).isEqualTo(200);
        assertThat(get("", "/actuator/health/liveness").statusCode()).isEqualTo(200);

        String ada = secret(keys(0, "create", "ada"));
        assertThat(generate(ada).statusCode()).isEqualTo(200);
        assertThat(get(ada, "/training-runs").statusCode()).isEqualTo(403);
        assertThat(get(ada, "/actuator/prometheus").statusCode()).isEqualTo(403);
        String admin = secret(keys(0, "create", "root", "--roles", "admin"));
        assertThat(get(admin, "/actuator/prometheus").statusCode()).isEqualTo(200);
        assertThat(keys(0, "list")).contains("ada", "root", "admin", "valid").doesNotContain(ada, admin);

        String id = ada.substring(3, 13);
        String rotated = secret(keys(0, "rotate", id));
        until(ada, 401);
        until(rotated, 200);
        assertThat(get(rotated, "/jobs").body()).as("what it has made stays its own").contains("fashion-onestep");
        keys(0, "revoke", id);
        until(rotated, 401);
        assertThat(keys(1, "revoke", "nobody2345")).contains("there is no key nobody2345");
        assertThat(keys(2, "create", "x", "--roles", "root")).contains("'root' is no role");
        // Nobody reads them in a log, however much it says.
        assertThat(server.output()).doesNotContain(ada, rotated, admin);
    }

    @Test
    void shouldAskOnceInABrowser() throws Exception {
        String key = secret(keys(0, "create", "browser", "--roles", "generate,train"));
        try (Browser browser = Browser.open(1280, 900)) {
            browser.visit("http://localhost:" + server.port() + "/");
            browser.until("document.getElementById('key-dialog').open");
            assertThat(browser.evaluate("document.activeElement.id").asString()).isEqualTo("key");
            browser.fill("key", "pl_wrong");
            browser.press("Enter");
            browser.until("document.getElementById('key-wrong').textContent.includes('does not know')");
            browser.fill("key", key);
            browser.press("Enter");
            browser.until("!document.getElementById('key-dialog').open");
            browser.until("document.querySelectorAll('#model option').length > 3");
            browser.fill("model", "fashion-onestep");
            browser.evaluate("document.getElementById('generate').click()");
            browser.until("document.getElementById('status').textContent.includes(' in ')");
            assertThat(browser.evaluate("document.cookie").asString()).isEmpty();
            assertThat(browser.evaluate("location.href").asString()).doesNotContain("pl_");
            assertThat(browser.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}])").asString())
                    .doesNotContain(key);
            // What is copied reads the key from elsewhere.
            browser.evaluate("{ window.copied = ''; Object.defineProperty(navigator, 'clipboard', {value:"
                    + " {writeText: async (text) => { window.copied = text; }}}); }");
            for (String language : new String[]{"curl", "node", "python", "java"}) {
                browser.fill("copy-as", language);
                browser.evaluate("{ window.copied = ''; document.getElementById('copy').click(); }");
                browser.until("window.copied !== ''");
                assertThat(browser.evaluate("window.copied").asString()).contains("PATHLINE_API_KEY", "/generate")
                        .doesNotContain(key);
            }
            browser.visit("http://localhost:" + server.port() + "/#training");
            browser.until("!document.getElementById('training').hidden");
            assertThat(browser.evaluate("document.getElementById('key-dialog').open").asBoolean()).isFalse();
            browser.evaluate("document.getElementById('key-forget').click()");
            browser.until("document.getElementById('key-dialog').open");
        }
    }
}
