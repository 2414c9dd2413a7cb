package dev.pathline.api.jobs;

import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.DisposableBean;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** Does something from time to time, never twice at once. A time that fails is logged; the next one tries again. */
public final class Recurring implements DisposableBean {

    private static final Logger LOG = LoggerFactory.getLogger(Recurring.class);

    private final Disposable times;

    /**
     * Starts.
     *
     * @param what it is, for the log: what "could not" be done
     * @param action may block
     * @param every the time between two beginnings, unless one takes longer
     */
    public Recurring(String what, Runnable action, Duration every) {
        this.times = Flux.interval(every).onBackpressureDrop().concatMap(_ -> once(what, action), 1).subscribe();
    }

    private static Mono<Void> once(String what, Runnable action) {
        return Mono.<Void>fromRunnable(action).subscribeOn(Schedulers.boundedElastic()).onErrorResume(error -> {
            LOG.warn("could not {}", what, error);
            return Mono.empty();
        });
    }

    @Override
    public void destroy() {
        times.dispose();
    }
}
