package dev.pathline.common.registry;

import dev.pathline.common.port.ModelRegistry.Outage;
import dev.pathline.common.port.RegistryUnavailableException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is known of a registry that is elsewhere, and when it is asked again. While it cannot be reached, what was known of
 * it is the answer.
 *
 * <p>Implementation note. One look at a time, under {@link #looking}; what it found is one immutable {@link State}.
 * <ul>
 * <li>A look may take as long as a network's timeouts. The one that finds out that the registry is away is waited for;
 * from then on looks are made in the background, after pauses that double from {@link #FIRST_PAUSE} to
 * {@link #LONGEST_PAUSE}, and nobody who can be answered waits for them.
 * <li>Who cannot be answered, because nothing is known yet, gets the last failure until the pause is over.
 * <li>A write of this process during a look makes that look's result one to be replaced at once: it may be older than
 * the write.
 * </ul>
 */
public final class RemoteCatalog {

    /** How long a registry is left alone after the first look that failed. */
    public static final Duration FIRST_PAUSE = Duration.ofSeconds(1);

    /** How long it is left alone at most. */
    public static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);

    private static final Logger LOG = LoggerFactory.getLogger(RemoteCatalog.class);

    private final Supplier<Catalog> look;
    private final Duration maxAge;
    private final Clock clock;
    private final Executor background;
    private final ReentrantLock looking = new ReentrantLock();
    private final AtomicLong begun = new AtomicLong();
    private final AtomicBoolean lookingInBackground = new AtomicBoolean();
    private final AtomicReference<State> state = new AtomicReference<>(new State(null, Instant.MIN, 0, null));

    /** What is known, from when on it is too old, how often this process has written, and what went wrong last. */
    private record State(@Nullable Catalog known, Instant due, long writes, @Nullable Failure failure) {}

    /** Looks that failed: since when, how long to wait after the last one, and why. */
    private record Failure(Instant since, Duration pause, RegistryUnavailableException why) {

        RegistryUnavailableException again() {
            return new RegistryUnavailableException(String.valueOf(why.getMessage()), why);
        }
    }

    /**
     * A catalogue of which nothing is known yet.
     *
     * @param look asks the registry; throws {@link RegistryUnavailableException} if it cannot be reached
     * @param maxAge how old an answer may be while the registry can be reached; zero looks every time
     * @param background runs the looks that nobody waits for
     */
    public RemoteCatalog(Supplier<Catalog> look, Duration maxAge, Clock clock, Executor background) {
        this.look = look;
        this.maxAge = maxAge;
        this.clock = clock;
        this.background = background;
    }

    /**
     * Returns what is known, looked at recently enough if the registry can be reached.
     *
     * @throws RegistryUnavailableException if nothing was ever known
     */
    public Catalog get() {
        State now = state.get();
        if (isDue(now) && !leftToBackground(now)) {
            lookUnlessDone();
        }
        return answer(state.get());
    }

    /**
     * Returns what a look finds that begins now.
     *
     * @throws RegistryUnavailableException if it fails
     */
    public Catalog fresh() {
        long ticket = begun.get();
        looking.lock();
        try {
            // A look that began after we came is as good as our own.
            if (begun.get() == ticket) {
                lookNow();
            }
            return reached(state.get());
        } finally {
            looking.unlock();
        }
    }

    /**
     * Looks anew for somebody who missed something, unless the registry is known to be away: then nobody can say that the
     * thing is not there.
     *
     * @throws RegistryUnavailableException if it cannot be reached
     */
    public Catalog again() {
        State now = state.get();
        return now.failure() != null && !isDue(now) ? reached(now) : fresh();
    }

    /** Says that this process has changed the registry: the next answer is looked at after that. */
    public void changed() {
        state.updateAndGet(s -> new State(s.known(), Instant.MIN, s.writes() + 1, s.failure()));
    }

    /** Since when the registry cannot be reached, and why; empty while it can. */
    public Optional<Outage> outage() {
        return Optional.ofNullable(state.get().failure())
                .map(failure -> new Outage(failure.since(), String.valueOf(failure.why().getMessage())));
    }

    private boolean isDue(State now) {
        return !clock.instant().isBefore(now.due());
    }

    /** Whether there is an answer, and finding a newer one, which would probably fail, is none of the caller's concern. */
    private boolean leftToBackground(State now) {
        if (now.known() == null || now.failure() == null || now.due().equals(Instant.MIN)) {
            return false;
        }
        if (lookingInBackground.compareAndSet(false, true)) {
            background.execute(() -> {
                try {
                    lookUnlessDone();
                } finally {
                    lookingInBackground.set(false);
                }
            });
        }
        return true;
    }

    private void lookUnlessDone() {
        looking.lock();
        try {
            if (isDue(state.get())) {
                lookNow();
            }
        } finally {
            looking.unlock();
        }
    }

    private void lookNow() {
        begun.incrementAndGet();
        long writes = state.get().writes();
        Instant began = clock.instant();
        try {
            Catalog found = look.get();
            State before = state.getAndUpdate(
                    s -> new State(found, s.writes() == writes ? began.plus(maxAge) : Instant.MIN, s.writes(), null));
            if (before.failure() != null) {
                LOG.info("The registry can be reached again, which it could not since {}", before.failure().since());
            }
        } catch (RegistryUnavailableException e) {
            State before = state.getAndUpdate(s -> failed(s, e));
            if (before.failure() == null) {
                LOG.warn("{}; {}", e.getMessage(), before.known() == null
                        ? "nothing is known of it yet"
                        : "what was known of it is served, and it is asked again from time to time");
            }
        }
    }

    private State failed(State s, RegistryUnavailableException why) {
        Instant now = clock.instant();
        Failure last = s.failure();
        Duration pause = last == null ? FIRST_PAUSE : last.pause().multipliedBy(2);
        var failure = new Failure(last == null ? now : last.since(),
                pause.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : pause, why);
        return new State(s.known(), now.plus(failure.pause()), s.writes(), failure);
    }

    private static Catalog answer(State now) {
        return now.known() != null ? now.known() : reached(now);
    }

    private static Catalog reached(State now) {
        if (now.failure() != null) {
            throw now.failure().again();
        }
        return Objects.requireNonNull(now.known(), "a look that does not fail finds something");
    }
}
