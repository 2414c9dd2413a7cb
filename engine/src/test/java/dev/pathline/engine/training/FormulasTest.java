package dev.pathline.engine.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.pathline.engine.data.ImageDataset;
import dev.pathline.engine.data.augment.AugmentationSettings;
import dev.pathline.engine.network.SmallConvNet;
import dev.pathline.engine.network.SmallConvNetConfig;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FormulasTest {

    @Test
    void shouldWarmUpLinearlyAndEndAtTheFinalShare() {
        var rate = new LearningRate(2e-3, 10, 0.1);

        assertThat(rate.at(1, 0)).isEqualTo(2e-4, within(1e-18));
        assertThat(rate.at(10, 0)).isEqualTo(2e-3);
        // Half way down the cosine: the mean of peak and end.
        assertThat(rate.at(60, 0.5)).isEqualTo(2e-3 * 0.55, within(1e-15));
        assertThat(rate.at(110, 1)).isEqualTo(2e-4, within(1e-18));
    }

    @Test
    void shouldNeverRiseAfterTheWarmUpAndNeverBeNegative() {
        var rate = new LearningRate(1, 3, 0);
        for (long step = 3; step < 50; step++) {
            assertThat(rate.at(step + 1, (step + 1) / 50.0)).isLessThanOrEqualTo(rate.at(step, step / 50.0))
                    .isNotNegative();
        }
    }

    @Test
    void shouldHaveARateInARunOfWarmUpAlone() {
        assertThat(new LearningRate(1, 10, 1).at(5, 1)).isEqualTo(0.5);
        assertThat(new LearningRate(1, 0, 0.5).at(1, 1)).isEqualTo(0.5);
    }

    @Test
    void shouldWarmTheAverageUp() {
        var average = new MovingAverage.Constant(0.999);

        assertThat(average.decay(1)).isEqualTo(2.0 / 11);
        assertThat(average.decay(90)).isEqualTo(91.0 / 100);
        assertThat(average.decay(1_000_000)).isEqualTo(0.999);
        assertThatThrownBy(() -> new MovingAverage.Constant(1)).hasMessageContaining("[0, 1)");
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.05, 0.1, 0.2})
    void shouldSpanTheAskedShareOfARunWithAPowerAverage(double width) {
        var average = new MovingAverage.Power(width);
        int steps = 20_000;
        // The average of the steps' own numbers, and of their squares: mean and spread of the profile.
        double mean = 0;
        double square = 0;
        for (int step = 1; step <= steps; step++) {
            double keep = average.decay(step);
            mean = keep * mean + (1 - keep) * step;
            square = keep * square + (1 - keep) * step * step;
        }

        assertThat(Math.sqrt(square - mean * mean) / steps).isEqualTo(width, within(1e-3 * width));
        assertThat(average.decay(1)).as("the random start is forgotten at once").isZero();
        assertThatThrownBy(() -> new MovingAverage.Power(0.3)).hasMessageContaining("0.28");
    }

    private static float[] onlyImage(AugmentationSettings augmentation, long step) {
        byte[] pixels = new byte[64];
        // One bright pixel, off the middle in both directions.
        pixels[3 * 8 + 2] = (byte) 255;
        var data = new ImageDataset(List.of(1, 8, 8), pixels, new byte[1]);
        var network = SmallConvNet.build(new SmallConvNetConfig(8, 1, List.of(8), List.of(1), 8, 2));
        return new ClassificationTask(network, data, 1, 0, augmentation, 5).batch(step, 1).data;
    }

    private static Set<Integer> places(AugmentationSettings augmentation) {
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
        assertThat(places(AugmentationSettings.NONE)).containsExactly(3 * 8 + 2);
    }

    @Test
    void shouldMirrorLeftToRightOnly() {
        assertThat(places(new AugmentationSettings(0, true, null))).containsExactlyInAnyOrder(3 * 8 + 2, 3 * 8 + 5);
    }

    @Test
    void shouldShiftUpToTheLimitInBothDirections() {
        var expected = new HashSet<Integer>();
        for (int y = 1; y <= 5; y++) {
            for (int x = 0; x <= 4; x++) {
                expected.add(y * 8 + x);
            }
        }
        assertThat(places(new AugmentationSettings(2, false, null))).isEqualTo(expected);
    }

    @Test
    void shouldMakeTheSameBatchOfAStepAgain() {
        var augmentation = new AugmentationSettings(2, true, null);
        assertThat(onlyImage(augmentation, 17)).isEqualTo(onlyImage(augmentation, 17));
    }
}
