package dev.pathline.worker;

import dev.pathline.common.error.ErrorCode;
import dev.pathline.common.job.JobRecord;
import dev.pathline.common.lifecycle.JobLifecycle;
import dev.pathline.common.port.BlobStore;
import dev.pathline.common.port.JobStore.Claim;
import dev.pathline.common.wire.Priority;
import dev.pathline.engine.checkpoint.Checkpoint;
import dev.pathline.engine.sampling.Slot;
import dev.pathline.worker.schedule.FairTurns;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.StatusCode;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The loop on the compute thread: admits prepared jobs to their lanes, ticks the lanes in turn, and lets nothing else
 * happen there.
 *
 * <p>Implementation note. All state of the loop belongs to its thread; others send it messages ({@link Inbox}). What
 * may block (stores, logs, disks, encoders) runs on virtual threads, and what takes seconds is {@link LaneLoader}'s:
 * <ul>
 * <li>A job is begun (its state becomes {@code running}) only when its lane has room, and enters when that is
 * recorded; a place is reserved in between. So {@code running} means that rows are evaluated, and a job that was
 * cancelled meanwhile never enters.
 * <li>What is thrown, an error as well as an exception, ends the jobs that it is about, and nothing else. A lane in which
 * something was thrown is discarded: its registers may be half written.
 * <li>What is thrown where no job is concerned ends the loop, which is told as {@link DeviceHealth#DEAD}.
 * </ul>
 */
final class Worker {

    private static final Logger LOG = LoggerFactory.getLogger(Worker.class);
    private static final long IDLE_MILLIS = 500;
    /** What a step further in urgency counts among lanes. */
    private static final int URGENCY = 4;
    /** How often those that look see where the jobs stand. */
    private static final long LOOK_NANOS = 100_000_000;

    private final Lanes lanes;
    private final Inbox inbox;
    private final Endings endings;
    private final JobLifecycle lifecycle;
    private final BlobStore blobs;
    private final Executor blocking;
    private final Watchdog watchdog;
    private final Clock clock;
    private final WorkerMetrics metrics;
    private final JobTraces traces;
    private final Admission admission;
    private final FairTurns<ModelLane> turns = new FairTurns<>();
    private final Map<Claim, JobRun> runs = new ConcurrentHashMap<>();
    private volatile WorkerState state = WorkerState.IDLE;
    private volatile boolean running = true;
    private long looked;

    /**
     * A worker's loop.
     *
     * @param inbox what the lanes use, too
     * @param blocking runs what may block
     */
    Worker(Lanes lanes, Inbox inbox, Endings endings, JobLifecycle lifecycle, BlobStore blobs, Executor blocking,
            Watchdog watchdog, Clock clock, WorkerMetrics metrics, JobTraces traces) {
        this.lanes = lanes;
        this.inbox = inbox;
        this.endings = endings;
        this.lifecycle = lifecycle;
        this.blobs = blobs;
        this.blocking = blocking;
        this.watchdog = watchdog;
        this.clock = clock;
        this.metrics = metrics;
        this.traces = traces;
        this.admission = new Admission(lanes, inbox, endings, clock, this::begin);
    }

    /** Hands a job over; any thread. */
    void submit(PreparedJob job) {
        admission.submit(job);
    }

    /**
     * Lets go of jobs that others have ended or have taken over, wherever they are here: their samples leave before the next
     * evaluation, and those that wait, or are just being begun, never enter. Any thread.
     */
    void stop(Predicate<Claim> which) {
        // In the order in which a job passes through them: what is not found in the one is in the other.
        admission.stop(which);
        for (JobRun run : runs.values()) {
            if (which.test(run.job().claim()) && !run.isStopped()) {
                long now = System.nanoTime();
                run.stop();
                inbox.post(() -> metrics.cancelled(System.nanoTime() - now));
                leaveElsewhere(run);
            }
        }
    }

    /**
     * Loads a model before anybody asks for it; any thread.
     *
     * @return ends when it is loaded, or cannot be
     */
    CompletableFuture<@Nullable Void> preload(String name, String reference, Checkpoint checkpoint) {
        var done = new CompletableFuture<@Nullable Void>();
        boolean posted = inbox.post(() -> {
            try {
                var unusedEnd = lanes.preload(name, reference, checkpoint).whenComplete((_, _) -> done.complete(null));
            } catch (Throwable e) {
                LOG.warn("{} cannot be loaded before it is asked for: {}", reference, Faults.reason(e));
                done.complete(null);
            }
        });
        return posted ? done : CompletableFuture.completedFuture(null);
    }

    /** Returns what models wait for, for people, or null; any thread. */
    @Nullable
    String doing() {
        return lanes.doing();
    }

    /** Returns how many jobs are under way. */
    int active() {
        return runs.size();
    }

    /** Returns where its jobs stand; any thread. */
    WorkerState state() {
        return state;
    }

    /** Stops all runs without a further word about them, and ends {@link #loop()}; any thread. */
    void shutDown() {
        running = false;
        runs.values().forEach(Worker::abandon);
        inbox.post(() -> {
        });
    }

    private static void abandon(JobRun run) {
        run.stop();
        run.span().end();
    }

    /**
     * Runs until {@link #shutDown()}, on the compute thread; closes the lanes in the end, however it ends.
     *
     * @throws InterruptedException if the thread is told to end
     */
    void loop() throws InterruptedException {
        try {
            long ticked = 0;
            while (running) {
                inbox.receive(lanes.busy().isEmpty() ? IDLE_MILLIS : 0);
                expire(clock.instant());
                eachLane("The samples of %s could not enter or leave", ModelLane::sweep);
                admission.admit();
                look();
                Optional<ModelLane> next = next();
                if (next.isEmpty()) {
                    ticked = 0;
                    continue;
                }
                long start = System.nanoTime();
                if (ticked != 0) {
                    metrics.between(start - ticked);
                }
                tick(next.get());
                ticked = System.nanoTime();
            }
        } finally {
            running = false;
            runs.values().forEach(Worker::abandon);
            inbox.close();
            lanes.close();
        }
    }

    private void expire(Instant now) {
        for (JobRun run : runs.values()) {
            Instant end = run.job().endBy();
            if (end != null && !now.isBefore(end)) {
                run.expire();
            }
        }
    }

    /** Does something with every lane; what is thrown there is about its jobs. */
    private void eachLane(String what, Consumer<ModelLane> action) {
        for (ModelLane lane : lanes.all()) {
            try {
                action.accept(lane);
            } catch (Throwable e) {
                broken(lane, String.format(what, lane.key()), e);
            }
        }
    }

    /** Ends the jobs in a lane, which is loaded anew when it is wanted again. */
    private void broken(ModelLane lane, String what, Throwable e) {
        LOG.error("{}; its jobs fail: {}", what, lane.runs().stream().map(run -> run.job().claim().jobId()).toList(),
                e);
        List.copyOf(lane.runs()).forEach(run -> run.fail(Faults.error(what, e)));
        lanes.discard(lane);
    }

    private void begin(Candidate candidate, ModelLane lane) {
        try {
            blocking.execute(() -> start(candidate, lane));
        } catch (RejectedExecutionException e) {
            LOG.debug("the worker stops, and gives back what it has claimed", e);
            lane.unreserve();
            admission.take(candidate);
        }
    }

    /** May block. */
    private void start(Candidate candidate, ModelLane lane) {
        Claim claim = candidate.job().claim();
        Optional<JobRecord> begun;
        try {
            begun = lifecycle.begin(claim, lane.key().profile());
        } catch (Throwable e) {
            notBegun(candidate, lane);
            endings.lapse(claim, e);
            return;
        }
        if (begun.isEmpty()) {
            notBegun(candidate, lane);
            endings.letGo(claim);
            return;
        }
        Span span = span(begun.get());
        if (!inbox.post(() -> enter(candidate, span, lane))) {
            span.end();
        }
    }

    private void notBegun(Candidate candidate, ModelLane lane) {
        admission.take(candidate);
        inbox.post(lane::unreserve);
    }

    private Span span(JobRecord begun) {
        try {
            metrics.begun(begun);
            return traces.generate(begun);
        } catch (RuntimeException e) {
            LOG.warn("job {} is not measured", begun.id(), e);
            return Span.getInvalid();
        }
    }

    private void enter(Candidate candidate, Span span, ModelLane lane) {
        lane.unreserve();
        PreparedJob job = candidate.job();
        var output = new JobOutput(blobs, job.checkpoint().card().shape(), job.record().request(),
                lane.key().profile());
        var run = new JobRun(job, candidate.turn(), span, output, lifecycle, new SerialExecutor(blocking), this::leave,
                endings, lane::etaMillis, metrics, clock);
        endings.begun(job.claim());
        // First there, then no more here: whoever stops it finds it in one of them.
        runs.put(job.claim(), run);
        admission.take(candidate);
        if (!running) {
            abandon(run);
        } else if (candidate.isStopped()) {
            run.stop();
            leaveElsewhere(run);
        } else if (lanes.all().contains(lane)) {
            try {
                lane.enter(run);
            } catch (Throwable e) {
                broken(lane, "The samples of " + lane.key() + " could not enter", e);
            }
        } else {
            run.fail(ErrorCode.GENERATION_FAILED, "An evaluation of " + lane.key() + " failed while the job was begun");
        }
    }

    private void leaveElsewhere(JobRun run) {
        try {
            blocking.execute(() -> leave(run, null));
        } catch (RejectedExecutionException e) {
            LOG.debug("the worker has stopped, and what it had claimed was given back", e);
        }
    }

    /** There is nothing more to say about a run: let go of it, once. */
    private void leave(JobRun run, @Nullable Throwable problem) {
        run.span().end();
        Claim claim = run.job().claim();
        if (runs.remove(claim, run)) {
            if (problem != null) {
                endings.lapse(claim, problem);
            } else {
                endings.letGo(claim);
            }
        }
    }

    /** Whose turn it is among the lanes with samples: each has its share of the device's time, by urgency. */
    private Optional<ModelLane> next() {
        List<ModelLane> busy = lanes.busy();
        if (busy.size() <= 1) {
            return busy.stream().findFirst();
        }
        var demands = new ArrayList<FairTurns.Demand<ModelLane>>();
        for (ModelLane lane : busy) {
            try {
                demands.add(new FairTurns.Demand<>(lane, lane.cost(lane.next()), weight(lane.urgency())));
            } catch (Throwable e) {
                broken(lane, "The samples of " + lane.key() + " could not be chosen", e);
            }
        }
        return turns.next(demands);
    }

    private static int weight(Priority priority) {
        return switch (priority) {
            case INTERACTIVE -> URGENCY * URGENCY;
            case NORMAL -> URGENCY;
            case BATCH -> 1;
        };
    }

    private void tick(ModelLane lane) {
        Span span = Span.getInvalid();
        try {
            List<Slot> chosen = lane.next();
            span = traces.evaluation(lane.key(), chosen);
            watchdog.guard("an evaluation of " + lane.key(), () -> lane.tick(chosen));
        } catch (Throwable e) {
            span.recordException(e).setStatus(StatusCode.ERROR);
            broken(lane, "An evaluation of " + lane.key() + " failed", e);
        } finally {
            span.end();
        }
    }

    /** Says from time to time where the jobs stand. */
    private void look() {
        long now = System.nanoTime();
        if (looked != 0 && now - looked < LOOK_NANOS) {
            return;
        }
        looked = now;
        List<ModelLane> all = List.copyOf(lanes.all());
        state = new WorkerState(
                all.stream().filter(ModelLane::isBusy).findFirst().or(() -> all.reversed().stream().findFirst())
                        .map(ModelLane::pace).orElse(WorkerState.Pace.UNKNOWN),
                runs.values().stream().mapToLong(JobRun::rowsLeft).sum()
                        + admission.waiting().stream().mapToLong(next -> next.job().record().request().rows()).sum(),
                runs.values().stream().mapToLong(JobRun::rowsDone).sum(), waitingJobs(all), lanes.models(),
                all.stream().mapToInt(ModelLane::arrays).sum());
    }

    /** Zeros included: a model that is loaded has queues. */
    private Map<WorkerState.Queue, Integer> waitingJobs(List<ModelLane> loaded) {
        var counts = new HashMap<WorkerState.Queue, Integer>();
        for (ModelLane lane : loaded) {
            for (Priority priority : Priority.values()) {
                counts.put(new WorkerState.Queue(lane.key().model(), priority), 0);
            }
        }
        for (Candidate next : admission.waiting()) {
            counts.merge(new WorkerState.Queue(next.job().model(), next.job().terms().priority()), 1, Integer::sum);
        }
        return counts;
    }
}
