package dev.pathline.engine.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.pathline.diffusion.model.GaussianMixtureModel.Component;
import java.util.List;
import org.junit.jupiter.api.Test;

class MixtureDatasetTest {

    private static final List<Component> TWO = List.of(new Component(1, List.of(-2.0, 0.0), 0.5),
            new Component(3, List.of(2.0, 1.0), 0.25));

    private static float[] point(Dataset data, int index) {
        float[] point = new float[2];
        data.copy(index, point, 0);
        return point;
    }

    @Test
    void shouldHaveTheMomentsOfTheMixture() {
        var data = new MixtureDataset(TWO, 40_000, 7, true);
        int[] counts = new int[2];
        double[] sums = new double[4];
        double[] squares = new double[4];
        double all = 0;
        double allSquares = 0;
        for (int i = 0; i < data.size(); i++) {
            int k = data.label(i);
            counts[k]++;
            float[] point = point(data, i);
            for (int d = 0; d < 2; d++) {
                sums[2 * k + d] += point[d];
                squares[2 * k + d] += point[d] * point[d];
                all += point[d] / (2.0 * data.size());
                allSquares += point[d] * point[d] / (2.0 * data.size());
            }
        }
        assertThat(counts[0] / 40_000.0).isCloseTo(0.25, within(0.01));
        for (int k = 0; k < 2; k++) {
            for (int d = 0; d < 2; d++) {
                double mean = sums[2 * k + d] / counts[k];
                assertThat(mean).isCloseTo(TWO.get(k).mean().get(d), within(0.02));
                assertThat(Math.sqrt(squares[2 * k + d] / counts[k] - mean * mean)).isCloseTo(TWO.get(k).std(),
                        within(0.02));
            }
        }
        assertThat(data.standardDeviation()).isCloseTo(Math.sqrt(allSquares - all * all), within(0.02));
    }

    @Test
    void shouldMakeAPointOfSeedAndIndexAlone() {
        var endless = new MixtureDataset(TWO, MixtureDataset.ENDLESS, 7, true);
        var same = new MixtureDataset(TWO, 10, 7, true);

        assertThat(point(endless, 9)).containsExactly(point(same, 9));
        assertThat(point(endless, 9)).isNotEqualTo(point(endless, 8));
        assertThat(point(endless, 9)).isNotEqualTo(point(new MixtureDataset(TWO, 10, 8, true), 9));
        assertThat(point(endless, Integer.MAX_VALUE - 1)).doesNotContain(0);
    }

    @Test
    void shouldHashWhatThePointsFollowFrom() {
        String hash = new MixtureDataset(TWO, 10, 7, true).sha256();

        assertThat(new MixtureDataset(List.copyOf(TWO), 10, 7, true).sha256()).isEqualTo(hash);
        assertThat(new MixtureDataset(TWO, 11, 7, true).sha256()).isNotEqualTo(hash);
        assertThat(new MixtureDataset(TWO, 10, 8, true).sha256()).isNotEqualTo(hash);
        assertThat(new MixtureDataset(TWO.reversed(), 10, 7, true).sha256()).isNotEqualTo(hash);
    }

    @Test
    void shouldHaveNoLabelsUnlessAsked() {
        var bare = new MixtureDataset(TWO, 10, 7, false);
        var labelled = new MixtureDataset(TWO, 10, 7, true);

        assertThat(bare.label(3)).isEqualTo(Dataset.NO_LABEL);
        assertThat(point(bare, 3)).containsExactly(point(labelled, 3));
        assertThat(bare.sha256()).isNotEqualTo(labelled.sha256());
    }

    @Test
    void shouldRefuseWhatIsNoMixture() {
        assertThatIllegalArgumentException().isThrownBy(() -> new MixtureDataset(List.of(), 1, 1, true));
        assertThatIllegalArgumentException().isThrownBy(() -> new MixtureDataset(
                List.of(TWO.getFirst(), new Component(1, List.of(1.0), 1)), 1, 1, true))
                .withMessageContaining("dimension");
        assertThatIllegalArgumentException().isThrownBy(() -> new MixtureDataset(TWO, 0, 1, true))
                .withMessageContaining("at least one point");
    }
}
