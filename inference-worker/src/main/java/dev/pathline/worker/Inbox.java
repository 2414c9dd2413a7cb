package dev.pathline.worker;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What other threads have to say to the compute thread: small things that are done there, in the order in which they were
 * said. Any thread may post; one thread receives.
 */
final class Inbox {

    private static final Logger LOG = LoggerFactory.getLogger(Inbox.class);

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition posted = lock.newCondition();
    private final Deque<Runnable> messages = new ArrayDeque<>();
    private boolean closed;

    /**
     * Hands a message over.
     *
     * @param message must not let anything be thrown: whose fault it was would not be known
     * @return false if nobody receives any more, and the message will not be run
     */
    boolean post(Runnable message) {
        lock.lock();
        try {
            if (closed) {
                return false;
            }
            messages.add(message);
            posted.signal();
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** Runs what was posted, waiting up to some milliseconds for the first message. */
    void receive(long waitMillis) throws InterruptedException {
        awaitFirst(TimeUnit.MILLISECONDS.toNanos(waitMillis));
        runAll();
    }

    /** Takes no more messages, and runs those that were posted before. */
    void close() {
        lock.lock();
        try {
            closed = true;
        } finally {
            lock.unlock();
        }
        runAll();
    }

    private void awaitFirst(long nanos) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            long left = nanos;
            while (messages.isEmpty() && left > 0) {
                left = posted.awaitNanos(left);
            }
        } finally {
            lock.unlock();
        }
    }

    private void runAll() {
        for (Runnable message = poll(); message != null; message = poll()) {
            try {
                message.run();
            } catch (Throwable e) {
                LOG.error("a message to the compute thread failed", e);
            }
        }
    }

    private @Nullable Runnable poll() {
        lock.lock();
        try {
            return messages.poll();
        } finally {
            lock.unlock();
        }
    }
}
