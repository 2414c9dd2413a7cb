package dev.pathline.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** What the watchdog says while something is under way, when it has ended, and when it ends just then. */
class WatchdogTest {

    private final AtomicLong nanos = new AtomicLong();
    private final Watchdog watchdog = new Watchdog("cpu", Duration.ofNanos(10), nanos::get);

    @Test
    void shouldSayWhatHangsOnlyWhileItDoes() {
        watchdog.guard("a", () -> {
            nanos.set(10);
            assertThat(watchdog.isHung()).isFalse();
            nanos.set(11);
            assertThat(watchdog.isHung()).isTrue();
        });
        assertThat(watchdog.isHung()).isFalse();
        assertThat(watchdog.guard("b", () -> 7)).isEqualTo(7);
    }

    @Test
    void shouldForgetWhatThrows() {
        assertThatThrownBy(() -> watchdog.guard("a", (Runnable) () -> {
            throw new AssertionError("injected");
        })).hasMessage("injected");
        nanos.set(1000);
        assertThat(watchdog.isHung()).isFalse();
    }

    @Test
    void shouldLookAtEachOfThoseThatAreUnderWayAtOnce() throws InterruptedException {
        var begun = new CountDownLatch(1);
        var ends = new CountDownLatch(1);
        Thread old = Thread.ofPlatform().start(() -> watchdog.guard("old", () -> {
            begun.countDown();
            awaiting(ends);
        }));
        begun.await();
        nanos.set(8);
        // A quick one that comes and goes beside it makes the old one no younger.
        watchdog.guard("young", () -> nanos.set(12));
        assertThat(watchdog.isHung()).isTrue();
        ends.countDown();
        old.join();
        assertThat(watchdog.isHung()).isFalse();
    }

    @Test
    void shouldNotStayHungWhenALookMeetsTheEnd() throws InterruptedException {
        var begun = new CountDownLatch(1);
        var ends = new CountDownLatch(1);
        var thread = new AtomicReference<Thread>();
        // The look is under way, and has not asked for the time yet, when the action ends.
        var meeting = new Watchdog("cpu", Duration.ofNanos(10), () -> {
            Thread action = thread.get();
            if (action != null && Thread.currentThread() != action) {
                ends.countDown();
                joining(action);
                return 1000;
            }
            return 0;
        });
        thread.set(Thread.ofPlatform().unstarted(() -> meeting.guard("a", () -> {
            begun.countDown();
            awaiting(ends);
        })));
        thread.get().start();
        begun.await();

        meeting.isHung();
        assertThat(meeting.isHung()).isFalse();
    }

    private static void awaiting(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void joining(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
