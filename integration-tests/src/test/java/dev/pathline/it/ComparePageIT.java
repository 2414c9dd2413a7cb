package dev.pathline.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Settings side by side in a browser, with the shipped models. */
class ComparePageIT {

    private static final JsonMapper JSON = JsonMapper.shared();
    private static final String FOCUS = "document.activeElement.id";
    private static final String DONE = "!document.getElementById('compare-way').hidden";
    private static final String COMPARE = "document.getElementById('compare-start').click()";
    private static final String ONE_OR_FIVE = "/#compare?seed=7&count=2&class=sneaker&watch=noisy&order=together"
            + "&a.model=fashion-flow&a.solver=euler&a.steps=1&a.cfgScale=1"
            + "&b.model=fashion-flow&b.solver=dpm-solver%2B%2B-2m&b.steps=5&b.cfgScale=2";

    private static HttpClient client;
    private static PathlineProcess server;
    private Browser browser;

    @BeforeAll
    static void start() throws Exception {
        Browser.require();
        client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
        server = PathlineProcess.serve("--models", PathlineProcess.ROOT.resolve("models").toString(), "--",
                "--pathline.worker.profile=f32");
    }

    @AfterAll
    static void stop() throws Exception {
        if (server != null) {
            server.close();
            client.close();
        }
    }

    @BeforeEach
    void open() {
        browser = Browser.open(1280, 900);
    }

    @AfterEach
    void close() throws Exception {
        try (Browser closed = browser) {
            assertThat(closed.mistakes()).isEmpty();
        }
    }

    private void visit(String link, int columns) throws Exception {
        browser.visit(server.address() + link);
        browser.until("document.querySelectorAll('.column').length === " + columns);
    }

    /** An expression for a part of a column, from 0. */
    private static String part(int column, String name) {
        return "document.querySelectorAll('.column')[" + column + "].querySelector('[data-part=\"" + name + "\"]')";
    }

    private String text(int column, String name) throws Exception {
        return browser.evaluate(part(column, name) + ".textContent").asString();
    }

    private String value(int column, String name) throws Exception {
        return browser.evaluate(part(column, name) + ".value").asString();
    }

    private void fill(int column, String name, String value) throws Exception {
        browser.fill(browser.evaluate(part(column, name) + ".id").asString(), value);
    }

    /** The pixels of a column's pictures, once those on their way are painted. */
    private String pixels(int column) throws Exception {
        return browser.evaluate("new Promise((resolve) => setTimeout(() => resolve([..." + part(column, "images")
                + ".querySelectorAll('canvas')].map((canvas) => canvas.toDataURL()).join()), 300))").asString();
    }

    private String hash() throws Exception {
        return browser.evaluate("location.hash").asString();
    }

    @Test
    void shouldGoFromTheSameNoiseAndReplayBothByShareOfTheWay() throws Exception {
        visit(ONE_OR_FIVE, 2);
        browser.evaluate("{ window.seen = new Set(); new MutationObserver(() => window.seen.add("
                + part(1, "status") + ".textContent)).observe(" + part(1, "status") + ", {childList: true});"
                + " document.getElementById('compare-start').focus(); }");
        browser.press("Enter");
        browser.until(DONE);

        browser.until(FOCUS + " === 'compare-start'");
        assertThat(browser.evaluate("[...window.seen]")).extracting(JsonNode::asString)
                .anyMatch(seen -> seen.matches("Step [1-5] of 5"));
        assertThat(text(0, "facts")).matches("1 evaluation an image · [\\d,]+ ms beside the others");
        assertThat(text(1, "facts")).matches("5 evaluations an image · [\\d,]+ ms beside the others");
        assertThat(text(0, "title")).isEqualTo("fashion-flow, 1 step");
        assertThat(browser.evaluate("document.getElementById('compare-at').max").asString()).isEqualTo("5");
        String ends = pixels(0);
        assertThat(pixels(1)).isNotEqualTo(ends);

        browser.fill("compare-at", "0");
        assertThat(List.of(text(0, "at"), text(1, "at"))).containsExactly("noise", "noise");
        String noise = pixels(0);
        assertThat(noise).isNotEqualTo(ends);
        assertThat(pixels(1)).as("both begin with the same noise").isEqualTo(noise);
        browser.fill("compare-at", "3");
        assertThat(List.of(text(0, "at"), text(1, "at"))).containsExactly("noise", "step 3 of 5");
        assertThat(browser.evaluate("document.getElementById('compare-at').getAttribute('aria-valuetext')").asString())
                .isEqualTo("60 % of the way; fashion-flow, 1 step: noise; fashion-flow, 5 steps: step 3 of 5");
        assertThat(pixels(0)).isEqualTo(noise);
        assertThat(pixels(1)).isNotEqualTo(noise);
        browser.fill("compare-at", "5");
        assertThat(text(0, "at")).isEqualTo("finished");
        assertThat(pixels(0)).isEqualTo(ends);
    }

