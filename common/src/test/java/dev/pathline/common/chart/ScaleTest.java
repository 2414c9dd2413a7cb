package dev.pathline.common.chart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ScaleTest {

    private static List<String> labels(Scale scale, int wanted) {
        return scale.ticks(wanted).stream().map(Tick::label).toList();
    }

    @Test
    void shouldMarkRoundValues() {
        assertThat(labels(new Scale.Linear(0, 1), 5)).containsExactly("0", "0.2", "0.4", "0.6", "0.8", "1.0");
        assertThat(labels(new Scale.Linear(0, 6000), 6)).containsExactly("0", "1000", "2000", "3000", "4000", "5000",
                "6000");
        assertThat(labels(new Scale.Linear(-1.3, 1.3), 5)).containsExactly("\u22121.0", "\u22120.5", "0", "0.5",
                "1.0");
        assertThat(labels(new Scale.Linear(0, 40000), 4)).containsExactly("0", "10k", "20k", "30k", "40k");
        assertThat(labels(new Scale.Linear(0, 1e-3), 2)).containsExactly("0", "0.0005", "0.0010");
    }

    @Test
    void shouldMarkPowersOfTenOverManyDecades() {
        assertThat(labels(new Scale.Logarithmic(1e-3, 1e3), 8)).containsExactly("0.001", "0.01", "0.1", "1", "10",
                "100", "1000");
        assertThat(labels(new Scale.Logarithmic(1e-12, 1e12), 5)).hasSizeLessThanOrEqualTo(6)
                .contains("1", "1e\u22125".replace('\u2212', '-'));
    }

    @Test
    void shouldMarkOneTwoAndFiveOverFewDecades() {
        assertThat(labels(new Scale.Logarithmic(0.15, 3), 8)).containsExactly("0.2", "0.5", "1", "2");
        assertThat(labels(new Scale.Logarithmic(0.41, 0.47), 4)).containsExactly("0.42", "0.44", "0.46");
    }

    @ParameterizedTest
    @CsvSource({"1, 2", "0.001, 1000", "1e-300, 1e300", "5, 5"})
    void shouldPlaceAllValuesWithinTheAxis(double least, double largest) {
        for (Axis.Kind kind : Axis.Kind.values()) {
            Scale scale = new Axis("", kind).scale(least, largest);
            assertThat(scale.position(least)).isBetween(0.0, 1.0);
            assertThat(scale.position(largest)).isBetween(scale.position(least), 1.0);
        }
    }

    @Test
    void shouldPutASingleValueInTheMiddle() {
        assertThat(Axis.linear("").scale(3, 3).position(3)).isCloseTo(0.5, within(1e-12));
        assertThat(Axis.logarithmic("").scale(3, 3).position(3)).isCloseTo(0.5, within(1e-12));
        assertThat(Axis.linear("").scale(-3, -3).position(-3)).isCloseTo(0.5, within(1e-12));
    }

    @Test
    void shouldBeLogarithmicWhereTheValuesCallForIt() {
        assertThat(Axis.automatic("").scale(0.1, 1)).isInstanceOf(Scale.Logarithmic.class);
        assertThat(Axis.automatic("").scale(0.2, 1)).isInstanceOf(Scale.Linear.class);
        assertThat(Axis.automatic("").scale(0, 1000)).isInstanceOf(Scale.Linear.class);
        assertThat(Axis.logarithmic("").scale(-1, 1000)).isInstanceOf(Scale.Linear.class);
    }
}
