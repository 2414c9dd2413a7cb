package dev.pathline.trainer.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pathline.engine.training.TrainingListener.NoiseLevelLoss;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProgressPointTest {

    private static ProgressPoint point(long since, long step, double loss, double norm, double rate,
            NoiseLevelLoss... levels) {
        return new ProgressPoint(Instant.EPOCH, since, step, 1000, loss, norm, rate, List.of(levels));
    }

    @Test
    void shouldWeighByStepsAndRowsAndKeepThePeakOfTheNorm() {
        List<ProgressPoint> points = List.of(
                point(0, 10, 1, 5, 100, new NoiseLevelLoss(0, 1, 1, 4), new NoiseLevelLoss(1, 2, 0, Double.NaN)),
                point(10, 40, 2, 3, 50, new NoiseLevelLoss(0, 1, 3, 8), new NoiseLevelLoss(1, 2, 2, 5)));

        // 10 steps at 100 images a second and 30 at 50: 40 steps in seven tenths.
        assertThat(ProgressPoint.reduced(points, 1)).containsExactly(point(0, 40, 1.75, 5, 40 / 0.7,
                new NoiseLevelLoss(0, 1, 4, 7), new NoiseLevelLoss(1, 2, 2, 5)));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 7, 50, 99, 100, 1000})
    void shouldCoverAllStepsWithAtMostSoManyPoints(int most) {
        var points = new ArrayList<ProgressPoint>();
        for (int i = 0; i < 100; i++) {
            points.add(point(10L * i, 10L * i + 10, i, 1, 1));
        }

        List<ProgressPoint> reduced = ProgressPoint.reduced(points, most);

        assertThat(reduced).hasSize(Math.min(most, 100));
        assertThat(reduced.getFirst().since()).isZero();
        assertThat(reduced.getLast().step()).isEqualTo(1000);
    }

    @Test
    void shouldNotHideALossThatIsNotFinite() {
        List<ProgressPoint> points = List.of(point(0, 1, 1, 1, 1), point(1, 2, Double.NaN, 1, 1));

        assertThat(ProgressPoint.reduced(points, 1)).singleElement()
                .satisfies(point -> assertThat(point.loss()).isNaN());
    }

    @Test
    void shouldRefuseAPointOfNoSteps() {
        assertThatThrownBy(() -> point(10, 10, 1, 1, 1)).hasMessageContaining("not at 10 after 10");
    }
}
