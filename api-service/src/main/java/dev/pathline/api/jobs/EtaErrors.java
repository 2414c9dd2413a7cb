package dev.pathline.api.jobs;

import dev.pathline.common.job.JobRecord;
import dev.pathline.common.job.JobState;
import dev.pathline.common.port.JobStore;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How wrong it was to say at the acceptance of a job how long it would take: of the jobs that this replica has accepted. */
public final class EtaErrors {

    private static final int MOST_EXPECTED = 1000;
    private static final int MOST_KNOWN = 200;
    private static final int AT_ONCE = 50;

    private final JobStore jobs;
    private final Timer timer;
    private final Map<String, Long> expected = new LinkedHashMap<>();
    private final Deque<Long> errors = new ArrayDeque<>();

    /** Errors of the jobs of a store. */
    public EtaErrors(JobStore jobs, MeterRegistry meters) {
        this.jobs = jobs;
        this.timer = Timer.builder("pathline.eta.error")
                .description("How far the time that was estimated at the acceptance of a job"
                        + " was from the time that it took")
                .register(meters);
    }

    /**
     * How wrong the last of them were.
     *
     * @param jobs how many there were
     * @param medianErrorMs half of them were less wrong
     * @param largestErrorMs none was more wrong
     */
    public record Summary(int jobs, long medianErrorMs, long largestErrorMs) {}

    /** A job was told how long it would take; null where nobody knew. */
    public synchronized void expect(String jobId, @Nullable Long etaMs) {
        if (etaMs != null && expected.size() < MOST_EXPECTED) {
            expected.put(jobId, etaMs);
        }
    }

    /** Looks which of them have ended; may block. */
    public void look() {
        for (String id : oldest()) {
            JobRecord job = jobs.find(id).orElse(null);
            if (job != null && !job.state().terminal()) {
                continue;
            }
            ended(id, job);
        }
    }

    private synchronized List<String> oldest() {
        return expected.keySet().stream().limit(AT_ONCE).toList();
    }

    private synchronized void ended(String id, @Nullable JobRecord job) {
        Long eta = expected.remove(id);
        Long took = job == null || job.state() != JobState.SUCCEEDED ? null : job.times().timings().totalMs();
        if (eta == null || took == null) {
            return;
        }
        long error = Math.abs(took - eta);
        timer.record(Duration.ofMillis(error));
        errors.addLast(error);
        if (errors.size() > MOST_KNOWN) {
            errors.removeFirst();
        }
    }

    /** Returns how wrong they were, or null while none has ended. */
    public synchronized @Nullable Summary summary() {
        if (errors.isEmpty()) {
            return null;
        }
        var sorted = new ArrayList<>(errors);
        sorted.sort(null);
        return new Summary(sorted.size(), sorted.get(sorted.size() / 2), sorted.getLast());
    }
}
