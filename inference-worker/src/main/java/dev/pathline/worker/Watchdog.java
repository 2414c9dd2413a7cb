package dev.pathline.worker;

import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Notices an evaluation that does not return. A native call cannot be interrupted, so all that is left is to say so: the
 * worker then gives no sign of life, claims nothing, and lets its leases go, until the evaluation returns after all.
 */
final class Watchdog {

    private static final Logger LOG = LoggerFactory.getLogger(Watchdog.class);

    private final String device;
    private final long limitNanos;
    private volatile long since;
    private volatile String what = "";
    private volatile boolean hung;

    Watchdog(String device, Duration limit) {
        this.device = device;
        this.limitNanos = limit.toNanos();
    }

    /** Runs what must return in time, on the compute thread. */
    void guard(String name, Runnable action) {
        what = name;
        since = System.nanoTime() | 1;
        try {
            action.run();
        } finally {
            since = 0;
            if (hung) {
                hung = false;
                LOG.warn("{} on {} has returned after all; the worker goes on", name, device);
            }
        }
    }

    /** Returns whether what is guarded has taken too long; any thread may look. */
    boolean isHung() {
        long began = since;
        if (began != 0 && System.nanoTime() - began > limitNanos && !hung) {
            hung = true;
            LOG.error("{} on {} has not returned for {} s; this worker is not ready, and its jobs go elsewhere", what,
                    device,
                    Duration.ofNanos(limitNanos).toSeconds());
        }
        return hung;
    }
}
