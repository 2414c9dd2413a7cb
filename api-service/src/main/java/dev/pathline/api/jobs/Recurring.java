package dev.pathline.api.jobs;

import dev.pathline.api.concurrent.Blocking;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.DisposableBean;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Does something from time to time, never twice at once. A time that fails is told, and the next one tries again; what fails
 * time after time is told once, until it has worked again.
 */
public final class Recurring implements DisposableBean {

    private static final Logger LOG = LoggerFactory.getLogger(Recurring.class);

    private final String what;
    private final Runnable action;
    private final Disposable times;
    private volatile boolean told;

    /** Starts; the first time comes after as long as it takes to the second. */
    public Recurring(String what, Runnable action, Duration every) {
        this(what, action, every, every);
    }

    /**
     * Starts.
     *
     * @param what it is, for the log: what "could not" be done
     * @param action may block
     * @param first when the first time comes, zero for now
     * @param every the time between two beginnings, unless one takes longer
     */
    public Recurring(String what, Runnable action, Duration first, Duration every) {
        this.what = what;
        this.action = action;
        this.times = Flux.interval(first, every).onBackpressureDrop().concatMap(_ -> once(), 1).subscribe();
    }

    private Mono<Void> once() {
        return Mono.<Void>fromRunnable(() -> {
            action.run();
            told = false;
        }).subscribeOn(Blocking.SCHEDULER).onErrorResume(error -> {
            if (!told) {
                told = true;
                LOG.warn("could not {}, and will try again: {}", what, error.toString());
                LOG.debug("could not {}", what, error);
            }
            return Mono.empty();
        });
    }

    @Override
    public void destroy() {
        times.dispose();
    }
}
