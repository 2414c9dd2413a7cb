package dev.pathline.api.concurrent;

import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** Runs what may block (the ports, encoding) away from the event loops. */
public final class Blocking {

    private Blocking() {}

    /** Calls when subscribed to; an empty result for null. */
    public static <T> Mono<T> call(Callable<? extends @Nullable T> callable) {
        return Mono.<T>fromCallable(callable).subscribeOn(Schedulers.boundedElastic());
    }

    /** Runs when subscribed to. */
    public static Mono<Void> run(Runnable action) {
        return Mono.<Void>fromRunnable(action).subscribeOn(Schedulers.boundedElastic());
    }
}
