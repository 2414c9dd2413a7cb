package dev.pathline.common.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pathline.common.wire.TrainingRunEvent.NoiseLevel;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProgressPointTest {

    private static ProgressPoint point(long since, long step, double loss, double norm, double rate,
            NoiseLevel... levels) {
        return new ProgressPoint(Instant.EPOCH, since, step, 1000, loss, norm, rate, List.of(levels));
    }

    private static NoiseLevel level(double from, double to, long rows, double loss) {
        return new NoiseLevel(from, to, rows, loss);
    }

    @Test
    void shouldWeighByStepsAndRowsAndKeepThePeakOfTheNorm() {
        List<ProgressPoint> points = List.of(
                point(0, 10, 1, 5, 100, level(0, 1, 1, 4), level(1, 2, 0, Double.NaN)),
                point(10, 40, 2, 3, 50, level(0, 1, 3, 8), level(1, 2, 2, 5)));

        // 10 steps at 100 images a second and 30 at 50: 40 steps in seven tenths.
        assertThat(ProgressPoint.reduced(points, 1)).containsExactly(point(0, 40, 1.75, 5, 40 / 0.7,
                level(0, 1, 4, 7), level(1, 2, 2, 5)));
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
    void shouldTellTheMeanOfIntervalsWithoutEnds() {
        var below = new NoiseLevel(null, 0.0, 2, 3.0);
        var above = new NoiseLevel(0.0, null, 4, null);
        List<ProgressPoint> points = List.of(point(0, 1, 1, 1, 1, below, above),
                point(1, 2, 1, 1, 1, new NoiseLevel(null, 0.0, 2, 5.0), new NoiseLevel(0.0, null, 1, 1.0)));

        assertThat(ProgressPoint.reduced(points, 1).getFirst().byNoise()).as("a loss that is not finite is not hidden")
                .containsExactly(new NoiseLevel(null, 0.0, 4, 4.0), new NoiseLevel(0.0, null, 5, null));
    }

    @Test
    void shouldRefuseAPointOfNoSteps() {
        assertThatThrownBy(() -> point(10, 10, 1, 1, 1)).hasMessageContaining("not at 10 after 10");
    }
}
