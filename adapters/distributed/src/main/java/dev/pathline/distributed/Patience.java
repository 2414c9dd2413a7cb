package dev.pathline.distributed;

import dev.pathline.common.port.PortUnavailableException;
import java.time.Duration;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Waits at the start for what is started at the same time. */
final class Patience {

    private static final Logger LOG = LoggerFactory.getLogger(Patience.class);
    private static final Duration PAUSE = Duration.ofSeconds(1);

    private Patience() {}

    /**
     * Opens something, again and again while it is away.
     *
     * @throws PortUnavailableException if it is away for longer
     */
    static <T> T open(Duration within, Supplier<T> what) {
        long end = System.nanoTime() + within.toNanos();
        while (true) {
            try {
                return what.get();
            } catch (PortUnavailableException e) {
                if (System.nanoTime() + PAUSE.toNanos() > end) {
                    throw e;
                }
                LOG.info("{}; asking again", e.getMessage());
                pause(e);
            }
        }
    }

    private static void pause(PortUnavailableException e) {
        try {
            Thread.sleep(PAUSE);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw e;
        }
    }
}
