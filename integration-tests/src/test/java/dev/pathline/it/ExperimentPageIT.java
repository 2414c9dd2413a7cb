package dev.pathline.it;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Dialog;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.LocatorAssertions.ContainsTextOptions;
import com.microsoft.playwright.assertions.LocatorAssertions.IsEnabledOptions;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Experiments on the page, as somebody goes through them: designed, started, voted on by the keyboard, read and decided. */
class ExperimentPageIT {

    private static final int REQUESTS = 6;
    private static final ContainsTextOptions SOON = new ContainsTextOptions().setTimeout(30_000);

    private static PathlineProcess server;
    private static HttpClient client;

    @BeforeAll
    static void start() throws Exception {
        Browser.require();
        client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
        server = PathlineProcess.serve("--models", PathlineProcess.ROOT.resolve("models").toString(), "--memory", "--",
                "--pathline.worker.profile=f32", "--pathline.api.experiments.tell-every=200ms",
                "--pathline.api.experiments.watch-every=200ms");
    }

    @AfterAll
    static void stop() throws Exception {
        if (server != null) {
            server.close();
            client.close();
        }
    }

    private static void generate(String experiment, int i) throws Exception {
        HttpResponse<String> answer = client.send(HttpRequest.newBuilder(URI.create(server.address() + "/generate"))
                .header("content-type", "application/json")
                .POST(BodyPublishers.ofString("{\"experiment\":\"" + experiment
                        + "\",\"label\":\"bag\",\"subject\":\"s" + i + "\",\"seed\":" + i + "}"))
                .build(), BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource({"desk, 1280, 900", "phone, 390, 844"})
    void shouldGoFromADesignToADecision(String name, int width, int height) throws Exception {
        try (Browser browser = Browser.open(width, height)) {
            Page page = browser.page();
            page.onDialog(Dialog::accept);
            browser.visit(server.address() + "/#experiments?new");
            create(browser, page, name);
            page.click("#experiment-start");
            assertThat(page.locator("#experiment-state")).hasText("running");
            assertThat(page.locator("#ask")).containsText("\"experiment\":\"" + name + "\"", SOON);
            expectFit(browser, width);

            for (int i = 0; i < REQUESTS; i++) {
                generate(name, i);
            }
            assertThat(page.locator("#verdicts")).containsText("one is better", SOON);
            assertThat(page.locator("#verdicts")).containsText("after " + REQUESTS + " of 500 planned units", SOON);
            assertThat(page.locator("#report-tables")).containsText("-5");
            assertThat(page.locator("#intervals svg path.band")).hasCount(1);
            expectFit(browser, width);

            vote(browser, page, width);
            page.click("#view-report");
            assertThat(page.locator("#report-tables")).containsText("many against one", SOON);

            page.click("#view-pairs");
            assertThat(page.locator("#pairs-list li")).hasCount(REQUESTS);
            expectFit(browser, width);
            page.click("#pairs-list li:last-child a");
            assertThat(page.locator(".column h2").first()).hasText("fashion-flow@1, 6 steps");
            assertThat(page.locator("#compare-seed")).hasValue("0");

            page.goBack();
            page.click("#view-report");
            page.selectOption("#experiment-arm", "one");
            page.click("#experiment-decide");
            assertThat(page.locator("#experiment-state")).hasText("decided for one");
            assertThat(page.locator("#experiment-design")).containsText("grace");
            expectFit(browser, width);
            assertThat(browser.mistakes()).isEmpty();
        }
    }

    private static void create(Browser browser, Page page, String name) {
        assertThat(page.locator("#arms .arm")).hasCount(2);
        browser.expectAccessible();
        page.fill("#who", "grace");
        page.locator("#who").blur();
        page.click("#experiment-create");
        assertThat(page.locator("#experiment-wrong")).containsText("name");
        browser.expectAccessible();

        page.fill("#experiment-title", name);
        page.fill("#experiment-why", "one step is as good as six");
        page.selectOption("#experiment-mode", "paired");
        page.fill("#experiment-planned", "500");
        page.selectOption("#goal-metric", "evaluations");
        page.fill("#goal-difference", "1");
        page.fill("#goal-deviation", "1");
        Locator arms = page.locator("#arms .arm");
        arms.nth(0).locator("[data-part=name]").fill("many");
        arms.nth(0).locator("[data-part=steps]").fill("6");
        arms.nth(0).locator("[data-part=cfgScale]").fill("1");
        arms.nth(1).locator("[data-part=name]").fill("one");
        arms.nth(1).locator("[data-part=model]").selectOption("fashion-onestep");
        arms.nth(1).locator("[data-part=steps]").fill("1");
        page.click("#experiment-create");
        assertThat(page.locator("#experiment-state")).hasText("draft");
        assertThat(page.locator("#experiment-hypothesis")).hasText("one step is as good as six");
    }

    private static void vote(Browser browser, Page page, int width) {
        page.click("#view-vote");
        assertThat(page.locator("#vote-left")).isEnabled();
        assertThat(page.locator("#ballot")).isFocused();
        assertThat(page.content()).as("nobody is told which is which").doesNotContain("by one", "by many");
        expectFit(browser, width);
        String[] keys = {"ArrowLeft", "ArrowRight", "t", "b", "ArrowLeft", "ArrowRight"};
        for (int i = 0; i < keys.length; i++) {
            assertThat(page.locator("#vote-left")).isEnabled();
            page.keyboard().press(keys[i]);
            assertThat(page.locator("#vote-status")).containsText(i + 1 + (i == 0 ? " vote of" : " votes of"));
        }
        assertThat(page.locator("#vote-status")).containsText("There is no pair that you have not voted on.");
        browser.expectAccessible();
    }

    /** Nothing is wider than the screen, and axe finds nothing. */
    private static void expectFit(Browser browser, int width) {
        assertThat(browser.evaluate("document.documentElement.scrollWidth").asInt()).isLessThanOrEqualTo(width);
        browser.expectAccessible();
    }

    /** Of an experiment that splits, pairs are made to be voted on. */
    @Test
    void shouldMakePairsToVoteOn() throws Exception {
        String design = """
                {"name": "split", "arms": [{"name": "a", "model": "fashion-onestep", "steps": 1},
                 {"name": "b", "model": "fashion-onestep", "steps": 2}],
                 "goal": {"metric": "totalMs", "difference": 10, "deviation": 20}}""";
        for (String[] call : new String[][]{{"", design}, {"/split/start", "{}"}}) {
            assertThat(client.send(HttpRequest.newBuilder(URI.create(server.address() + "/experiments" + call[0]))
                    .header("content-type", "application/json").POST(BodyPublishers.ofString(call[1])).build(),
                    BodyHandlers.ofString()).statusCode()).isLessThan(300);
        }
        try (Browser browser = Browser.open(1280, 900)) {
            Page page = browser.page();
            browser.visit(server.address() + "/#experiments/split/vote");
            assertThat(page.locator("#vote-status")).containsText("There is no pair that you have not voted on.");
            page.click("#vote-more");
            assertThat(page.locator("#vote-right")).isEnabled(new IsEnabledOptions().setTimeout(60_000));
            page.click("#vote-right");
            assertThat(page.locator("#vote-status")).containsText("1 vote of yours");
            assertThat(browser.mistakes()).isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource({"generate-section", "compare", "training", "operations"})
    void shouldKeepNobodyFromUsingTheOtherSections(String section) {
        try (Browser browser = Browser.open(1280, 900)) {
            browser.visit(server.address() + "/#" + section);
            browser.until("document.getElementById('model')?.options.length > 2"
                    + " || document.querySelector('#spec')?.value || document.querySelector('.column')"
                    + " || document.querySelector('#operations table')");
            browser.expectAccessible();
        }
    }
}
