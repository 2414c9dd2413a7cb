package dev.pathline.nats;

import dev.pathline.common.inprocess.KeptEvent;
import dev.pathline.common.inprocess.SingleLog;
import dev.pathline.common.port.EventLog.LoggedEvent;
import dev.pathline.common.port.PortUnavailableException;
import io.nats.client.Message;
import io.nats.client.Subscription;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * What is known here of one job's events: first what the stream has, then what is heard. Where something was missed, which the
 * next event says that is heard, the stream is asked again; what is heard meanwhile it has, too.
 */
final class FollowedJob {

    private static final Logger LOG = LoggerFactory.getLogger(FollowedJob.class);
    private static final Duration AGAIN = Duration.ofMillis(500);

    private final NatsLink link;
    private final JobEvents events;
    private final String jobId;
    private final SingleLog log;
    private final Subscription subscription;
    private int readers;
    private boolean asking;
    private boolean heardMeanwhile;

    /** Begins to listen. */
    FollowedJob(NatsLink link, JobEvents events, String jobId, Scheduler scheduler) {
        this.link = link;
        this.events = events;
        this.jobId = jobId;
        this.log = new SingleLog(link.settings().bytesPerJob(), scheduler);
        this.subscription = link.dispatcher().subscribe(events.live(jobId), this::hear);
        look();
    }

    /** One more reads. */
    void enter() {
        readers++;
    }

    /** One reads no more. Returns whether it was the last, after whom nobody listens. */
    boolean leave() {
        readers--;
        if (readers == 0) {
            Subscriptions.end(link, subscription);
        }
        return readers == 0;
    }

    Flux<LoggedEvent> read(long after) {
        return log.read(after);
    }

    private void hear(Message message) {
        if (message.getSubject().equals(events.deleted(jobId))) {
            log.close();
            return;
        }
        synchronized (this) {
            if (asking) {
                heardMeanwhile = true;
                return;
            }
            if (JobEvents.before(message) <= log.lastPosition()) {
                log.add(List.of(JobEvents.event(message)));
                return;
            }
        }
        look();
    }

    /** Asks the stream for what is new, on another thread. */
    void look() {
        synchronized (this) {
            if (asking) {
                return;
            }
            asking = true;
        }
        Schedulers.boundedElastic().schedule(this::ask);
    }

    private void ask() {
        try {
            boolean again;
            do {
                List<KeptEvent> found = events.from(jobId, next());
                synchronized (this) {
                    log.add(found);
                    again = heardMeanwhile;
                    heardMeanwhile = false;
                    asking = again;
                }
            } while (again);
        } catch (PortUnavailableException e) {
            LOG.debug("the events of job {} are asked for again", jobId, e);
            if (subscription.isActive()) {
                Schedulers.boundedElastic().schedule(this::ask, AGAIN.toMillis(), TimeUnit.MILLISECONDS);
            }
        } catch (RuntimeException e) {
            LOG.warn("the events of job {} cannot be read, and are looked at again", jobId, e);
            synchronized (this) {
                asking = false;
            }
        }
    }

    private synchronized long next() {
        heardMeanwhile = false;
        return log.lastPosition() + 1;
    }
}
