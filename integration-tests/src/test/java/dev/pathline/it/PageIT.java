package dev.pathline.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.pathline.trainer.run.TinyRuns;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** The page in a browser, with the shipped models and one that is trained while it looks. */
class PageIT {

    private static final JsonMapper JSON = JsonMapper.shared();
    private static final String FOCUS = "document.activeElement.id";
    private static final String FINISHED = "!document.getElementById('under').hidden";
    private static final String CLICK = "document.getElementById('generate').click()";
    /** More than a test waits for; more than ten pictures of so many steps are refused. */
    private static final String LONG = "1000";

    @TempDir
    private static Path folder;

    private static HttpClient client;
    private static PathlineProcess server;
    private static Path data;
    private Browser browser;

    @BeforeAll
    static void start() throws Exception {
        Browser.require();
        client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
        data = TinyRuns.data(folder.resolve("data/tiny"));
        tuned(folder.resolve("models/tuned/1"));
        server = PathlineProcess.serve("--models",
                folder.resolve("models") + "," + PathlineProcess.ROOT.resolve("models"), "--",
                "--pathline.trainer.runs=" + folder.resolve("runs"),
                "--pathline.trainer.data-roots=" + folder.resolve("data"),
                "--pathline.standalone.models-refresh=1ms", "--pathline.worker.profile=f32");
    }