    @Test
    void shouldBeSharedByItsLink() throws Exception {
        visit("/#compare", 2);
        String first = hash();
        assertThat(first).contains("a.model=fashion-flow", "a.steps=1&", "b.steps=20", "class=t-shirt", "count=4");
        visit(ONE_OR_FIVE + "&c.model=mixture-2d&c.steps=3&c.timeGrid=karras&c.model2=x&d.steps=4", 3);
        browser.until("location.hash.includes('seed=7')");
        assertThat(List.of(value(0, "solver"), value(1, "solver"), value(1, "steps"), value(2, "model"),
                value(2, "timeGrid"))).containsExactly("euler", "dpm-solver++-2m", "5", "mixture-2d", "karras");
        assertThat(browser.evaluate("document.getElementById('compare-class').value").asString()).isEqualTo("sneaker");

        browser.evaluate("document.getElementById('compare-add').click()");
        assertThat(browser.evaluate("document.getElementById('compare-add').disabled").asBoolean()).isTrue();
        assertThat(browser.evaluate(FOCUS + " === " + part(3, "model") + ".id").asBoolean()).isTrue();
        fill(3, "steps", "9");
        assertThat(hash()).contains("d.model=mixture-2d", "d.steps=9", "d.timeGrid=karras").doesNotContain("model2");
        browser.evaluate(part(2, "remove") + ".click()");
        assertThat(hash()).contains("c.steps=9").doesNotContain("d.model");
        String link = hash();
        browser.reload();
        browser.until("document.querySelectorAll('.column').length === 3");
        browser.until("location.hash === " + JSON.writeValueAsString(link));
        browser.evaluate(part(2, "remove") + ".click()");
        assertThat(browser.evaluate("[...document.querySelectorAll('[data-part=\"remove\"]')].every((b) => b.disabled)")
                .asBoolean()).as("two are the fewest").isTrue();
    }

    @Test
    void shouldCompareTwoModelsOneAfterAnother() throws Exception {
        visit("/#compare?seed=1&count=300&order=turns&a.model=mixture-2d&a.steps=1&b.model=gaussian-2d&b.steps=8", 2);
        browser.evaluate(COMPARE);
        browser.until(DONE);

        assertThat(text(0, "facts")).matches("1 evaluation a point · [\\d,]+ ms");
        assertThat(text(1, "facts")).matches("8 evaluations a point · [\\d,]+ ms");
        assertThat(browser.evaluate("document.querySelectorAll('.column .plot canvas').length").asInt()).isEqualTo(2);
        assertThat(browser.evaluate("document.getElementById('compare-watch-field').hidden").asBoolean()).isTrue();
    }

    @Test
    void shouldTakeTimesInsteadOfStepsAndAGrid() throws Exception {
        visit(ONE_OR_FIVE + "&a.times=1%2C%200.6%2C%200.1&b.timeGrid=time", 2);
        assertThat(List.of(value(0, "steps"), value(0, "times"))).containsExactly("3", "1, 0.6, 0.1");
        assertThat(browser.evaluate(part(0, "steps") + ".disabled && " + part(0, "timeGrid") + ".disabled").asBoolean())
                .isTrue();
        assertThat(text(0, "title")).isEqualTo("fashion-flow, 3 steps");
        fill(1, "times", "0.1, 0.6");
        browser.evaluate(COMPARE);
        assertThat(text(1, "times-wrong")).startsWith("Decreasing numbers from 0 on");
        fill(1, "times", "");
        browser.evaluate(COMPARE);
        browser.until(DONE);

        assertThat(text(0, "facts")).startsWith("3 evaluations an image");
        assertThat(text(1, "facts")).startsWith("5 evaluations an image");
        JsonNode jobs = JSON.readTree(client.send(HttpRequest.newBuilder(URI.create(server.address() + "/jobs?limit=2"))
                .build(), BodyHandlers.ofString()).body()).path("jobs");
        assertThat(jobs).filteredOn(job -> job.path("timeGrid").asString().equals("given")).singleElement()
                .satisfies(job -> assertThat(job.path("times")).hasSize(3));
    }

