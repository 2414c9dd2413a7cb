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
        return Mono.<T>fromCallable(() -> {
            try {
                return callable.call();
            } catch (LinkageError | VirtualMachineError e) {
                // Reactor takes these for the end of the process and tells nobody: the client would wait for ever.
                throw new IllegalStateException("a call that may block failed: " + e, e);
            }
        }).subscribeOn(Schedulers.boundedElastic());
    }

    /** Runs when subscribed to. */
    public static Mono<Void> run(Runnable action) {
        return Mono.<Void>fromRunnable(action).subscribeOn(Schedulers.boundedElastic());
    }
}
