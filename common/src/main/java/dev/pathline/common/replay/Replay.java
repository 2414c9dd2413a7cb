package dev.pathline.common.replay;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.FluxSink;
import reactor.core.scheduler.Scheduler;

/**
 * The readers of one log. Readers have no buffers: each holds a position and takes the next entry from the log when its
 * subscriber asks for one, on a scheduler's thread. So a slow reader costs nothing but what the log keeps anyway, an
 * appender never runs a reader's code, and what the log has dropped in the meantime the slow reader has lost.
 *
 * @param <T> an entry of the log
 */
public final class Replay<T> {

    private final Log<T> log;
    private final ToLongFunction<T> position;
    private final Scheduler scheduler;
    private final List<LogReader<T>> readers = new CopyOnWriteArrayList<>();

    /**
     * What is read. Both methods are called from the scheduler's threads.
     *
     * @param <T> an entry
     */
    public interface Log<T> {

        /** Returns the first entry after a position, or null if there is none (yet). */
        @Nullable
        T next(long after);

        /** Returns whether nothing is appended after this position, as far as anybody knows now. */
        boolean endsAt(long position);
    }

    /**
     * No readers yet.
     *
     * @param position the position of an entry in the log, from 1
     * @param scheduler runs the readers
     */
    public Replay(Log<T> log, ToLongFunction<T> position, Scheduler scheduler) {
        this.log = log;
        this.position = position;
        this.scheduler = scheduler;
    }

    /** The entries after a position, then those to come, until the log ends. Each subscriber is a reader of its own. */
    public Flux<T> read(long after) {
        return Flux.create(sink -> {
            var reader = new LogReader<>(this, after, sink, scheduler.createWorker());
            sink.onRequest(demand -> reader.wake());
            sink.onDispose(reader);
            readers.add(reader);
            if (sink.isCancelled()) {
                // Before it was in the list: nobody would take it out.
                readers.remove(reader);
            }
            reader.wake();
        }, FluxSink.OverflowStrategy.ERROR);
    }

    /** Something may have changed: an entry, the end. Never blocks and runs none of the readers' code. */
    public void wake() {
        readers.forEach(LogReader::wake);
    }

    Log<T> log() {
        return log;
    }

    long position(T entry) {
        return position.applyAsLong(entry);
    }

    void remove(LogReader<T> reader) {
        readers.remove(reader);
    }
}