    @Test
    void shouldCopyACommandThatIsAnswered() throws Exception {
        visit(ONE_OR_FIVE, 2);
        browser.evaluate("{ window.copied = ''; Object.defineProperty(navigator, 'clipboard', {value:"
                + " {writeText: async (text) => { window.copied = text; }}}); }");
        browser.evaluate(part(1, "curl") + ".click()");
        browser.until(part(1, "curl") + ".textContent === 'Copied'");
        String command = browser.evaluate("window.copied").asString();
        assertThat(command).startsWith("curl -X POST " + server.address() + "/generate ");
        Matcher body = Pattern.compile("-d '(\\{.*})'").matcher(command);
        assertThat(body.find()).isTrue();
        JsonNode sent = JSON.readTree(body.group(1));
        assertThat(sent.propertyNames()).containsExactly("model", "count", "solver", "seed", "steps", "label",
                "cfgScale");

        HttpResponse<byte[]> answer = client.send(HttpRequest.newBuilder(URI.create(server.address() + "/generate"))
                .header("content-type", "application/json").header("accept", "image/png")
                .POST(BodyPublishers.ofString(body.group(1))).build(), BodyHandlers.ofByteArray());
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("content-type")).hasValue("image/png");
        browser.evaluate("document.getElementById('compare-link').click()");
        browser.until("window.copied === location.href");
        browser.until(part(1, "curl") + ".textContent === 'Copy as curl'");
    }

    @Test
    void shouldSayWhatIsWrongInItsColumn() throws Exception {
        visit(ONE_OR_FIVE + "&c.model=nobody", 3);
        fill(1, "steps", "0");
        browser.evaluate(COMPARE);
        assertThat(text(1, "steps-wrong")).isEqualTo("A whole number from 1 to 1,000.");
        assertThat(text(2, "model-wrong")).isEqualTo("There is no model nobody here.");
        assertThat(browser.evaluate(FOCUS + " === " + part(1, "steps") + ".id").asBoolean()).isTrue();

        fill(1, "steps", "5");
        fill(2, "model", "mixture-2d");
        browser.evaluate(COMPARE);
        assertThat(text(2, "model-wrong")).isEqualTo("It has no class sneaker.");
        browser.fill("compare-seed", "seven");
        browser.evaluate(COMPARE);
        assertThat(browser.text("#compare-seed-wrong")).isEqualTo("A seed is a whole number of at most 64 bits.");
        browser.fill("compare-seed", "7");
        browser.fill("compare-class", "");
        // What only the server knows is said by the column that it is about; the others are shown.
        fill(1, "timeGrid", "karras-leading");
        browser.evaluate(COMPARE);
        browser.until(DONE);
        assertThat(text(1, "timeGrid-wrong")).contains("cannot use time grid 'karras-leading'");
        assertThat(text(1, "facts")).isEmpty();
        assertThat(text(0, "facts")).startsWith("1 evaluation an image");
    }

    @Test
    void shouldCancelAllByEscape() throws Exception {
        visit("/#compare?seed=1&count=4&class=bag&a.model=fashion-flow&a.steps=1000&b.model=fashion-flow&b.steps=900",
                2);
        browser.evaluate("document.getElementById('compare-start').focus()");
        browser.press("Enter");
        browser.until("/^Step \\d/.test(" + part(0, "status") + ".textContent)");
        browser.until(FOCUS + " === 'compare-cancel'");
        browser.press("Escape");
        for (int column = 0; column < 2; column++) {
            browser.until(part(column, "status") + ".textContent === 'Cancelled.'");
        }
        browser.until(FOCUS + " === 'compare-start'");
        assertThat(browser.evaluate(DONE).asBoolean()).isFalse();
        JsonNode jobs = JSON.readTree(client.send(HttpRequest.newBuilder(URI.create(server.address() + "/jobs?limit=2"))
                .build(), BodyHandlers.ofString()).body()).path("jobs");
        assertThat(jobs).extracting(job -> job.path("state").asString()).containsExactly("cancelled", "cancelled");
    }

    @Test
    void shouldFitAPhone() throws Exception {
        try (Browser phone = Browser.open(390, 844)) {
            phone.visit(server.address() + ONE_OR_FIVE);
            phone.until("document.querySelectorAll('.column').length === 2");
            phone.evaluate(COMPARE);
            phone.until(DONE);
            assertThat(phone.evaluate("document.documentElement.scrollWidth").asInt()).isLessThanOrEqualTo(390);
            assertThat(phone.mistakes()).isEmpty();
        }
    }
}
