package dev.pathline.common.inprocess;

import dev.pathline.common.port.EventLog;
import dev.pathline.common.wire.JobEvent;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Scheduler;

/**
 * Logs in memory.
 *
 * <p>Implementation note. Readers have no buffers, see {@link dev.pathline.common.replay.Replay}. A log keeps a bounded
 * number of bytes of previews while its job runs; all ended jobs together share another bound, and the one that ended
 * first loses its previews first.
 */
public final class InProcessEventLog implements EventLog {

    private final Map<String, SingleLog> logs = new ConcurrentHashMap<>();
    private final Deque<SingleLog> ended = new ArrayDeque<>();
    private final Scheduler scheduler;
    private final long maxBytesPerJob;
    private final long maxBytesOfEnded;
    private long bytesOfEnded;

    /**
     * No logs yet.
     *
     * @param scheduler runs the readers
     * @param maxBytesPerJob how many bytes of previews a running job's log keeps
     * @param maxBytesOfEnded how many bytes of previews the logs of all ended jobs keep
     */
    public InProcessEventLog(Scheduler scheduler, long maxBytesPerJob, long maxBytesOfEnded) {
        this.scheduler = scheduler;
        this.maxBytesPerJob = maxBytesPerJob;
        this.maxBytesOfEnded = maxBytesOfEnded;
    }

    @Override
    public long maxBytesPerJob() {
        return maxBytesPerJob;
    }

    @Override
    public OptionalLong append(String jobId, int attempt, JobEvent event) {
        var position = new AtomicReference<>(OptionalLong.empty());
        // Inside, so that no reader who leaves takes the log away in between.
        SingleLog log = logs.compute(jobId, (id, known) -> {
            SingleLog appended = logOr(known);
            position.set(appended.append(attempt, event));
            return appended;
        });
        if (position.get().isPresent() && event.terminal()) {
            retire(log);
        }
        return position.get();
    }

    @Override
    public Optional<JobEvent.Step> newestStep(String jobId) {
        return Optional.ofNullable(logs.get(jobId)).flatMap(SingleLog::newestStep);
    }

    @Override
    public Flux<LoggedEvent> read(String jobId, long after) {
        return Flux.defer(() -> {
            SingleLog log = logs.compute(jobId, (id, known) -> {
                SingleLog watched = logOr(known);
                watched.watch(1);
                return watched;
            });
            return log.read(after).doFinally(end -> logs.computeIfPresent(jobId, (id, known) -> {
                log.watch(-1);
                return known.isIdle() ? null : known;
            }));
        });
    }

    @Override
    public void delete(String jobId) {
        SingleLog log = logs.remove(jobId);
        if (log != null) {
            synchronized (ended) {
                if (ended.remove(log)) {
                    bytesOfEnded -= log.bytes();
                }
            }
            log.close();
        }
    }

    /**
     * Takes what was kept of a job's log, if there is no such log here.
     *
     * @param kept in the order of their positions
     */
    public void restore(String jobId, List<KeptEvent> kept) {
        logs.computeIfAbsent(jobId, id -> {
            SingleLog restored = logOr(null);
            restored.restore(kept);
            return restored;
        });
    }

    /** Returns whether there is a log of a job. */
    public boolean has(String jobId) {
        return logs.containsKey(jobId);
    }

    private SingleLog logOr(@Nullable SingleLog known) {
        return known == null ? new SingleLog(maxBytesPerJob, scheduler) : known;
    }

    private void retire(SingleLog log) {
        synchronized (ended) {
            ended.addLast(log);
            bytesOfEnded += log.bytes();
            while (bytesOfEnded > maxBytesOfEnded && !ended.isEmpty()) {
                SingleLog oldest = ended.removeFirst();
                bytesOfEnded -= oldest.bytes();
                oldest.dropSteps();
            }
        }
    }
}
