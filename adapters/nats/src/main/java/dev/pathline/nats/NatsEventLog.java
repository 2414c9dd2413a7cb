package dev.pathline.nats;

import dev.pathline.common.port.EventLog;
import dev.pathline.common.wire.JobEvent;
import dev.pathline.nats.JobEvents.Newest;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * The logs of all processes that are connected to one NATS. Appending is one message, whose condition the server checks.
 * All readers of a job in this process share what it has heard, see {@link FollowedJobs}.
 *
 * <p>A step is as large as a message may be. A larger one becomes several, each with some of the images; an image for which
 * even a message of its own is too small is not shown.
 */
public final class NatsEventLog implements EventLog, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(NatsEventLog.class);

    /** Jobs that run in one process, and more. */
    private static final int KNOWN = 4096;

    private final JobEvents events;
    private final FollowedJobs followed;
    private final long bytesPerJob;
    private final Map<String, Newest> known = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Newest> eldest) {
            return size() > KNOWN;
        }
    };

    /**
     * The logs on a server.
     *
     * @param scheduler runs the readers
     * @throws dev.pathline.common.port.PortUnavailableException if the server does not answer
     */
    public NatsEventLog(NatsLink link, Scheduler scheduler, Clock clock) {
        this.bytesPerJob = link.settings().bytesPerJob();
        this.events = new JobEvents(link, clock);
        this.followed = new FollowedJobs(link, events, scheduler);
    }

    @Override
    public long maxBytesPerJob() {
        return bytesPerJob;
    }

    @Override
    public OptionalLong append(String jobId, int attempt, JobEvent event) {
        OptionalLong position = OptionalLong.empty();
        for (JobEvent part : parts(event)) {
            position = appendOne(jobId, attempt, part);
        }
        return position;
    }

    private OptionalLong appendOne(String jobId, int attempt, JobEvent event) {
        // Of a job that was just made nobody can have told anything.
        Newest newest = recall(jobId).orElseGet(
                () -> event instanceof JobEvent.Queued ? Newest.NONE : events.newest(jobId));
        while (!newest.refuses(attempt, event)) {
            OptionalLong position = events.store(jobId, attempt, event, newest);
            if (position.isPresent()) {
                remember(jobId, event instanceof JobEvent.Step
                        ? newest
                        : newest.then(position.getAsLong(), attempt, event));
                return position;
            }
            newest = events.newest(jobId);
        }
        remember(jobId, newest);
        return OptionalLong.empty();
    }

    private List<JobEvent> parts(JobEvent event) {
        if (!(event instanceof JobEvent.Step step) || step.images().isEmpty()
                || JobEvents.body(step).length <= events.maxBytes()) {
            return List.of(event);
        }
        if (step.images().size() == 1) {
            LOG.warn(
                    "a preview of {} characters is more than a message of NATS may have (max_payload), and is not shown",
                    step.images().getFirst().length());
            return List.of(step.withoutImages());
        }
        int half = step.images().size() / 2;
        var parts = new ArrayList<>(parts(step.withImages(step.images().subList(0, half))));
        parts.addAll(parts(step.withImages(step.images().subList(half, step.images().size()))));
        return parts;
    }

    private Optional<Newest> recall(String jobId) {
        synchronized (known) {
            return Optional.ofNullable(known.get(jobId));
        }
    }

    private void remember(String jobId, Newest newest) {
        synchronized (known) {
            known.put(jobId, newest);
        }
    }

    @Override
    public Optional<JobEvent.Step> newestStep(String jobId) {
        return events.newestStep(jobId);
    }

    @Override
    public Flux<LoggedEvent> read(String jobId, long after) {
        return followed.read(jobId, after).subscribeOn(Schedulers.boundedElastic());
    }

    @Override
    public void delete(String jobId) {
        synchronized (known) {
            known.remove(jobId);
        }
        events.delete(jobId);
    }

    /** Readers hear no more. */
    @Override
    public void close() {
        followed.close();
    }
}
