package dev.pathline.common.replay;

import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import reactor.core.Disposable;
import reactor.core.publisher.FluxSink;
import reactor.core.scheduler.Scheduler;

/** One subscriber's cursor in a log. Its entries are delivered one at a time, on its worker's thread, on demand. */
final class LogReader<T> implements Disposable {

    private final Replay<T> replay;
    private final FluxSink<T> sink;
    private final Scheduler.Worker worker;
    /** Wakes not yet served: the first schedules the drain, the drain goes on until it has seen them all. */
    private final AtomicInteger wakes = new AtomicInteger();
    /** Written by the drain alone. */
    private long position;

    LogReader(Replay<T> replay, long after, FluxSink<T> sink, Scheduler.Worker worker) {
        this.replay = replay;
        this.position = after;
        this.sink = sink;
        this.worker = worker;
    }

    /** Something may have changed: an entry, demand, the end. Never blocks and runs none of the reader's code. */
    void wake() {
        if (wakes.getAndIncrement() == 0) {
            try {
                worker.schedule(this::drain);
            } catch (RejectedExecutionException shutDown) {
                sink.complete();
            }
        }
    }

    @Override
    public void dispose() {
        replay.remove(this);
        worker.dispose();
    }

    private void drain() {
        int served = wakes.get();
        do {
            deliver();
            served = wakes.addAndGet(-served);
        } while (served != 0);
    }

    private void deliver() {
        while (!sink.isCancelled()) {
            // Asking for the end first: what is appended in between is found by the next wake.
            boolean end = replay.log().endsAt(position);
            T next = end || sink.requestedFromDownstream() == 0 ? null : replay.log().next(position);
            if (end) {
                sink.complete();
            }
            if (next == null) {
                return;
            }
            position = replay.position(next);
            sink.next(next);
        }
    }
}
