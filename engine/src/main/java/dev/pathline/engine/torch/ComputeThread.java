package dev.pathline.engine.torch;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one platform thread that does a device's tensor work.
 *
 * <p>Why one: libtorch keeps grad mode and the thread count per operating-system thread, its intra-op threads multiply
 * with ours, and DJL turns gradients off on the thread that loaded the engine. A named thread of our own, on which grad
 * mode is set, avoids all three. Never run tensor work on virtual, Netty or Reactor threads.
 *
 * <p>A task always has an end: what it returns, what it throws, or an {@link IllegalStateException} where it was not run
 * because the thread is closed or libtorch cannot be used. Where the modes cannot be set, no task is ever run: another
 * thread in its place would compute with other modes.
 */
public final class ComputeThread implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ComputeThread.class);

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final String name;
    private final ExecutorService executor;

    /** What is run at the moment. */
    private volatile @Nullable Task<?> running;

    /** Why the thread cannot compute; written by it before its first task. */
    private @Nullable Throwable unusable;

    /**
     * Starts the thread, which loads libtorch where that is not loaded yet.
     *
     * @param name the thread's name
     * @param intraOpThreads threads that one operator may use, at least 1; the number of cores is right for one compute
     *        thread
     * @throws IllegalArgumentException if {@code intraOpThreads} is less than 1
     */
    public ComputeThread(String name, int intraOpThreads) {
        this(name, () -> {
            Torch.load();
            Torch.setGradMode(true);
            Torch.setGraphOptimizer(false);
            Torch.setIntraOpThreads(intraOpThreads);
        });
        if (intraOpThreads < 1) {
            executor.shutdownNow();
            throw new IllegalArgumentException("a compute thread needs at least 1 thread for an operator, not "
                    + intraOpThreads);
        }
    }

    /**
     * Starts a thread with other modes.
     *
     * @param modes run once, on the thread, before its first task
     */
    ComputeThread(String name, Runnable modes) {
        this.name = name;
        executor = Executors.newSingleThreadExecutor(Thread.ofPlatform().name(name).daemon(true).factory());
        executor.execute(() -> {
            try {
                modes.run();
            } catch (Throwable e) {
                // Nothing may leave the runnable: the executor would make another thread.
                unusable = e;
            }
        });
    }

    /**
     * Starts a task on the thread.
     *
     * @return its result; completed with an {@link IllegalStateException} if the thread cannot compute, is closed, or is
     *         closed before the task's turn
     */
    public <T> CompletableFuture<T> submit(Callable<T> task) {
        var submitted = new Task<>(this, task, new CompletableFuture<T>());
        try {
            executor.execute(submitted);
        } catch (RejectedExecutionException e) {
            submitted.refuse("compute thread '" + name + "' is closed", e);
        }
        return submitted.result;
    }

    /**
     * Runs a task on the thread and waits for it.
     *
     * @throws RuntimeException what the task threw, or an {@link IllegalStateException} around a checked exception, or one
     *         that says why the task was not run
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

    /**
     * Interrupts the running task, refuses the waiting ones, and waits up to half a minute for the thread to end. If it does
     * not, that is logged; who has to know calls {@link #close(Duration)}.
     */
    @Override
    public void close() {
        if (!close(PATIENCE)) {
            LOG.warn("compute thread '{}' still runs a task {} s after it was closed; the task is given up", name,
                    PATIENCE.toSeconds());
        }
    }

    /**
     * Interrupts the running task, refuses the waiting ones, and waits for the thread to end. A task that does not end in
     * time is given up: it is refused like those that wait, and what it uses on the device must not be freed.
     *
     * @param patience how long to wait
     * @return whether the thread has ended; false too where the caller is interrupted while it waits
     */
    public boolean close(Duration patience) {
        executor.shutdownNow().forEach(dropped -> {
            if (dropped instanceof Task<?> task) {
                task.refuse("compute thread '" + name + "' was closed before the task's turn", null);
            }
        });
        boolean ended = false;
        try {
            ended = executor.awaitTermination(patience.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        Task<?> last = running;
        if (!ended && last != null) {
            last.refuse("compute thread '" + name + "' was closed, and the task did not end in time", null);
        }
        return ended;
    }

    private record Task<T>(ComputeThread thread, Callable<T> task, CompletableFuture<T> result) implements Runnable {

        @Override
        public void run() {
            if (thread.unusable != null) {
                refuse("compute thread '" + thread.name + "' cannot use libtorch: " + thread.unusable, thread.unusable);
                return;
            }
            thread.running = this;
            try {
                result.complete(task.call());
            } catch (Throwable e) {
                result.completeExceptionally(e);
            } finally {
                thread.running = null;
            }
        }

        private void refuse(String why, @Nullable Throwable cause) {
            result.completeExceptionally(new IllegalStateException(why, cause));
        }
    }
}
