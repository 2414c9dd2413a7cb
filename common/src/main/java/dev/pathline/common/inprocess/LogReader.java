package dev.pathline.common.inprocess;

import dev.pathline.common.port.EventLog.LoggedEvent;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import reactor.core.Disposable;
import reactor.core.publisher.FluxSink;
import reactor.core.scheduler.Scheduler;

/** One subscriber's cursor in a log. Its events are delivered one at a time, on its worker's thread, on demand. */
final class LogReader implements Disposable {

    private final SingleLog log;
    private final FluxSink<LoggedEvent> sink;
    private final Scheduler.Worker worker;
    /** Wakes not yet served: the first schedules the drain, the drain goes on until it has seen them all. */
    private final AtomicInteger wakes = new AtomicInteger();
    /** Written by the drain alone. */
    private long position;

    LogReader(SingleLog log, long after, FluxSink<LoggedEvent> sink, Scheduler.Worker worker) {
        this.log = log;
        this.position = after;
        this.sink = sink;
        this.worker = worker;
    }

    /** Something may have changed: an event, demand, the end. Never blocks and runs none of the reader's code. */
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
        log.remove(this);
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
            boolean end = log.endsAt(position);
            LoggedEvent next = end || sink.requestedFromDownstream() == 0 ? null : log.next(position);
            if (end) {
                sink.complete();
            }
            if (next == null) {
                return;
            }
            position = next.position();
            sink.next(next);
        }
    }
}
