package dev.pathline.engine.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.pathline.engine.data.ImageDataset;
import dev.pathline.engine.network.SmallConvNet;
import dev.pathline.engine.network.SmallConvNetConfig;
import dev.pathline.engine.training.ClassificationTask.Augmentation;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class FormulasTest {

    @Test
    void shouldWarmUpLinearlyAndEndAtTheFinalShare() {
        var rate = new LearningRate(2e-3, 10, 0.1);

        assertThat(rate.at(1, 110)).isEqualTo(2e-4, within(1e-18));
        assertThat(rate.at(10, 110)).isEqualTo(2e-3);
        // Half way down the cosine: the mean of peak and end.
        assertThat(rate.at(60, 110)).isEqualTo(2e-3 * 0.55, within(1e-15));
        assertThat(rate.at(110, 110)).isEqualTo(2e-4, within(1e-18));
    }

    @Test
    void shouldNeverRiseAfterTheWarmUpAndNeverBeNegative() {
        var rate = new LearningRate(1, 3, 0);
        for (long step = 3; step < 50; step++) {
            assertThat(rate.at(step + 1, 50)).isLessThanOrEqualTo(rate.at(step, 50)).isNotNegative();
        }
    }

    @Test
    void shouldHaveARateInARunOfWarmUpAlone() {
        assertThat(new LearningRate(1, 10, 0).at(5, 5)).isEqualTo(0.5);
        assertThat(new LearningRate(1, 0, 0.5).at(1, 1)).isEqualTo(0.5);
    }

    @Test
    void shouldWarmTheAverageUp() {
        var average = new MovingAverage(0.999);

        assertThat(average.at(1)).isEqualTo(2.0 / 11);
        assertThat(average.at(90)).isEqualTo(91.0 / 100);
        assertThat(average.at(1_000_000)).isEqualTo(0.999);
        assertThatThrownBy(() -> new MovingAverage(1)).hasMessageContaining("[0, 1)");
    }

    private static float[] onlyImage(Augmentation augmentation, long step) {
        byte[] pixels = new byte[64];
        // One bright pixel, off the middle in both directions.
        pixels[3 * 8 + 2] = (byte) 255;
        var data = new ImageDataset(List.of(1, 8, 8), pixels, new byte[1]);
        var network = SmallConvNet.build(new SmallConvNetConfig(8, 1, List.of(8), List.of(1), 8, 2));
        return new ClassificationTask(network, data, 1, 0, augmentation, 5).batch(step).data;
    }

    private static Set<Integer> places(Augmentation augmentation) {
        var places = new HashSet<Integer>();
        for (long step = 1; step <= 400; step++) {
            float[] image = onlyImage(augmentation, step);
            for (int i = 0; i < image.length; i++) {
                if (image[i] > 0) {
                    places.add(i);
                } else {
                    assertThat(image[i]).isEqualTo(-1);
                }
            }
        }
        return places;
    }

    @Test
    void shouldLeaveImagesAsTheyAreWithoutAugmentation() {
        assertThat(places(Augmentation.NONE)).containsExactly(3 * 8 + 2);
    }

    @Test
    void shouldMirrorLeftToRightOnly() {
        assertThat(places(new Augmentation(0, true))).containsExactlyInAnyOrder(3 * 8 + 2, 3 * 8 + 5);
    }

    @Test
    void shouldShiftUpToTheLimitInBothDirections() {
        var expected = new HashSet<Integer>();
        for (int y = 1; y <= 5; y++) {
            for (int x = 0; x <= 4; x++) {
                expected.add(y * 8 + x);
            }
        }
        assertThat(places(new Augmentation(2, false))).isEqualTo(expected);
    }

    @Test
    void shouldMakeTheSameBatchOfAStepAgain() {
        var augmentation = new Augmentation(2, true);
        assertThat(onlyImage(augmentation, 17)).isEqualTo(onlyImage(augmentation, 17));
    }
}
