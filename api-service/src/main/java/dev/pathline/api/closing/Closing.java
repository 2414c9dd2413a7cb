package dev.pathline.api.closing;

import dev.pathline.common.error.ApiException;
import dev.pathline.common.error.ErrorCode;
import dev.pathline.common.job.JobCommand;
import dev.pathline.common.job.JobRecord;
import dev.pathline.common.job.JobState;
import dev.pathline.common.lifecycle.JobEnding;
import dev.pathline.common.lifecycle.StopClock;
import dev.pathline.common.port.JobStore;
import dev.pathline.common.wire.JobError;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.ApplicationListener;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.event.ContextClosedEvent;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * The end of the service, in which nobody is left without an answer. From the order to stop on, new jobs are refused.
 * Where jobs end with the process, those that wait are ended at once and those that run after the drain, each as failed
 * with {@code shutting_down}: that is the last event of their streams, and the 503 of who waits for images. Streams that
 * have not ended then, because what they tell of goes on elsewhere or after a restart, end with {@code reconnect}.
 *
 * <p>The time is what {@link StopClock} has for answers; it runs from the order on.
 */
public final class Closing implements ApplicationListener<ContextClosedEvent>, SmartLifecycle {

    private static final Logger LOG = LoggerFactory.getLogger(Closing.class);

    private static final Duration RETRY = Duration.ofSeconds(5);
    private static final long LOOK_MILLIS = 25;
    /** For last events on their way. */
    private static final long DELIVERY_MILLIS = 250;
    private static final int PAGE = 200;

    private final JobStore store;
    private final JobEnding ending;
    private final StopClock clock;
    private final Sinks.Empty<Void> over = Sinks.empty();
    private volatile boolean running;
    private volatile @Nullable Thread last;

    /**
     * The end of a service that serves.
     *
     * @param clock how long running jobs may go on after the order to stop
     */
    public Closing(JobStore store, JobEnding ending, StopClock clock) {
        this.store = store;
        this.ending = ending;
        this.clock = clock;
    }

    /** Whether the order to stop was given. */
    public boolean hasBegun() {
        return last != null;
    }

    /**
     * Refuses what is new after the order to stop.
     *
     * @throws ApiException {@code SHUTTING_DOWN}
     */
    public void requireOpen() {
        if (hasBegun()) {
            throw shuttingDown();
        }
    }

    /** Completes when nobody may wait any longer. */
    public Mono<Void> over() {
        return over.asMono();
    }

    /** What is answered to who waited. */
    public static ApiException shuttingDown() {
        return new ApiException(ErrorCode.SHUTTING_DOWN, "The server has been told to stop").retryAfter(RETRY);
    }

    @Override
    public void onApplicationEvent(ContextClosedEvent event) {
        begin();
    }

    /** Gives the order to stop; harmless if it was given. */
    synchronized void begin() {
        if (last == null) {
            clock.begin();
            Thread thread = Thread.ofPlatform().name("closing").daemon(true).unstarted(this::end);
            last = thread;
            thread.start();
        }
    }

    private void end() {
        try {
            if (store.outlivesProcess()) {
                awaitAnswers();
            } else {
                endJobs();
            }
            TimeUnit.MILLISECONDS.sleep(DELIVERY_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            LOG.warn("the jobs could not be ended; their streams are told to connect again", e);
        } finally {
            over.tryEmitEmpty();
        }
    }

    /** Jobs go on without this process: only who waits here for an answer is waited for. */
    private void awaitAnswers() throws InterruptedException {
        LOG.info("stopping: {} open answer(s) have {} s to end", over.currentSubscriberCount(),
                clock.forAnswers().toMillis() / 1000.0);
        while (over.currentSubscriberCount() > 0 && clock.forAnswers().isPositive()) {
            TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
        }
    }

    private void endJobs() throws InterruptedException {
        List<JobRecord> running = jobs(JobState.RUNNING);
        List<JobRecord> waiting = jobs(JobState.QUEUED);
        LOG.info("stopping: {} job(s) run and have {} s to end, {} wait and are ended", running.size(),
                clock.forAnswers().toMillis() / 1000.0, waiting.size());
        endAll(waiting);
        while (!jobs(JobState.RUNNING).isEmpty() && clock.forAnswers().isPositive()) {
            // One that was accepted while the order was given.
            endAll(jobs(JobState.QUEUED));
            TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
        }
        List<JobRecord> left = new ArrayList<>(jobs(JobState.RUNNING));
        left.addAll(jobs(JobState.QUEUED));
        endAll(left);
        if (!left.isEmpty()) {
            LOG.info("{} job(s) had not ended in time", left.size());
        }
    }

    private void endAll(List<JobRecord> jobs) {
        for (JobRecord job : jobs) {
            JobError error = JobError.of(ErrorCode.SHUTTING_DOWN, "The server was told to stop");
            ending.end(job.id(), new JobCommand.Fail(job.attempt(), error));
        }
    }

    private List<JobRecord> jobs(JobState state) {
        List<JobRecord> all = new ArrayList<>();
        String cursor = null;
        do {
            JobStore.Page page = store.list(JobStore.Query.in(state, PAGE, cursor));
            all.addAll(page.jobs());
            cursor = page.nextCursor();
        } while (cursor != null);
        return all;
    }

    @Override
    public void start() {
        running = true;
    }

    @Override
    public void stop() {
        running = false;
        begin();
        Thread thread = last;
        try {
            if (thread != null) {
                thread.join();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Who is told to stop once does not start again. */
    @Override
    public boolean isPauseable() {
        return false;
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    @Override
    public int getPhase() {
        return StopClock.ANSWERS_PHASE;
    }
}
