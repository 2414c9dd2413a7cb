package dev.pathline.engine.training;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** That a run is to stop: asked for by any thread, once and for all. */
public final class StopRequest {

    private final CountDownLatch asked = new CountDownLatch(1);

    /** Asks for it; again is the same. */
    public void request() {
        asked.countDown();
    }

    /** Returns whether it was asked for. */
    public boolean requested() {
        return asked.getCount() == 0;
    }

    /** Waits, at most so long; returns whether a stop was requested. */
    boolean await(Duration time) {
        try {
            return asked.await(time.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return true;
        }
    }
}
