package dev.pathline.engine.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class PrecisionRecallTest {

    private static final SampleGroups GROUPS = new SampleGroups(200, 1);

    /** Points around the corners of a square, {@code modes} of its four. */
    private static VectorSet corners(int count, int modes, long seed) {
        var random = new SplittableRandom(seed);
        var points = new ArrayList<float[]>();
        for (int i = 0; i < count; i++) {
            points.addAll(GaussianSets.list(1, random, 0.3, i % modes / 2 * 10, i % modes % 2 * 10));
        }
        return VectorSet.of(points);
    }

    @Test
    void shouldBeOneForASetAgainstItself() {
        VectorSet set = corners(200, 4, 1);
        var metric = new PrecisionRecall(set, 3);
        assertThat(metric.precision(set).value()).isEqualTo(1);
        assertThat(metric.recall(set, GROUPS).value()).isEqualTo(1);
    }

    @Test
    void shouldBeZeroForSetsFarApart() {
        var metric = new PrecisionRecall(GaussianSets.of(200, 1, 1, 0, 0), 3);
        VectorSet far = GaussianSets.of(200, 2, 1, 100, 0);
        assertThat(metric.precision(far).value()).isZero();
        assertThat(metric.recall(far, GROUPS)).isEqualTo(new Estimate(0, 0, 0));
    }

    @Test
    void shouldLoseRecallAloneWhereModesAreDropped() {
        var metric = new PrecisionRecall(corners(400, 4, 1), 3);
        Estimate all = metric.recall(corners(200, 4, 2), GROUPS);
        VectorSet two = corners(200, 2, 3);
        Estimate dropped = metric.recall(two, GROUPS);

        assertThat(all.low()).isGreaterThan(0.85);
        assertThat(dropped.value()).isBetween(0.4, 0.5);
        assertThat(dropped.isApartFrom(all)).isTrue();
        assertThat(metric.precision(two).value()).isGreaterThan(0.9);
    }

    @Test
    void shouldLosePrecisionAloneWhereSamplesAreFalse() {
        var metric = new PrecisionRecall(corners(400, 2, 1), 3);
        VectorSet four = corners(200, 4, 3);
        assertThat(metric.precision(four).value()).isBetween(0.4, 0.5);
        assertThat(metric.recall(four, GROUPS).value()).isGreaterThan(0.85);
    }

    @Test
    void shouldRefuseSetsWithoutNeighbours() {
        assertThatThrownBy(() -> new PrecisionRecall(corners(3, 1, 1), 3)).hasMessageContaining("more vectors than 3");
        var metric = new PrecisionRecall(corners(20, 1, 1), 10);
        assertThatThrownBy(() -> metric.recall(corners(10, 1, 1), new SampleGroups(10, 1)))
                .hasMessageContaining("more samples than 10");
    }
}
