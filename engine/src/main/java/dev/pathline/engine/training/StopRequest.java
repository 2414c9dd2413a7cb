package dev.pathline.engine.training;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** That a run is to stop: asked for by any thread, once and for all. */
final class StopRequest {

    private final CountDownLatch asked = new CountDownLatch(1);

    void request() {
        asked.countDown();
    }

    boolean requested() {
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
