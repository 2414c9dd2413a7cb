package dev.pathline.common.inprocess;

import dev.pathline.common.port.EventLog;
import dev.pathline.common.wire.JobEvent;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
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
        SingleLog log = logs.computeIfAbsent(jobId, id -> new SingleLog(maxBytesPerJob, scheduler));
        OptionalLong position = log.append(attempt, event);
        if (position.isPresent() && event.terminal()) {
            retire(log);
        }
        return position;
    }

    @Override
    public Flux<LoggedEvent> read(String jobId, long after) {
        return Flux.defer(() -> {
            SingleLog log = logs.get(jobId);
            return log == null ? Flux.empty() : log.read(after);
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
