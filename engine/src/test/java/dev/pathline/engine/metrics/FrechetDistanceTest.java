package dev.pathline.engine.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class FrechetDistanceTest {

    private static List<float[]> vectors(int n, int width, long seed) {
        var random = new SplittableRandom(seed);
        var vectors = new ArrayList<float[]>();
        for (int i = 0; i < n; i++) {
            float[] vector = new float[width];
            for (int j = 0; j < width; j++) {
                // Correlated, and of different scales.
                vector[j] = (float) (random.nextGaussian() * (j + 1) + (j > 0 ? 0.5 * vector[j - 1] : 0));
            }
            vectors.add(vector);
        }
        return vectors;
    }

    private static double[][] diagonal(double... values) {
        double[][] matrix = new double[values.length][values.length];
        for (int i = 0; i < values.length; i++) {
            matrix[i][i] = values[i];
        }
        return matrix;
    }

    /** {@code R diag(values) R'} in two dimensions. */
    private static double[][] turned(double angle, double first, double second) {
        double c = Math.cos(angle);
        double s = Math.sin(angle);
        double mixed = c * s * (first - second);
        return new double[][]{{c * c * first + s * s * second, mixed}, {mixed, s * s * first + c * c * second}};
    }

    @Test
    void shouldBeTheClosedFormForIndependentFeatures() {
        var a = FeatureStatistics.known(new double[]{1, -2, 0}, diagonal(4, 9, 0.25));
        var b = FeatureStatistics.known(new double[]{0, 1, 0}, diagonal(1, 16, 0.25));

        // (m1-m2)^2 + (s1-s2)^2, summed: (1 + 1) + (9 + 1) + 0
        assertThat(FrechetDistance.between(a, b)).isCloseTo(12, within(1e-12));
    }

    @Test
    void shouldBeTheClosedFormForCovariancesThatCommute() {
        var a = FeatureStatistics.known(new double[2], turned(0.7, 9, 1));
        var b = FeatureStatistics.known(new double[2], turned(0.7, 4, 25));

        assertThat(FrechetDistance.between(a, b)).isCloseTo((3 - 2) * (3 - 2) + (1 - 5) * (1 - 5), within(1e-12));
    }

    @Test
    void shouldBeTheClosedFormForTwoByTwoCovariancesThatDoNotCommute() {
        double[][] c1 = turned(0.3, 5, 0.5);
        double[][] c2 = turned(1.4, 3, 2);
        double traceOfProduct = 0;
        for (int i = 0; i < 2; i++) {
            for (int j = 0; j < 2; j++) {
                traceOfProduct += c1[i][j] * c2[j][i];
            }
        }
        // In two dimensions tr(M^(1/2)) = sqrt(tr M + 2 sqrt(det M)).
        double root = Math.sqrt(traceOfProduct + 2 * Math.sqrt(5 * 0.5 * 3 * 2));
        double expected = 5.5 + 5 - 2 * root;
        var a = FeatureStatistics.known(new double[2], c1);
        var b = FeatureStatistics.known(new double[2], c2);

        assertThat(FrechetDistance.between(a, b)).isCloseTo(expected, within(1e-12));
        assertThat(FrechetDistance.between(b, a)).isCloseTo(expected, within(1e-12));
    }

    @Test
    void shouldBeZeroFromASetToItselfAndSymmetricOtherwise() {
        var x = FeatureStatistics.of(vectors(200, 12, 1));
        var y = FeatureStatistics.of(vectors(150, 12, 2));

        assertThat(FrechetDistance.between(x, x)).isCloseTo(0, within(1e-9));
        assertThat(FrechetDistance.between(x, y)).isGreaterThan(1).isCloseTo(FrechetDistance.between(y, x),
                within(1e-9));
    }

    @Test
    void shouldTakeCovariancesThatAreSingular() {
        // Fewer vectors than features, and features that are all zero, as SiLU networks have them.
        List<float[]> few = vectors(5, 12, 3);
        few.forEach(vector -> vector[4] = 0);
        var x = FeatureStatistics.of(few);
        var y = FeatureStatistics.of(vectors(100, 12, 4));

        assertThat(FrechetDistance.between(x, x)).isCloseTo(0, within(1e-6));
        assertThat(FrechetDistance.between(x, y)).isFinite().isGreaterThan(1);
    }

    @Test
    void shouldMeasureMeanAndUnbiasedCovariance() {
        var statistics = FeatureStatistics
                .of(List.of(new float[]{1, 2}, new float[]{3, 2}, new float[]{5, 8}));

        assertThat(statistics.mean(0)).isEqualTo(3);
        assertThat(statistics.mean(1)).isEqualTo(4);
        assertThat(statistics.covariance(0, 0)).isEqualTo(4);
        assertThat(statistics.covariance(1, 1)).isEqualTo(12);
        assertThat(statistics.covariance(0, 1)).isEqualTo(6).isEqualTo(statistics.covariance(1, 0));
        assertThat(statistics.count()).isEqualTo(3);
    }

    @Test
    void shouldRefuseWhatHasNoDistance() {
        var two = FeatureStatistics.known(new double[2], diagonal(1, 1));
        var three = FeatureStatistics.known(new double[3], diagonal(1, 1, 1));

        assertThatThrownBy(() -> FrechetDistance.between(two, three)).hasMessageContaining("width 2 and 3");
        assertThatThrownBy(() -> FeatureStatistics.of(List.of(new float[2]))).hasMessageContaining("at least 2");
        assertThatThrownBy(() -> FeatureStatistics.of(List.of(new float[]{Float.NaN}, new float[]{0})))
                .hasMessageContaining("not finite");
        assertThatThrownBy(() -> FeatureStatistics.of(List.of(new float[1], new float[2])))
                .hasMessageContaining("width 1 and 2");
    }

    @Test
    void shouldCountClasses() {
        var accuracy = new ClassAccuracy(3);
        accuracy.add(0, 0);
        accuracy.add(0, 2);
        accuracy.add(0, 2);
        accuracy.add(0, 1);
        accuracy.add(1, 1);

        assertThat(accuracy.share()).isEqualTo(0.4);
        assertThat(accuracy.share(0)).isEqualTo(0.25);
        assertThat(accuracy.share(2)).isNaN();
        assertThat(accuracy.mostMistakenFor(0)).isEqualTo(2);
        assertThat(accuracy.mostMistakenFor(1)).isEqualTo(-1);
        assertThat(accuracy.total()).isEqualTo(5);
    }
}
