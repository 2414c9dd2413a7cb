package dev.pathline.nats;

import dev.pathline.common.port.EventLog.LoggedEvent;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/** The jobs whose events are read in this process: each is heard once, however many read. */
final class FollowedJobs implements AutoCloseable {

    /** How soon an event is found that was not heard, and after which there was none. */
    private static final Duration LOOK = Duration.ofSeconds(5);

    private final NatsLink link;
    private final JobEvents events;
    private final Scheduler scheduler;
    private final Map<String, FollowedJob> jobs = new ConcurrentHashMap<>();
    private final Disposable looking;

    /** Follows nothing yet. */
    FollowedJobs(NatsLink link, JobEvents events, Scheduler scheduler) {
        this.link = link;
        this.events = events;
        this.scheduler = scheduler;
        link.whenBack(this::look);
        this.looking = Schedulers.boundedElastic().schedulePeriodically(this::look, LOOK.toMillis(), LOOK.toMillis(),
                TimeUnit.MILLISECONDS);
    }

    private void look() {
        jobs.values().forEach(FollowedJob::look);
    }

    /** What is there after a position, and what comes. */
    Flux<LoggedEvent> read(String jobId, long after) {
        return Flux.defer(() -> {
            FollowedJob job = jobs.compute(jobId, (id, known) -> {
                FollowedJob one = known == null ? new FollowedJob(link, events, id, scheduler) : known;
                one.enter();
                return one;
            });
            return job.read(after).doFinally(end -> jobs.computeIfPresent(jobId,
                    (id, known) -> known == job && job.leave() ? null : known));
        });
    }

    @Override
    public void close() {
        looking.dispose();
    }
}
