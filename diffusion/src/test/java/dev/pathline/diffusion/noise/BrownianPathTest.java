package dev.pathline.diffusion.noise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Elements of one increment are independent, so one long increment is a sample; the seed is 2025. */
class BrownianPathTest {
    private static final int LENGTH = 1 << 16;
    private static final double UNIT = 0x1p-30;

    private static BrownianPath path(int sample, int path) {
        return new BrownianPath(new PhiloxNoise(), 2025, sample, path);
    }

    private static double[] increment(BrownianPath path, double from, double to) {
        double[] values = new double[LENGTH];
        path.normalisedIncrement(from, to, values);
        return values;
    }

    private static double mean(double[] values, double power) {
        return Arrays.stream(values).map(value -> Math.pow(value, power)).average().orElseThrow();
    }

    private static double correlation(double[] a, double[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += a[i] * b[i];
        }
        return sum / a.length;
    }

    @ParameterizedTest
    @CsvSource({"1, 0", "0.99, 0.98", "0.7, 0.3", "0.51, 0.49", "0.2, 0.0001", "0.6000001, 0.6", "0.3, 0.7"})
    void shouldHaveStandardNormalIncrements(double from, double to) {
        double[] values = increment(path(0, 0), from, to);
        // Five standard deviations of each estimate.
        double unit = 5 / Math.sqrt(LENGTH);
        assertThat(mean(values, 1)).isCloseTo(0, within(unit));
        assertThat(mean(values, 2)).isCloseTo(1, within(unit * Math.sqrt(2)));
        assertThat(mean(values, 3)).isCloseTo(0, within(unit * Math.sqrt(15)));
        assertThat(mean(values, 4)).isCloseTo(3, within(unit * Math.sqrt(96)));
    }

    @ParameterizedTest
    @CsvSource({"0.9, 0.5, 0.1", "1, 0.75, 0.5", "0.3, 0.2999, 0", "0.7071, 0.7070, 0.2", "0.3, 0.301, 0.302"})
    void shouldAddUp(double first, double second, double third) {
        double a = Math.rint(first / UNIT) * UNIT;
        double b = Math.rint(second / UNIT) * UNIT;
        double c = Math.rint(third / UNIT) * UNIT;
        double[] whole = increment(path(0, 0), a, c);
        double[] early = increment(path(0, 0), a, b);
        double[] late = increment(path(0, 0), b, c);
        for (int i = 0; i < 100; i++) {
            double sum = early[i] * Math.sqrt(Math.abs(a - b)) + late[i] * Math.sqrt(Math.abs(b - c));
            assertThat(whole[i] * Math.sqrt(Math.abs(a - c))).isCloseTo(sum, within(1e-14));
        }
        double[] back = increment(path(0, 0), c, a);
        assertThat(back[7]).isEqualTo(-whole[7]);
    }

    @Test
    void shouldBeIndependentWhereNothingIsShared() {
        double[] values = increment(path(0, 0), 0.8, 0.4);
        double[] initial = new double[LENGTH];
        new PhiloxNoise().fill(NoiseKey.initial(2025, 0), initial);
        double[] stage = new double[LENGTH];
        new PhiloxNoise().fill(new NoiseKey(2025, 0, 0, 0), stage);
        List<double[]> others = List.of(
                increment(path(0, 0), 0.4, 0.1), increment(path(0, 0), 1, 0.8), increment(path(0, 0), 0.4, 0.3999),
                increment(path(0, 1), 0.8, 0.4), increment(path(0, 63), 0.8, 0.4), increment(path(1, 0), 0.8, 0.4),
                increment(new BrownianPath(new PhiloxNoise(), 2026, 0, 0), 0.8, 0.4), initial, stage);
        for (double[] other : others) {
            assertThat(correlation(values, other)).isCloseTo(0, within(5 / Math.sqrt(LENGTH)));
        }
        // Increments that overlap are correlated by the overlap: 0.2 / sqrt(0.4 * 0.3).
        double overlap = 0.2 / Math.sqrt(0.4 * 0.3);
        assertThat(correlation(values, increment(path(0, 0), 0.6, 0.3)))
                .isCloseTo(overlap, within(5 * Math.sqrt((1 + overlap * overlap) / LENGTH)));
    }

    @Test
    void shouldBeAFunctionOfItsKeysAlone() {
        BrownianPath path = path(3, 2);
        double[] first = increment(path, 0.6, 0.2);
        increment(path, 0.9, 0.1);
        assertThat(increment(path, 0.6, 0.2)).isEqualTo(first);
        assertThat(increment(path(3, 2), 0.6, 0.2)).isEqualTo(first);
        double[] shorter = new double[10];
        path.normalisedIncrement(0.6, 0.2, shorter);
        assertThat(shorter).isEqualTo(Arrays.copyOf(first, 10));
    }

    @Test
    void shouldRefuseTimesItCannotTellApart() {
        assertThatThrownBy(() -> path(0, 0).normalisedIncrement(0.5, 0.5 + 1e-10, new double[1]))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("cannot tell apart");
    }
}
