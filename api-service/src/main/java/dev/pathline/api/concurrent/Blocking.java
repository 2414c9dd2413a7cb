package dev.pathline.api.concurrent;

import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/** Runs what may block (the ports, encoding) away from the event loops. */
public final class Blocking {

    /**
     * A thread for each call: what hangs (a store that does not answer) holds up nothing else. What ports have few of, such as
     * connections, they count themselves.
     */
    public static final Scheduler SCHEDULER = Schedulers.fromExecutorService(
            Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("blocking-", 0).factory()), "blocking");

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
        }).subscribeOn(SCHEDULER);
    }

    /**
     * Calls when subscribed to, and to the end: who cancels gets neither result nor error, but the thread is not interrupted
     * in what it does, and the callable can see to what it made.
     */
    public static <T> Mono<T> toTheEnd(Callable<? extends @Nullable T> callable) {
        // An error is a value on its way: Reactor takes one that comes to nobody for a mistake of the program, and logs it.
        return Mono.deferContextual(context -> Mono.fromFuture(
                Blocking.<T>call(callable).materialize().contextWrite(context).toFuture(), true)).dematerialize();
    }

    /** Runs when subscribed to. */
    public static Mono<Void> run(Runnable action) {
        return Mono.<Void>fromRunnable(action).subscribeOn(SCHEDULER);
    }
}
