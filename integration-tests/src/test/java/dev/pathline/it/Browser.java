package dev.pathline.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.deque.html.axecore.playwright.AxeBuilder;
import com.deque.html.axecore.results.CheckedNode;
import com.deque.html.axecore.results.Rule;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** One tab of Chromium with storage of its own, driven by Playwright. Use it on the thread that opened it. */
final class Browser implements AutoCloseable {

    private static final Path CHROMIUM = Path.of("/usr/bin/chromium");
    private static final Duration PATIENCE = Duration.ofSeconds(120);
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final int PHONE = 500;

    private final BrowserContext context;
    private final Page page;
    private final List<String> mistakes = new ArrayList<>();

    /** One Chromium for all tests of a JVM, with whose end it ends. */
    private static final class Chromium {

        private static final com.microsoft.playwright.Browser BROWSER = Playwright
                .create(new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")))
                .chromium().launch(new BrowserType.LaunchOptions().setExecutablePath(CHROMIUM).setArgs(List.of(
                        "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
                        "--disable-background-networking", "--disable-component-update", "--disable-sync")));

        private Chromium() {}
    }

    private Browser(BrowserContext context) {
        this.context = context;
        this.page = context.newPage();
        page.setDefaultTimeout(PATIENCE.toMillis());
        page.onPageError(mistakes::add);
    }

    /** Skips the test where there is no Chromium. */
    static void require() {
        assumeTrue(Files.isExecutable(CHROMIUM), "needs the package chromium");
    }

    /** Opens an empty tab of a size; a narrow one is a phone. */
    static Browser open(int width, int height) {
        return new Browser(Chromium.BROWSER.newContext(new com.microsoft.playwright.Browser.NewContextOptions()
                .setViewportSize(width, height).setIsMobile(width < PHONE).setHasTouch(width < PHONE)));
    }

    /** Goes to an address; what is there is waited for by {@link #until}. */
    void visit(String address) {
        page.navigate(address);
    }

    /** Loads the page again. */
    void reload() {
        page.reload();
    }

    /** Returns Playwright's own page, to click and to type as people do. */
    Page page() {
        return page;
    }

    /** Returns the value of an expression of JavaScript, after waiting for it where it is a promise. */
    JsonNode evaluate(String expression) {
        return JSON.valueToTree(page.evaluate(expression));
    }

    /** Returns the text that an element shows. */
    String text(String selector) {
        return evaluate("document.querySelector('" + selector + "')?.innerText ?? ''").asString();
    }

    /** Waits until an expression is true, also over a change of pages. */
    void until(String expression) {
        await().pollInSameThread().atMost(PATIENCE).pollInterval(Duration.ofMillis(50)).ignoreExceptions()
                .until(() -> evaluate("Boolean(" + expression + ")").asBoolean());
    }

    /** Puts a value into a field of any kind, as if it were typed or chosen. */
    void fill(String id, String value) {
        evaluate("{ const field = document.getElementById('" + id + "'); field.value = "
                + JSON.writeValueAsString(value)
                + "; for (const type of ['input', 'change']) field.dispatchEvent(new Event(type, {bubbles: true})); }");
    }

    /** Presses and lets go of a key. */
    void press(String key) {
        page.keyboard().press(key);
    }

    /** Expects that nothing on the page, as it is now, keeps anybody from using it, as far as axe can tell. */
    void expectAccessible() {
        List<Rule> violations = new AxeBuilder(page).analyze().getViolations();
        assertThat(violations.stream().map(rule -> rule.getId() + ": " + rule.getHelp() + " " + rule.getNodes().stream()
                .map(CheckedNode::getHtml).collect(Collectors.joining(" "))).toList()).isEmpty();
    }

    /** Returns what the window shows, as a PNG. */
    byte[] picture() {
        return page.screenshot();
    }

    /** Exceptions that nothing on the page caught. */
    List<String> mistakes() {
        return List.copyOf(mistakes);
    }

    @Override
    public void close() {
        context.close();
    }
}
