package dev.pathline.engine.training;

import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;

/**
 * Makes the batches of some steps on a thread of its own, a few steps ahead of the trainer. When it is closed the thread has
 * ended, so that the data may be closed, too.
 */
final class BatchAhead implements AutoCloseable {

    private static final int DEPTH = 3;
    /** How long to wait before room is made again for a batch that nobody takes. */
    private static final Duration LOOK = Duration.ofMillis(20);

    private final BlockingQueue<Object> queue = new ArrayBlockingQueue<>(DEPTH);
    private final Thread thread;
    private volatile boolean closed;

    /**
     * @param lastStep after which no batch is made
     * @param microBatches into how many parts each batch will be cut
     */
    BatchAhead(TrainingTask task, long firstStep, long lastStep, int microBatches) {
        thread = Thread.ofPlatform().name("batches").daemon(true).start(() -> {
            try {
                for (long step = firstStep; step <= lastStep && !closed; step++) {
                    queue.put(task.batch(step, microBatches));
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
        closed = true;
        thread.interrupt();
        boolean interrupted = false;
        while (thread.isAlive()) {
            // What reads data may have swallowed the interrupt; then the batch that it read waits for room.
            queue.clear();
            try {
                thread.join(LOOK);
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
