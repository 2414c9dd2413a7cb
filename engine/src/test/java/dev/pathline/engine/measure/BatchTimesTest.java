package dev.pathline.engine.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

final class BatchTimesTest {

    private final BatchTimes times = new BatchTimes();

    @Test
    void shouldKnowNothingAtFirst() {
        assertThat(times.millis(8)).isEmpty();
        assertThat(times.rowsPerSecond(8)).isEmpty();
    }

    @Test
    void shouldDrawLinesBetweenWhatItLearnt() {
        times.learn(2, 10);
        times.learn(10, 30);

        assertThat(times.millis(2)).hasValue(10);
        assertThat(times.millis(6)).hasValue(20);
        assertThat(times.millis(20)).hasValue(60);
        assertThat(times.millis(1).orElseThrow()).isBetween(5.0, 10.0);
        assertThat(times.rowsPerSecond(10).orElseThrow()).isCloseTo(333.3, within(0.1));
    }

    @Test
    void shouldFollowAMachineThatBecomesSlower() {
        for (int i = 0; i < 1000; i++) {
            times.learn(4, 10);
        }
        times.learn(4, 100);
        assertThat(times.millis(4).orElseThrow()).as("one slow evaluation says little").isLessThan(15);
        for (int i = 0; i < 100; i++) {
            times.learn(4, 20);
        }
        assertThat(times.millis(4).orElseThrow()).isCloseTo(20, within(0.5));
    }

    @Test
    void shouldTakeLargeSizesTogether() {
        for (int rows = 1; rows <= 256; rows++) {
            times.learn(rows, 5 + 2 * rows);
        }
        assertThat(times.known()).hasSizeLessThan(50);
        assertThat(times.millis(100).orElseThrow()).isCloseTo(205, within(10.0));
    }

    @Test
    void shouldRecallWhatWasKept() {
        times.learn(4, 10);
        times.learn(40, 55);
        var again = new BatchTimes();
        again.recall(times.known());

        assertThat(again.known()).isEqualTo(times.known());
        again.learn(4, 30);
        assertThat(again.millis(4)).hasValue(20);
    }
}
