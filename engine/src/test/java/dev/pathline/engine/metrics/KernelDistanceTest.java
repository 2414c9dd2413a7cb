package dev.pathline.engine.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.pathline.engine.metrics.KernelDistance.Kernel;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class KernelDistanceTest {

    private static final int REPEATS = 400;
    private static final SampleGroups GROUPS = new SampleGroups(30, 1);

    /** The mean over many draws of both sets, and its standard error. */
    private static double[] mean(Kernel kernel, double std, double mean) {
        double[] values = IntStream.range(0, REPEATS)
                .mapToDouble(i -> new KernelDistance(kernel, GaussianSets.of(20, 2 * i, 1, 0))
                        .of(GaussianSets.of(30, 2 * i + 1, std, mean), GROUPS).value())
                .toArray();
        double average = Arrays.stream(values).average().orElseThrow();
        double squares = Arrays.stream(values).map(v -> (v - average) * (v - average)).sum();
        return new double[]{average, Math.sqrt(squares / REPEATS / (REPEATS - 1))};
    }

    @ParameterizedTest
    @EnumSource(Kernel.class)
    void shouldBeZeroOnAverageForOneDistribution(Kernel kernel) {
        double[] found = mean(kernel, 1, 0);
        assertThat(found[0]).isCloseTo(0, within(3 * found[1]));
    }

    /**
     * Expanded, the polynomial kernel in one dimension compares the moments:
     * {@code 3 (m1 - m1')^2 + 3 (m2 - m2')^2 + (m3 - m3')^2}.
     */
    @ParameterizedTest
    @CsvSource({"1, 0.7", "1.5, 0", "0.5, -0.4"})
    void shouldCompareMomentsByThePolynomialKernel(double std, double mean) {
        double second = mean * mean + std * std - 1;
        double third = mean * mean * mean + 3 * mean * std * std;
        double[] found = mean(Kernel.POLYNOMIAL, std, mean);
        assertThat(found[0]).isCloseTo(3 * mean * mean + 3 * second * second + third * third, within(3.5 * found[1]));
    }

    /** {@code E|x - y|} of normal variables is {@code sqrt(2 v / pi)}, where the variance of the difference is {@code v}. */
    @Test
    void shouldBeTheEnergyDistanceOfTwoSpreads() {
        double expected = Math.sqrt(2 / Math.PI) * (2 * Math.sqrt(1 + 4) - Math.sqrt(2) - Math.sqrt(8));
        double[] found = mean(Kernel.ENERGY, 2, 0);
        assertThat(found[0]).isCloseTo(expected, within(3.5 * found[1]));
    }

    @Test
    void shouldRefuseWhatDoesNotFit() {
        var distance = new KernelDistance(Kernel.ENERGY, GaussianSets.of(20, 1, 1, 0, 0));
        assertThatThrownBy(() -> distance.of(GaussianSets.of(30, 1, 1, 0), GROUPS))
                .hasMessageContaining("width 1 and 2");
        assertThatThrownBy(() -> distance.of(GaussianSets.of(31, 1, 1, 0, 0), GROUPS))
                .hasMessageContaining("30 samples for 31");
        assertThatThrownBy(() -> new KernelDistance(Kernel.ENERGY, GaussianSets.of(1, 1, 1, 0)))
                .hasMessageContaining("at least 2");
    }
}
