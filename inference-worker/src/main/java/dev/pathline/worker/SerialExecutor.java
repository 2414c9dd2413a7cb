package dev.pathline.worker;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs tasks one after the other, in the order they were given, on threads of another executor. */
final class SerialExecutor {

    private static final Logger LOG = LoggerFactory.getLogger(SerialExecutor.class);

    private final Executor executor;
    private final AtomicInteger waiting = new AtomicInteger();
    private CompletableFuture<Void> tail = CompletableFuture.completedFuture(null);

    SerialExecutor(Executor executor) {
        this.executor = executor;
    }

    /** Adds a task. One that throws, an error even, is logged, and does not stop the next one. */
    synchronized void execute(Runnable task) {
        waiting.incrementAndGet();
        tail = tail.thenRunAsync(() -> {
            try {
                task.run();
            } catch (Throwable e) {
                LOG.error("a task of the worker failed", e);
            } finally {
                waiting.decrementAndGet();
            }
        }, executor);
    }

    /** Returns how many tasks have not ended. */
    int waiting() {
        return waiting.get();
    }
}
