package dev.pathline.common.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StopClockTest {

    private final AtomicLong nanos = new AtomicLong(-5);

    private StopClock clock(Duration within) {
        return new StopClock(within, nanos::get);
    }

    private void pass(Duration time) {
        nanos.addAndGet(time.toNanos());
    }

    @Test
    void shouldGiveTheWholeShareBeforeTheOrderCame() {
        StopClock clock = clock(Duration.ofSeconds(9));
        pass(Duration.ofHours(1));

        assertThat(clock.isStopping()).isFalse();
        assertThat(clock.forAnswers()).isEqualTo(Duration.ofSeconds(5));
        assertThat(clock.forWork()).isEqualTo(Duration.ofSeconds(8));
        assertThat(clock.left()).isEqualTo(Duration.ofSeconds(9));
    }

    @Test
    void shouldLeaveToTheNextWhatOneDidNotUse() {
        StopClock clock = clock(Duration.ofSeconds(9));
        clock.begin();
        pass(Duration.ofSeconds(2));
        // Whoever hears the order later does not begin anew.
        clock.begin();

        assertThat(clock.isStopping()).isTrue();
        assertThat(clock.forAnswers()).isEqualTo(Duration.ofSeconds(3));
        assertThat(clock.forWork()).isEqualTo(Duration.ofSeconds(6));
    }

    @ParameterizedTest
    @ValueSource(ints = {3, 9, 60})
    void shouldNeverShareOutMoreThanThereIs(int seconds) {
        StopClock clock = clock(Duration.ofSeconds(seconds));
        clock.begin();
        pass(clock.forAnswers());
        assertThat(clock.forAnswers()).isZero();
        assertThat(clock.forWork()).isPositive();
        pass(clock.forWork());
        assertThat(clock.forWork()).isZero();
        assertThat(clock.left()).isEqualTo(Duration.ofSeconds(1));
        pass(Duration.ofSeconds(5));
        assertThat(clock.left()).isZero();
    }

    @Test
    void shouldRefuseATimeInWhichNothingCanEnd() {
        assertThatIllegalArgumentException().isThrownBy(() -> new StopClock(Duration.ofMillis(2999)))
                .withMessageContaining("at least 3 s").withMessageContaining("2999 ms");
    }
}
