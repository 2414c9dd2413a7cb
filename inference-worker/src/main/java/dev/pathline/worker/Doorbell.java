package dev.pathline.worker;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** Wakes one thread that waits for something to do. Rung often while nobody waits, it wakes once. */
final class Doorbell {

    private final Semaphore rings = new Semaphore(0);

    void ring() {
        rings.release();
    }

    /** Forgets what has rung: whoever looks now sees what it was about. */
    void hush() {
        rings.drainPermits();
    }

    /** Waits until it rings, or a time has passed. */
    void await(Duration most) throws InterruptedException {
        if (rings.tryAcquire(most.toNanos(), TimeUnit.NANOSECONDS)) {
            hush();
        }
    }
}
