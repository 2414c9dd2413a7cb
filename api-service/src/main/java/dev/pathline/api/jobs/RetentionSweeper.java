package dev.pathline.api.jobs;

import dev.pathline.common.lifecycle.JobJanitor;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.DisposableBean;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** Runs the janitor from time to time. A sweep that fails is logged; the next one tries again. */
public final class RetentionSweeper implements DisposableBean {

    private static final Logger LOG = LoggerFactory.getLogger(RetentionSweeper.class);

    private final Disposable sweeps;

    /** Starts sweeping. */
    public RetentionSweeper(JobJanitor janitor, Duration every) {
        this.sweeps = Flux.interval(every).onBackpressureDrop().concatMap(tick -> sweep(janitor), 1).subscribe();
    }

    private static Mono<Void> sweep(JobJanitor janitor) {
        return Mono.<Void>fromRunnable(janitor::sweep).subscribeOn(Schedulers.boundedElastic())
                .onErrorResume(error -> {
                    LOG.warn("Could not forget old jobs", error);
                    return Mono.empty();
                });
    }

    @Override
    public void destroy() {
        sweeps.dispose();
    }
}
