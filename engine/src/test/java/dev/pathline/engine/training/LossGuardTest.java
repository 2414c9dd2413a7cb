package dev.pathline.engine.training;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;

class LossGuardTest {

    /** A loss that falls to 0.1, and from step 201 on grows by 4% a step. */
    private static double loss(long step) {
        return step <= 200 ? 0.1 + 0.9 * Math.exp(-step / 20.0) : 0.1 * Math.pow(1.04, step - 200);
    }

    private static long explosion(LossGuard guard, long from) {
        for (long step = from; step < 1000; step++) {
            if (guard.add(step, loss(step), 1).isPresent()) {
                return step;
            }
        }
        return -1;
    }

    @Test
    void shouldSuspectWhatIsFromBeforeTheFirstSignOfTrouble() {
        var guard = new LossGuard();
        assertThat(guard.suspectSince(7)).isEqualTo(7);
        long at = explosion(guard, 1);

        assertThat(at).isGreaterThan(230);
        // The loss has doubled at step 218, its mean some steps later: nothing after 217 may count as sound.
        assertThat(guard.suspectSince(at)).isBetween(195L, 217L);
    }

    @Test
    void shouldGoOnFromItsStateAsIfItHadNotStopped() {
        var whole = new LossGuard();
        long at = explosion(whole, 1);
        for (long stop : new long[]{1, 60, 225, at - 1}) {
            var first = new LossGuard();
            for (long step = 1; step <= stop; step++) {
                assertThat(first.add(step, loss(step), 1)).isEqualTo(Optional.empty());
            }
            var second = new LossGuard(first.state());

            assertThat(explosion(second, stop + 1)).as("stopped at %s", stop).isEqualTo(at);
            assertThat(second.state()).isEqualTo(whole.state());
        }
    }

    @Test
    void shouldReportWhatIsNoNumberAtOnce() {
        assertThat(new LossGuard().add(3, Double.NaN, 1)).hasValueSatisfying(
                reason -> assertThat(reason).contains("step 3").contains("NaN"));
        assertThat(new LossGuard().add(3, 1, Double.POSITIVE_INFINITY)).isPresent();
    }

    @Test
    void shouldForgiveALossThatComesDownAgain() {
        var guard = new LossGuard();
        for (long step = 1; step <= 200; step++) {
            guard.add(step, 1, 1);
        }
        for (long step = 201; step <= 215; step++) {
            assertThat(guard.add(step, 4, 1)).isEmpty();
        }
        assertThat(guard.suspectSince(-1)).isPositive();
        for (long step = 216; step <= 300; step++) {
            guard.add(step, 1, 1);
        }
        assertThat(guard.suspectSince(-1)).isEqualTo(-1);
    }

    /** What is meant to rise is not suspected either: a loss that is no number later goes back no further than it must. */
    @Test
    void shouldSuspectNothingWhereTheLossMayRise() {
        var guard = new LossGuard(LossLimit.OFF);
        assertThat(explosion(guard, 1)).isEqualTo(-1);
        assertThat(guard.suspectSince(7)).isEqualTo(7);
        assertThat(guard.add(1000, Double.NaN, 1)).isPresent();
    }

    @Test
    void shouldEndAtTheLimitThatIsSet() {
        long usual = explosion(new LossGuard(), 1);
        long early = explosion(new LossGuard(new LossLimit(3)), 1);
        long late = explosion(new LossGuard(new LossLimit(30)), 1);
        assertThat(early).isBetween(218L, usual - 1);
        assertThat(late).isGreaterThan(usual);
        // Whatever the limit, what is far below where it began has not exploded.
        assertThat(explosion(new LossGuard(new LossLimit(1.2)), 1)).isEqualTo(early);
    }
}
