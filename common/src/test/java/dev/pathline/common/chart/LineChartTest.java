package dev.pathline.common.chart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

class LineChartTest {

    private static final Axis STEP = Axis.linear("step");
    private static final Axis LOSS = Axis.automatic("loss");

    private static LineChart chart(Point... points) {
        return LineChart.of("Loss", STEP, LOSS, List.of(Series.line("loss", List.of(points))));
    }

    private static Document parse(String svg) {
        try {
            return DocumentBuilderFactory.newInstance().newDocumentBuilder()
                    .parse(new InputSource(new StringReader(svg)));
        } catch (Exception e) {
            throw new AssertionError("not XML: " + svg, e);
        }
    }

    private static List<Element> all(Document document, String element) {
        NodeList nodes = document.getElementsByTagName(element);
        return IntStream.range(0, nodes.getLength()).mapToObj(i -> (Element) nodes.item(i)).toList();
    }

    private static List<String> texts(Document document) {
        return all(document, "text").stream().map(Element::getTextContent).toList();
    }

    @Test
    void shouldDrawALineWithinThePicture() {
        Document svg = parse(chart(Point.of(0, 1), Point.of(50, 0.6), Point.of(100, 0.5)).svg());

        assertThat(all(svg, "path")).singleElement().satisfies(path -> {
            assertThat(path.getAttribute("d")).matches("M[\\d. ]+L[\\d. ]+L[\\d. ]+");
            for (String number : path.getAttribute("d").split("[ML ]")) {
                if (!number.isEmpty()) {
                    assertThat(Double.parseDouble(number)).isBetween(0.0, 480.0);
                }
            }
        });
        assertThat(texts(svg)).contains("Loss", "step", "loss", "0", "100", "0.6", "1.0");
    }

    @Test
    void shouldSayWhatItShowsToThoseWhoDoNotSeeIt() {
        Document svg = parse(chart(Point.of(0, 1), Point.of(50, 0.25), Point.of(100, 0.5)).svg());

        assertThat(svg.getDocumentElement().getAttribute("role")).isEqualTo("img");
        assertThat(all(svg, "title").getFirst().getTextContent()).isEqualTo("Loss");
        assertThat(all(svg, "desc").getFirst().getTextContent())
                .isEqualTo("loss: from 1 to 0.5000 over step 0 to 100; least 0.2500, largest 1.");
    }

    @Test
    void shouldHaveAPlaceForNoPoints() {
        Document svg = parse(chart().svg());

        assertThat(texts(svg)).contains("nothing yet");
        assertThat(all(svg, "path")).isEmpty();
    }

    @Test
    void shouldMarkASinglePoint() {
        Document svg = parse(chart(Point.of(10, 0.5)).svg());

        assertThat(all(svg, "circle")).hasSize(1);
        assertThat(texts(svg)).contains("10").doesNotContain("nothing yet");
    }

    @Test
    void shouldBreakTheLineAndSetACrossWhereAValueIsNotFinite() {
        Document svg = parse(chart(Point.of(0, 1), Point.of(1, 0.9), Point.of(2, Double.NaN), Point.of(3, 0.8),
                Point.of(4, Double.POSITIVE_INFINITY)).svg());

        assertThat(all(svg, "path").stream().map(path -> path.getAttribute("class"))).containsExactly("series c0",
                "lost", "lost");
        assertThat(all(svg, "circle")).hasSize(1);
    }

    @Test
    void shouldDrawNothingButCrossesWhenNoValueIsFinite() {
        Document svg = parse(chart(Point.of(5, Double.NaN)).svg());

        assertThat(all(svg, "path")).hasSize(1);
        assertThat(all(svg, "circle")).isEmpty();
    }

    @Test
    void shouldEscapeNames() {
        String name = "<b>\"a\" & 'b'</b>\u0001";
        Document svg = parse(new LineChart(name, new Axis(name, Axis.Kind.LINEAR), Axis.linear("y"),
                List.of(Series.dotted(name, List.of(Point.of(1, 1)))), List.of(new LineChart.Guide(name, 1, 1, 1)),
                false)
                .file());

        assertThat(texts(svg)).contains("<b>\"a\" & 'b'</b>?");
        assertThat(all(svg, "style")).hasSize(1);
    }

    @Test
    void shouldNameSeriesAndGuidesWhereThereIsMoreThanOne() {
        LineChart chart = LineChart.of("Distance", Axis.logarithmic("evaluations"), LOSS, List.of(
                Series.dotted("DDIM", List.of(new Point(5, 3, 2, 4), Point.of(10, 2))),
                Series.dotted("UniPC", List.of(Point.of(5, 2), Point.of(10, 1))))).guide("floor", 0.1);

        Document svg = parse(chart.svg());

        assertThat(texts(svg)).contains("DDIM", "UniPC", "floor");
        assertThat(all(svg, "path").stream().filter(path -> path.getAttribute("class").startsWith("interval")))
                .hasSize(1);
        assertThat(all(svg, "circle")).hasSize(4);
    }

    @ParameterizedTest
    @ValueSource(doubles = {1e-300, 1e-9, 0.001, 0.3, 1, 7, 12345, 1e9, 1e300})
    void shouldKeepLabelsApartAtEveryMagnitude(double magnitude) {
        var random = new Random(7);
        for (Axis.Kind kind : Axis.Kind.values()) {
            for (double spread : new double[]{0, 1e-6, 0.1, 3, 1e4}) {
                var points = new ArrayList<Point>();
                for (int i = 0; i < 20; i++) {
                    double value = Math.min(1e301, magnitude * (1 + spread * random.nextDouble()));
                    points.add(Point.of(value, value));
                }
                String what = "%s %s %s".formatted(kind, magnitude, spread);
                Document svg = parse(LineChart.of("t", new Axis("x", kind), new Axis("y", kind),
                        List.of(Series.line("s", points))).svg());
                List<Element> labels = all(svg, "text").stream()
                        .filter(text -> text.getAttribute("text-anchor").equals("middle")).toList();
                assertThat(labels).as(what).isNotEmpty();
                for (int i = 1; i < labels.size(); i++) {
                    double half = TextWidth.of(labels.get(i - 1).getTextContent(), 12) / 2
                            + TextWidth.of(labels.get(i).getTextContent(), 12) / 2;
                    assertThat(Double.parseDouble(labels.get(i).getAttribute("x"))
                            - Double.parseDouble(labels.get(i - 1).getAttribute("x"))).as(what).isGreaterThan(half);
                    assertThat(labels.get(i).getTextContent()).as(what)
                            .isNotEqualTo(labels.get(i - 1).getTextContent());
                }
            }
        }
    }

    @Test
    void shouldDrawHundredSeriesInOrderFromPaleToStrong() {
        List<Series> states = IntStream.range(0, 100)
                .mapToObj(i -> Series.line("step " + i, List.of(Point.of(0, i), Point.of(1, i)))).toList();

        Document svg = parse(LineChart.of("t", STEP, LOSS, states).asSequence().svg());

        assertThat(all(svg, "path").getFirst().getAttribute("class")).isEqualTo("series q0");
        assertThat(all(svg, "path").getLast().getAttribute("class")).isEqualTo("series q5");
    }

    @Test
    void shouldLeaveOutAGuideThatIsNotFinite() {
        assertThat(chart(Point.of(1, 1)).guide("none", Double.POSITIVE_INFINITY).guides()).isEmpty();
        assertThatCode(() -> chart().guide("clip", 1).svg()).doesNotThrowAnyException();
    }
}
