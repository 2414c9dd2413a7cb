package dev.pathline.it;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** One tab of Chromium without a window, driven over its DevTools protocol. */
final class Browser implements AutoCloseable {

    private static final Path CHROMIUM = Path.of("/usr/bin/chromium");
    private static final Duration PATIENCE = Duration.ofSeconds(120);
    private static final JsonMapper JSON = JsonMapper.shared();

    private final Process process;
    private final WebSocket socket;
    private final Map<Integer, CompletableFuture<JsonNode>> waiting = new ConcurrentHashMap<>();
    private final ConcurrentLinkedQueue<String> mistakes = new ConcurrentLinkedQueue<>();
    private final AtomicInteger commands = new AtomicInteger();

    private Browser(Process process, HttpClient client, URI address) throws Exception {
        this.process = process;
        this.socket = client.newWebSocketBuilder().buildAsync(address, new Ear()).get(PATIENCE.toSeconds(),
                TimeUnit.SECONDS);
        send("Page.enable", Map.of());
        send("Runtime.enable", Map.of());
    }

    /** Skips the test where there is no Chromium. */
    static void require() {
        assumeTrue(Files.isExecutable(CHROMIUM), "needs the package chromium");
    }

    /** Opens an empty tab of a size. */
    static Browser open(HttpClient client, Path profile, int width, int height) throws Exception {
        Files.createDirectories(profile);
        Process process = new ProcessBuilder(CHROMIUM.toString(), "--headless", "--no-sandbox", "--disable-gpu",
                "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update",
                "--disable-sync", "--remote-debugging-port=0", "--user-data-dir=" + profile, "about:blank")
                .redirectOutput(ProcessBuilder.Redirect.DISCARD).redirectError(ProcessBuilder.Redirect.DISCARD).start();
        try {
            Path port = profile.resolve("DevToolsActivePort");
            await().atMost(PATIENCE).until(() -> Files.exists(port) && Files.readAllLines(port).size() == 2);
            URI pages = URI.create("http://127.0.0.1:" + Files.readAllLines(port).getFirst() + "/json");
            await().atMost(PATIENCE).until(() -> page(client, pages) != null);
            var browser = new Browser(process, client, URI.create(String.valueOf(page(client, pages))));
            browser.send("Emulation.setDeviceMetricsOverride", Map.of("width", width, "height", height,
                    "deviceScaleFactor", 1, "mobile", width < 500));
            return browser;
        } catch (Exception | Error e) {
            end(process);
            throw e;
        }
    }

    private static @Nullable String page(HttpClient client, URI pages) throws IOException, InterruptedException {
        JsonNode targets = JSON.readTree(client.send(HttpRequest.newBuilder(pages).build(), BodyHandlers.ofString())
                .body());
        for (JsonNode target : targets) {
            if (target.path("type").asString("").equals("page")) {
                return target.path("webSocketDebuggerUrl").asString();
            }
        }
        return null;
    }

    private JsonNode send(String method, Map<String, ?> parameters) throws Exception {
        int id = commands.incrementAndGet();
        var answer = new CompletableFuture<JsonNode>();
        waiting.put(id, answer);
        ObjectNode message = JSON.createObjectNode().put("id", id).put("method", method);
        message.set("params", JSON.valueToTree(parameters));
        socket.sendText(message.toString(), true).get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        JsonNode result = answer.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        if (result.has("error")) {
            throw new IllegalStateException(method + ": " + result.path("error"));
        }
        return result.path("result");
    }

    /** Goes to an address; what is there is waited for by {@link #until}. */
    void visit(String address) throws Exception {
        send("Page.navigate", Map.of("url", address));
    }

    /** Loads the page again. */
    void reload() throws Exception {
        send("Page.reload", Map.of());
    }

    /** Returns the value of an expression of JavaScript, after waiting for it where it is a promise. */
    JsonNode evaluate(String expression) throws Exception {
        JsonNode answer = send("Runtime.evaluate",
                Map.of("expression", expression, "awaitPromise", true, "returnByValue", true));
        if (answer.has("exceptionDetails")) {
            throw new IllegalStateException(expression + ": " + answer.path("exceptionDetails"));
        }
        return answer.path("result").path("value");
    }

    /** Returns the text that an element shows. */
    String text(String selector) throws Exception {
        return evaluate("document.querySelector('" + selector + "')?.innerText ?? ''").asString();
    }

    /** Waits until an expression is true, also over a change of pages. */
    void until(String expression) {
        await().atMost(PATIENCE).pollInterval(Duration.ofMillis(50)).ignoreExceptions()
                .until(() -> evaluate("Boolean(" + expression + ")").asBoolean());
    }

    /** Types a value into a field. */
    void fill(String id, String value) throws Exception {
        evaluate("{ const field = document.getElementById('" + id + "'); field.value = "
                + JSON.writeValueAsString(value)
                + "; for (const type of ['input', 'change']) field.dispatchEvent(new Event(type, {bubbles: true})); }");
    }

    /** Presses and lets go of a key. */
    void press(String key) throws Exception {
        int code = switch (key) {
            case "Enter" -> 13;
            case "Escape" -> 27;
            default -> throw new IllegalArgumentException("a key that no test needed yet: " + key);
        };
        for (String type : List.of("keyDown", "keyUp")) {
            send("Input.dispatchKeyEvent", Map.of("type", type, "key", key, "code", key, "windowsVirtualKeyCode", code,
                    "text", type.equals("keyDown") && key.equals("Enter") ? "\r" : ""));
        }
    }

    /** Returns what the window shows, as a PNG. */
    byte[] picture() throws Exception {
        return Base64.getDecoder()
                .decode(send("Page.captureScreenshot", Map.of("format", "png")).path("data").asString());
    }

    /** Exceptions that nothing on the page caught. */
    List<String> mistakes() {
        return List.copyOf(mistakes);
    }

    @Override
    public void close() {
        socket.abort();
        end(process);
    }

    private static void end(Process process) {
        // All of them, and their ends waited for: one that still writes keeps its folder from being deleted. Where nobody
        // collects orphans, as in a container without an init, an ended one stays in the list of processes for ever.
        List<ProcessHandle> all = Stream.concat(process.descendants(), Stream.of(process.toHandle())).toList();
        all.forEach(ProcessHandle::destroyForcibly);
        CompletableFuture.allOf(all.stream().map(ProcessHandle::onExit).toArray(CompletableFuture<?>[]::new))
                .completeOnTimeout(null, 3, TimeUnit.SECONDS).join();
    }

    /** Hears the browser. */
    private final class Ear implements WebSocket.Listener {

        private final StringBuilder heard = new StringBuilder();

        @Override
        public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
            heard.append(data);
            if (last) {
                JsonNode message = JSON.readTree(heard.toString());
                heard.setLength(0);
                CompletableFuture<JsonNode> asked = waiting.remove(message.path("id").asInt(0));
                if (asked != null) {
                    asked.complete(message);
                } else if (message.path("method").asString("").equals("Runtime.exceptionThrown")) {
                    mistakes.add(message.path("params").path("exceptionDetails").toString());
                }
            }
            from.request(1);
            return null;
        }

        @Override
        public void onError(WebSocket from, Throwable error) {
            waiting.values().forEach(asked -> asked.completeExceptionally(error));
        }
    }
}
