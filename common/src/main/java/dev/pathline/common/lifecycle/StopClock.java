package dev.pathline.common.lifecycle;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The one time within which a process that is told to stop has stopped, shared out among those who have something to end.
 * Whoever ends things asks here how long that may take, so that no sum of drains is longer than what a supervisor waits
 * before it kills: 10 s for {@code docker stop}.
 *
 * <p>The order is that of phases, the highest first:
 * <ol>
 * <li>{@link #ANSWERS_PHASE}: nobody new is let in, jobs go on, and whoever holds answers open ends each of them with a word
 * within {@link #forAnswers()};
 * <li>the web server, whose phases lie between these two, refuses connections and closes those that there are;
 * <li>{@link #WORK_PHASE}: workers and trainers, side by side, end what they can within {@link #forWork()} and give back the
 * rest.
 * </ol>
 * What an earlier phase did not use is the next one's. A second is kept for closing what is open, and the web server may take
 * from what is left for work.
 *
 * <p>Safe for use by many threads.
 */
public final class StopClock {

    /** Above all phases of Spring Boot's web server. */
    public static final int ANSWERS_PHASE = Integer.MAX_VALUE - 512;
    /** Below all phases of Spring Boot's web server. */
    public static final int WORK_PHASE = 0;
    /** Shorter times leave nothing to share out. */
    public static final Duration SHORTEST = Duration.ofSeconds(3);

    private static final Duration CLOSING = Duration.ofSeconds(1);

    private final Duration within;
    private final LongSupplier nanoTime;
    private final AtomicReference<@Nullable Long> began = new AtomicReference<>();

    /**
     * A clock that has not begun.
     *
     * @param within how long stopping may take in all, at least {@link #SHORTEST}
     * @throws IllegalArgumentException if it is shorter
     */
    public StopClock(Duration within) {
        this(within, System::nanoTime);
    }

    StopClock(Duration within, LongSupplier nanoTime) {
        if (within.compareTo(SHORTEST) < 0) {
            throw new IllegalArgumentException("the time to stop must be at least " + SHORTEST.toSeconds()
                    + " s, but is " + within.toMillis() + " ms");
        }
        this.within = within;
        this.nanoTime = nanoTime;
    }

    /** The order to stop has come; later calls change nothing. */
    public void begin() {
        began.compareAndSet(null, nanoTime.getAsLong());
    }

    /** Returns whether the order to stop has come. */
    public boolean isStopping() {
        return began.get() != null;
    }

    /** Returns how long stopping may take in all. */
    public Duration within() {
        return within;
    }

    /** Returns how much longer answers under way may take: up to five ninths of the whole time; never negative. */
    public Duration forAnswers() {
        return until(within.multipliedBy(5).dividedBy(9));
    }

    /** Returns how much longer jobs and training runs may go on: up to a second before the end; never negative. */
    public Duration forWork() {
        return until(within.minus(CLOSING));
    }

    /** Returns how much longer it may take to close what is open; never negative. */
    public Duration left() {
        return until(within);
    }

    private Duration until(Duration end) {
        Long start = began.get();
        Duration left = start == null ? end : end.minusNanos(nanoTime.getAsLong() - start);
        return left.isNegative() ? Duration.ZERO : left;
    }
}
