package dev.pathline.engine.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class SlicedWassersteinTest {

    @Test
    void shouldIntegrateTheQuantilesOfSetsOfDifferentSizes() {
        // Quantiles 0 | 3 at 1/2, and 0 | 1 | 2 at 1/3 and 2/3: 1/6 of (0-1)^2, 1/6 of (3-1)^2, 1/3 of (3-2)^2.
        assertThat(SlicedWasserstein.square(new double[]{0, 3}, 2, new double[]{0, 1, 2}))
                .isCloseTo(1 / 6.0 + 4 / 6.0 + 1 / 3.0, within(1e-15));
    }

    /** The mean square of the cosine of a direction with a fixed one is one over the width. */
    @Test
    void shouldBeTheShiftOverTheRootOfTheWidth() {
        List<float[]> points = GaussianSets.list(100, new SplittableRandom(1), 1, new double[8]);
        var moved = new ArrayList<float[]>();
        for (float[] point : points) {
            float[] copy = point.clone();
            copy[0] += 3;
            copy[1] += 4;
            moved.add(copy);
        }
        var distance = new SlicedWasserstein(VectorSet.of(points), 20_000, 7);
        Estimate found = distance.of(VectorSet.of(moved), new SampleGroups(100, 1));
        // The cosine's fourth moment is 3 / (d (d + 2)), so 20,000 directions leave 0.6% of the mean square.
        assertThat(found.value() / (5 / Math.sqrt(8))).isCloseTo(1, within(0.02));
    }

    /** Two centred normal distributions are {@code |s - s'|} apart in every direction. */
    @Test
    void shouldBeTheDifferenceOfTwoSpreads() {
        var distance = new SlicedWasserstein(GaussianSets.of(20_000, 1, 1, 0, 0), 8, 1);
        Estimate found = distance.of(GaussianSets.of(15_000, 2, 1.5, 0, 0), new SampleGroups(15_000, 1));
        assertThat(found.low()).isLessThan(0.5);
        assertThat(found.value()).isCloseTo(0.5, within(0.03));
    }

    @Test
    void shouldBeZeroFromASetToItselfInAnyOrder() {
        List<float[]> points = GaussianSets.list(50, new SplittableRandom(1), 1, 0, 0, 0);
        var distance = new SlicedWasserstein(VectorSet.of(points), 10, 3);
        Estimate found = distance.of(VectorSet.of(points.reversed()), new SampleGroups(50, 1));
        assertThat(found.value()).isCloseTo(0, within(1e-12));
        assertThat(found.low()).isNotNegative();
        assertThatThrownBy(() -> distance.of(GaussianSets.of(50, 1, 1, 0), new SampleGroups(50, 1)))
                .hasMessageContaining("width 3 and 1");
    }

    /** Numbers of both signs keep their order while they carry their groups. */
    @Test
    void shouldSortWithGroups() {
        var groups = new SampleGroups(12, 1);
        double[] values = {3, -1e-300, -7, 0, 2.5, -2.5, 1e9, -1e9, 0.125, -0.125, 7, 1};
        var sorted = new SortedGroups(values, groups);
        double[] target = new double[12];
        assertThat(sorted.without(4, target)).isEqualTo(11);
        double[] expected = {-1e9, -7, -2.5, -0.125, 0, 0, 0.125, 1, 3, 7, 1e9};
        for (int i = 0; i < expected.length; i++) {
            assertThat(target[i]).isCloseTo(expected[i], within(1e-12 * Math.abs(expected[i]) + 1e-299));
        }
    }
}
