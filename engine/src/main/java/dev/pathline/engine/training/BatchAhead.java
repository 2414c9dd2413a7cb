package dev.pathline.engine.training;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;

/**
 * Makes the batches of some steps on a thread of its own, a few steps ahead of the trainer. When it is closed the thread has
 * ended, so that the data may be closed, too.
 */
final class BatchAhead implements AutoCloseable {

    private static final int DEPTH = 3;

    private final BlockingQueue<Object> queue = new ArrayBlockingQueue<>(DEPTH);
    private final Thread thread;

    /** @param lastStep after which no batch is made */
    BatchAhead(TrainingTask task, long firstStep, long lastStep) {
        thread = Thread.ofPlatform().name("batches").daemon(true).start(() -> {
            try {
                for (long step = firstStep; step <= lastStep && !Thread.currentThread().isInterrupted(); step++) {
                    queue.put(task.batch(step));
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } catch (RuntimeException | Error e) {
                offerFailure(e);
            }
        });
    }

    private void offerFailure(Throwable failure) {
        try {
            queue.put(failure);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Returns the next batch; throws what its making threw. */
    Batch next() throws InterruptedException {
        return switch (queue.take()) {
            case Batch batch -> batch;
            case RuntimeException e -> throw e;
            case Error e -> throw e;
            case Object other -> throw new IllegalStateException("unexpected " + other);
        };
    }

    /** Waits for the batch that is being made, even where the caller is interrupted. */
    @Override
    public void close() {
        thread.interrupt();
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