    /** The mixture, with a card that recommends two times and says that guidance is part of the network. */
    private static void tuned(Path model) throws Exception {
        Path mixture = PathlineProcess.ROOT.resolve("models/mixture-2d/1");
        Files.createDirectories(model.resolve("network"));
        for (Path file : List.of(Path.of("config.json"), Path.of("diffusion_pytorch_model.safetensors"))) {
            Files.copy(mixture.resolve("network").resolve(file), model.resolve("network").resolve(file));
        }
        ObjectNode card = (ObjectNode) JSON.readTree(Files.readString(mixture.resolve("pathline.json")));
        card.put("name", "tuned").putObject("guidance").put("type", "baked-in").put("scale", 2);
        card.putObject("defaults").put("solver", "heun").putArray("times").add(1).add(0.6);
        Files.writeString(model.resolve("pathline.json"), card.toString());
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

    private void visit(String address) throws Exception {
        browser.visit(address);
        browser.until("document.getElementById('model')?.options.length > 2");
    }

    private void choose(String model, int count, String steps) throws Exception {
        browser.fill("model", model);
        browser.fill("count", Integer.toString(count));
        browser.fill("steps", steps);
    }

    private static JsonNode get(String path) throws Exception {
        return JSON.readTree(client.send(HttpRequest.newBuilder(URI.create(server.address() + path)).build(),
                BodyHandlers.ofString()).body());
    }

    private static JsonNode newestJob() throws Exception {
        return get("/jobs?limit=1").path("jobs").path(0);
    }

    @Test
    void shouldBeginWithNoiseAndKeepTheKeyboardInPlace() throws Exception {
        visit(server.address());
        choose("fashion-flow", 4, "5");
        // Shoes: the first row of their pictures is black.
        browser.fill("label", "7");
        browser.evaluate("{ window.seen = []; addEventListener('focusin', ({target}) => window.seen.push(target.id));"
                + " document.getElementById('generate').focus(); }");
        browser.press("Enter");

        browser.until(FINISHED);
        browser.until(FOCUS + " === 'generate'");
        assertThat(browser.evaluate("window.seen")).extracting(JsonNode::asString).containsExactly("generate", "cancel",
                "generate");
        assertThat(browser.text("#status")).startsWith("4 images in ");
        assertThat(browser.text("#facts")).contains("fashion-flow", "sneaker", "5 steps", "5 evaluations an image");
        assertThat(browser.evaluate("document.getElementById('replay').getAttribute('aria-valuetext')").asString())
                .isEqualTo("finished");
        assertThat(browser.evaluate("document.getElementById('replay').max").asString()).isEqualTo("5");
        assertThat(corner()).isLessThan(20);
        browser.fill("replay", "0");
        browser.until(CORNER + " > 40");
        assertThat(browser.evaluate("document.getElementById('replay').getAttribute('aria-valuetext')").asString())
                .isEqualTo("noise");
    }

    /** The mean of the first row of the first picture. */
    private static final String CORNER = "(() => { const canvas = document.querySelector('#images canvas');"
            + " const {data} = canvas.getContext('2d').getImageData(0, 0, canvas.width, 1);"
            + " return data.filter((_, i) => i % 4 === 0).reduce((a, b) => a + b) / canvas.width; })()";

    private double corner() throws Exception {
        return browser.evaluate(CORNER).asDouble();
    }

    @Test
    void shouldSayOneStep() throws Exception {
        visit(server.address());
        choose("fashion-flow", 1, "1");
        browser.evaluate(CLICK);
        browser.until(FINISHED);

        assertThat(browser.text("#facts")).contains(" 1 step ", "1 evaluation an image").doesNotContain("1 steps");
        assertThat(browser.text("#status")).startsWith("One image in ");
        assertThat(browser.text("#gallery")).contains("1 step,").doesNotContain("1 steps");
    }

    @Test
    void shouldGoOnAfterAReloadAndCancelByEscape() throws Exception {
        visit(server.address());
        choose("fashion-flow", 8, LONG);
        browser.evaluate(CLICK);
        browser.until("/^Step ([3-9]|\\d\\d)/.test(document.getElementById('status').textContent)");
        String id = newestJob().path("id").asString();

        browser.reload();
        browser.until("/^Step \\d/.test(document.getElementById('status')?.textContent)");

        assertThat(newestJob().path("id").asString()).isEqualTo(id);
        assertThat(get("/jobs/" + id).path("state").asString()).isEqualTo("running");
        assertThat(browser.evaluate("document.getElementById('steps').value").asString()).isEqualTo(LONG);
        browser.evaluate("document.getElementById('cancel').focus()");
        browser.press("Escape");
        browser.until("document.getElementById('status').textContent === 'Cancelled.'");
        browser.until(FOCUS + " === 'generate'");
        assertThat(get("/jobs/" + id).path("state").asString()).isEqualTo("cancelled");
        browser.reload();
        browser.until("document.getElementById('model')?.options.length > 2");
        assertThat(browser.evaluate("document.getElementById('idle').hidden").asBoolean()).isFalse();
    }

    @Test
    void shouldConnectAgainWhenTheStreamIsLost() throws Exception {
        try (var proxy = new CuttingProxy(server.port())) {
            visit(proxy.address());
            choose("fashion-flow", 8, LONG);
            browser.evaluate(CLICK);
            browser.until("/^Step ([3-9]|\\d\\d)/.test(document.getElementById('status').textContent)");
            proxy.cut();
            browser.until("document.getElementById('status').textContent.includes('Connecting again')");
            proxy.mend();
            browser.until("/^Step \\d/.test(document.getElementById('status').textContent)");
            String id = newestJob().path("id").asString();
            assertThat(get("/jobs/" + id).path("state").asString()).isEqualTo("running");

            browser.evaluate("document.getElementById('cancel').click()");
            browser.until("document.getElementById('status').textContent === 'Cancelled.'");
            assertThat(get("/jobs/" + id).path("state").asString()).isEqualTo("cancelled");
        }
    }

    @Test
    void shouldOfferAModelWhenItsTrainingIsDone() throws Exception {
        visit(server.address());
        browser.evaluate("{ window.loadedOnce = true; document.getElementById('tab-training').click(); }");
        browser.until("document.querySelectorAll('#presets button').length === 3");
        browser.until("document.getElementById('spec').value.includes('my-fashion')");
        // Classes whose names are numbers, none of them its own index.
        browser.fill("spec", TinyRuns.flow(data, 20).replace("name: tiny", "name: numbered")
                .replace("[dark, upper, lower]", "['1', '2', '3']").replace("sheetEvery: 10", "sheetEvery: 0"));
        browser.evaluate("document.getElementById('spec-start').click()");
        browser.until("document.querySelector('#run-model a')");
        assertThat(browser.text("#run-model a")).isEqualTo("Try it: numbered@1");

        browser.evaluate("document.querySelector('#run-model a').click()");
        browser.until("document.getElementById('model').value === 'numbered'");

        assertThat(browser.evaluate("window.loadedOnce").asBoolean()).isTrue();
        assertThat(browser.evaluate("document.getElementById('generate-section').hidden").asBoolean()).isFalse();
        browser.until(FOCUS + " === 'generate'");
        browser.evaluate("{ const label = document.getElementById('label');"
                + " label.value = [...label.options].find(({text}) => text === '2').value; }");
        browser.evaluate(CLICK);
        browser.until(FINISHED);
        assertThat(browser.text("#facts")).contains("numbered · 2 ·");
        assertThat(newestJob().path("label").asString()).isEqualTo("2");
    }

    @Test
    void shouldHoldPointsAgainstTheTruth() throws Exception {
        visit(server.address());
        choose("mixture-2d", 1000, "20");
        browser.evaluate(CLICK);
        browser.until(FINISHED);
        browser.until("document.querySelector('.legend').textContent.includes('inside them')");

        assertThat(browser.text(".legend")).contains("most likely right", "most likely left", "50 %, 90 %, 99 %");
        List<Double> good = inside();
        // A share of 1,000 points has a standard deviation of at most 1.6 percent.
        assertThat(good.get(0)).isCloseTo(50, within(7.0));
        assertThat(good.get(1)).isCloseTo(90, within(5.0));
        assertThat(good.get(2)).isCloseTo(99, within(2.0));
        browser.fill("solver", "euler");
        browser.fill("steps", "2");
        browser.evaluate(CLICK);
        browser.until(FINISHED + " && document.getElementById('facts').textContent.includes('euler')");
        browser.until("document.querySelector('.legend').textContent.includes('inside them')");
        // Two steps of the plainest solver are seen to be wrong.
        assertThat(Math.abs(inside().get(0) - 50)).isGreaterThan(10);
    }

    private List<Double> inside() throws Exception {
        String text = browser.text(".legend");
        return Pattern.compile("(\\d+) %").matcher(text.substring(text.indexOf("inside them"))).results()
                .map(match -> Double.valueOf(match.group(1))).toList();
    }

    @Test
    void shouldSayWhatIsWrongWhereItIs() throws Exception {
        visit(server.address());
        choose("fashion-flow", 16, "0");
        browser.evaluate(CLICK);
        assertThat(browser.text("#steps-wrong")).isEqualTo("A whole number from 1 to 1,000.");
        assertThat(browser.evaluate(FOCUS).asString()).isEqualTo("steps");

        choose("fashion-flow", 64, "1000");
        browser.evaluate(CLICK);
        browser.until("!document.getElementById('problem').hidden");
        assertThat(browser.text("#count-wrong")).isEqualTo("Can be at most 10 with 1000 steps.");
        assertThat(browser.text("#steps-wrong")).startsWith("Can be at most about 156");
        assertThat(browser.text("#problem")).doesNotContain("errors", "listed");
        assertThat(browser.evaluate(FOCUS).asString()).isEqualTo("count");
    }

    /** Nobody is asked for a scale that nobody can choose. */
    @Test
    void shouldShowTheTimesAndTheGuidanceThatAModelHas() throws Exception {
        visit(server.address());
        choose("tuned", 100, "2");
        browser.fill("label", "0");
        assertThat(browser.text("#steps-hint")).isEqualTo("At times 1, 0.6, as the model recommends.");
        assertThat(browser.text("#model-hint")).endsWith("Guidance of 2 is part of it.");
        assertThat(browser.evaluate("document.getElementById('cfg-field').hidden").asBoolean()).isTrue();
        browser.evaluate(CLICK);
        browser.until(FINISHED + " && document.getElementById('facts').textContent.includes('at 1, 0.6')");
        JsonNode job = newestJob();
        assertThat(job.path("times")).extracting(JsonNode::asDouble).containsExactly(1.0, 0.6);
        assertThat(job.path("cfgScale").asDouble()).isEqualTo(2);
        // Heun's method has two evaluations a step but for the last, and each has one row.
        assertThat(job.path("rows").asInt()).isEqualTo(300);

        browser.fill("steps", "4");
        assertThat(browser.evaluate("document.getElementById('steps-hint').hidden").asBoolean()).isTrue();
        browser.fill("model", "mixture-2d");
        browser.fill("label", "0");
        assertThat(browser.evaluate("document.getElementById('cfg-field').hidden").asBoolean()).isFalse();
    }

    @Test
    void shouldRecommendThreeSolversAndExplainAll() throws Exception {
        visit(server.address());
        JsonNode first = browser.evaluate("(() => { const group = document.querySelector('#solver optgroup');"
                + " return [group.label, ...[...group.children].map(({value}) => value)]; })()");
        assertThat(first).hasSize(4).extracting(JsonNode::asString).startsWith("Recommended", "dpm-solver++-2m");
        assertThat(browser.evaluate("document.querySelectorAll('#solver option').length").asInt()).isGreaterThan(40);

        browser.evaluate("document.getElementById('solver-guide').click()");
        browser.until("document.getElementById('how-to-choose')");
        int solvers = get("/solvers").size();
        browser.until("[...document.querySelectorAll('#guide table')].some(({rows}) => rows.length === " + (solvers + 1)
                + ")");
    }

    @Test
    void shouldGiveLargePictures() throws Exception {
        visit(server.address());
        choose("fashion-flow", 4, "2");
        browser.evaluate(CLICK);
        browser.until(FINISHED);

        assertThat(browser.evaluate("[...document.getElementById('download-as').options].map(({text}) => text)"))
                .extracting(JsonNode::asString).containsExactly("As it is", "4 times as large", "8 times as large");
        JsonNode size = browser.evaluate("new Promise((resolve) => {"
                + " URL.createObjectURL = (blob) => { createImageBitmap(blob).then(({width, height}) =>"
                + " resolve([width, height])); return '#'; };"
                + " HTMLAnchorElement.prototype.click = () => {};"
                + " document.getElementById('download').dispatchEvent(new Event('click')); })");
        // Two by two pictures of 28 pixels, eight times as large, and what is between them.
        assertThat(size).extracting(JsonNode::asInt).containsExactly(464, 464);
    }

    @ParameterizedTest
    @ValueSource(strings = {"#generate-section", "#training"})
    void shouldFitAPhone(String section) throws Exception {
        try (Browser phone = Browser.open(390, 844)) {
            phone.visit(server.address() + "/" + section);
            phone.until(section.equals("#training")
                    ? "document.querySelector('#spec')?.value || document.querySelector('#run-list li')"
                    : "document.getElementById('solver')?.options.length > 40");
            assertThat(phone.evaluate("document.querySelector('" + section + "').hidden").asBoolean()).isFalse();
            assertThat(phone.evaluate("document.documentElement.scrollWidth").asInt()).isLessThanOrEqualTo(390);
            if (section.equals("#generate-section")) {
                // The list is as wide as the screen, not half of it: a model's name has room.
                assertThat(phone.evaluate("document.getElementById('model').clientWidth").asInt()).isGreaterThan(300);
            }
            assertThat(phone.mistakes()).isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource({"light", "dark"})
    void shouldDrawInLightAndDark(String theme) throws Exception {
        visit(server.address());
        browser.evaluate("localStorage.setItem('pathline.theme', '" + theme + "')");
        visit(server.address() + "/?" + theme);
        choose("gaussian-2d", 200, "3");
        browser.evaluate(CLICK);
        browser.until(FINISHED);

        int ground = browser.evaluate("(() => { const canvas = document.querySelector('.plot canvas');"
                + " return canvas.getContext('2d').getImageData(2, 2, 1, 1).data[0]; })()").asInt();
        assertThat(ground > 128).isEqualTo(theme.equals("light"));
    }
}
