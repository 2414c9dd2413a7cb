package dev.pathline.api.models;

import dev.pathline.common.lifecycle.ModelHolds;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.DisposableBean;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/**
 * Publishes from time to time which versions unfinished jobs need. A registry that is only readable needs no holds, since
 * nobody removes anything from it either; that is said once.
 */
public final class HoldKeeper implements DisposableBean {

    private static final Logger LOG = LoggerFactory.getLogger(HoldKeeper.class);

    private final Disposable publications;
    private volatile boolean told;

    /** Starts publishing. */
    public HoldKeeper(ModelHolds holds, Duration every) {
        this.publications = Flux.interval(Duration.ZERO, every).onBackpressureDrop()
                .concatMap(_ -> publish(holds), 1).subscribe();
    }

    private Mono<Void> publish(ModelHolds holds) {
        return Mono.<Void>fromRunnable(() -> {
            holds.publish();
            told = false;
        }).subscribeOn(Schedulers.boundedElastic())
                .onErrorResume(error -> {
                    if (!told) {
                        told = true;
                        LOG.warn("Could not tell the registry which models jobs need: {}", error.getMessage());
                    }
                    return Mono.empty();
                });
    }

    @Override
    public void destroy() {
        publications.dispose();
    }
}
