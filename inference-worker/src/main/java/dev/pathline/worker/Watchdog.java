package dev.pathline.worker;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Notices what does not return: an evaluation, a loading, a trial. A native call cannot be interrupted, so all that is left is
 * to say so: the worker then gives no sign of life, claims nothing, and lets its leases go, until it returns after all.
 *
 * <p>Implementation note. There is no flag: whether something hangs follows from what is under way and since when. So a look
 * that comes just when an action ends can leave nothing behind. Safe for use by many threads.
 */
final class Watchdog {

    private static final Logger LOG = LoggerFactory.getLogger(Watchdog.class);

    private final String device;
    private final long limitNanos;
    private final LongSupplier nanoTime;
    private final Set<Guarded> underWay = ConcurrentHashMap.newKeySet();

    /** Something under way; compared by identity. */
    private static final class Guarded {

        private final String name;
        private final long since;
        private final AtomicBoolean told = new AtomicBoolean();

        Guarded(String name, long since) {
            this.name = name;
            this.since = since;
        }
    }

    Watchdog(String device, Duration limit) {
        this(device, limit, System::nanoTime);
    }

    Watchdog(String device, Duration limit, LongSupplier nanoTime) {
        this.device = device;
        this.limitNanos = limit.toNanos();
        this.nanoTime = nanoTime;
    }

    /** Runs what must return in time; several threads may at once. */
    void guard(String name, Runnable action) {
        guard(name, () -> {
            action.run();
            return name;
        });
    }

    /** Returns what must come in time; several threads may ask at once. */
    <T> T guard(String name, Supplier<T> action) {
        var guarded = new Guarded(name, nanoTime.getAsLong());
        underWay.add(guarded);
        try {
            return action.get();
        } finally {
            underWay.remove(guarded);
            if (guarded.told.get()) {
                LOG.warn("{} on {} has returned after all; the worker goes on", name, device);
            }
        }
    }

    /** Returns whether something that is guarded takes too long; any thread may look. */
    boolean isHung() {
        long now = nanoTime.getAsLong();
        boolean hung = false;
        for (Guarded guarded : underWay) {
            if (now - guarded.since > limitNanos) {
                hung = true;
                if (guarded.told.compareAndSet(false, true)) {
                    LOG.error("{} on {} has not returned for {} s; this worker is not ready, and its jobs go elsewhere",
                            guarded.name, device, Duration.ofNanos(limitNanos).toSeconds());
                }
            }
        }
        return hung;
    }
}
