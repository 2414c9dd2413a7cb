package dev.pathline.engine.torch;

import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

/**
 * The one platform thread that does a device's tensor work.
 *
 * <p>Why one: libtorch keeps grad mode and the thread count per operating-system thread, its intra-op threads multiply
 * with ours, and DJL turns gradients off on the thread that loaded the engine. A named thread of our own, on which grad
 * mode is set, avoids all three. Never run tensor work on virtual, Netty or Reactor threads.
 */
public final class ComputeThread implements AutoCloseable {

    private final ExecutorService executor;

    /**
     * Starts the thread.
     *
     * @param name the thread's name
     * @param intraOpThreads threads that one operator may use; the number of cores is right for one compute thread
     */
    public ComputeThread(String name, int intraOpThreads) {
        executor = Executors.newSingleThreadExecutor(Thread.ofPlatform().name(name).daemon(true).factory());
        executor.execute(() -> {
            Torch.setGradMode(true);
            Torch.setGraphOptimizer(false);
            Torch.setIntraOpThreads(intraOpThreads);
        });
    }

    /** Starts a task on the thread. */
    public <T> CompletableFuture<T> submit(Callable<T> task) {
        var result = new CompletableFuture<T>();
        try {
            executor.execute(() -> {
                try {
                    result.complete(task.call());
                } catch (Throwable e) {
                    result.completeExceptionally(e);
                }
            });
        } catch (RejectedExecutionException e) {
            result.completeExceptionally(e);
        }
        return result;
    }

    /**
     * Runs a task on the thread and waits for it.
     *
     * @throws RuntimeException what the task threw, or an {@link IllegalStateException} around a checked exception
     */
    public <T> T call(Callable<T> task) {
        try {
            return submit(task).get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for the compute thread", e);
        } catch (ExecutionException e) {
            switch (e.getCause()) {
                case RuntimeException cause -> throw cause;
                case Error cause -> throw cause;
                case null, default -> throw new IllegalStateException(e.getCause());
            }
        }
    }

    /** Lets the running task end, drops the waiting ones, and stops the thread. */
    @Override
    public void close() {
        executor.shutdownNow();
        try {
            executor.awaitTermination(30, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
