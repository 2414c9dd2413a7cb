package dev.pathline.engine.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.pathline.engine.metrics.KernelDistance.Kernel;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class IntervalTest {

    private static final int SIMULATIONS = 300;
    private static final SampleGroups GROUPS = new SampleGroups(120, 1);

    /** Each measures samples against one reference that stays. */
    static Stream<Arguments> metrics() {
        VectorSet reference = GaussianSets.of(150, 1, 1, 0, 0, 0);
        var frechet = new FrechetDistance(FeatureStatistics.of(reference));
        var kernel = new KernelDistance(Kernel.POLYNOMIAL, reference);
        var energy = new KernelDistance(Kernel.ENERGY, reference);
        var sliced = new SlicedWasserstein(reference, 16, 1);
        var recall = new PrecisionRecall(reference, 3);
        return Stream.of(
                Arguments.of("frechet", (Function<VectorSet, Estimate>) x -> frechet.of(x, GROUPS)),
                Arguments.of("kernel", (Function<VectorSet, Estimate>) x -> kernel.of(x, GROUPS)),
                Arguments.of("energy", (Function<VectorSet, Estimate>) x -> energy.of(x, GROUPS)),
                Arguments.of("sliced", (Function<VectorSet, Estimate>) x -> sliced.of(x, GROUPS)),
                Arguments.of("recall", (Function<VectorSet, Estimate>) x -> recall.recall(x, GROUPS)),
                Arguments.of("precision", (Function<VectorSet, Estimate>) recall::precision));
    }

    /** What many sets of the same number of samples have on average must be in 95% of their intervals. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("metrics")
    void shouldHoldTheTruthAsOftenAsItClaims(String name, Function<VectorSet, Estimate> metric) {
        Estimate[] estimates = IntStream.range(0, SIMULATIONS)
                .mapToObj(seed -> metric.apply(GaussianSets.of(120, 100 + seed, 1.2, 0.4, 0, 0)))
                .toArray(Estimate[]::new);
        double truth = Arrays.stream(estimates).mapToDouble(Estimate::value).average().orElseThrow();
        double coverage = Arrays.stream(estimates).filter(e -> e.low() <= truth && truth <= e.high()).count()
                / (double) SIMULATIONS;

        // Three standard errors of a share of 300 around 0.95 are 0.04. Recall's is known to be too wide, the others not.
        assertThat(coverage).as(name).isBetween(0.91, name.equals("recall") ? 1 : 0.99);
    }

    @Test
    void shouldBeWilsonsForShares() {
        Estimate share = Estimate.ofShare(8, 10);
        assertThat(share.value()).isEqualTo(0.8);
        assertThat(share.low()).isCloseTo(0.49016, within(1e-5));
        assertThat(share.high()).isCloseTo(0.94331, within(1e-5));
        assertThat(Estimate.ofShare(0, 7).low()).isZero();
        assertThat(Estimate.ofShare(0, 7).high()).isCloseTo(0.35433, within(1e-5));
        assertThat(Estimate.ofShare(7, 7).high()).isEqualTo(1);
        assertThatThrownBy(() -> Estimate.ofShare(0, 0)).hasMessageContaining("no share");
    }

    @Test
    void shouldHaveStudentsQuantiles() {
        assertThat(GroupJackknife.student(9)).isCloseTo(2.262157, within(2e-5));
        assertThat(GroupJackknife.student(19)).isCloseTo(2.093024, within(1e-5));
        assertThat(GroupJackknife.student(49)).isCloseTo(2.009575, within(1e-6));
    }

    /** Of a mean, the jackknife is the usual standard error. */
    @Test
    void shouldBeTheStandardErrorOfAMean() {
        double[] values = new SplittableRandom(5).doubles(40).toArray();
        double mean = Arrays.stream(values).average().orElseThrow();
        double[] without = Arrays.stream(values).map(v -> (40 * mean - v) / 39).toArray();
        double squares = Arrays.stream(values).map(v -> (v - mean) * (v - mean)).sum();
        double expected = GroupJackknife.student(39) * Math.sqrt(squares / 39 / 40);

        Estimate interval = GroupJackknife.interval(mean, without);
        assertThat(interval.high() - mean).isCloseTo(expected, within(1e-12));
        assertThat(mean - interval.low()).isCloseTo(expected, within(1e-12));
        assertThatThrownBy(() -> GroupJackknife.interval(mean, new double[9])).hasMessageContaining("at least 10");
    }

    @Test
    void shouldPutAsManyOfEachClassIntoEachGroup() {
        var groups = new SampleGroups(1003, 10);
        int[][] counts = new int[groups.count()][10];
        IntStream.range(0, 1003).forEach(i -> counts[groups.of(i)][i % 10]++);

        assertThat(groups.count()).isEqualTo(50);
        assertThat(Arrays.stream(counts).flatMapToInt(Arrays::stream).boxed()).containsOnly(2, 3);
        assertThat(IntStream.range(0, 50).map(groups::size).sum()).isEqualTo(1003);
        assertThat(new SampleGroups(30, 10).count()).isEqualTo(30);
        assertThat(new SampleGroups(130, 10).count()).isEqualTo(13);
        assertThatThrownBy(() -> new SampleGroups(9, 1)).hasMessageContaining("at least 10 samples");
    }
}
