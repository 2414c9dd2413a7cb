package dev.pathline.worker;

import dev.pathline.common.error.ErrorCode;
import dev.pathline.common.job.JobCommand;
import dev.pathline.common.job.JobRecord;
import dev.pathline.common.lifecycle.JobLifecycle;
import dev.pathline.common.port.BlobStore;
import dev.pathline.common.port.JobQueue.Claim;
import dev.pathline.common.port.JobQueue;
import dev.pathline.common.wire.JobError;
import dev.pathline.common.wire.Priority;
import dev.pathline.engine.checkpoint.Checkpoint;
import dev.pathline.engine.sampling.Slot;
import dev.pathline.worker.schedule.FairTurns;
import dev.pathline.worker.schedule.Turn;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.StatusCode;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The loop on the compute thread: admits prepared jobs to their lanes, ticks the lanes in turn, and lets nothing else
 * happen there.
 *
 * <p>Implementation note. All state of the loop belongs to its thread; others send it messages ({@link #inbox}). What
 * may block (stores, logs, disks, encoders) runs on virtual threads:
 * <ul>
 * <li>A job is begun (its state becomes {@code running}) only when its lane has room, and enters when that is
 * recorded; a place is reserved in between. So {@code running} means that rows are evaluated, and a job that was
 * cancelled meanwhile never enters.
 * <li>A lane whose script threw is discarded: its registers may be half written.
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
    private final JobLifecycle lifecycle;
    private final JobQueue queue;
    private final BlobStore blobs;
    private final Executor blocking;
    private final Watchdog watchdog;
    private final Clock clock;
    private final WorkerMetrics metrics;
    private final JobTraces traces;
    private final Consumer<Claim> ended;
    private final BlockingQueue<Runnable> inbox = new LinkedBlockingQueue<>();
    private final FairTurns<ModelLane> turns = new FairTurns<>();
    private final NavigableSet<Waiting> waiting = new TreeSet<>();
    private final Map<String, JobRun> runs = new ConcurrentHashMap<>();
    private volatile WorkerState state = WorkerState.IDLE;
    private volatile boolean running = true;
    private long looked;

    /** A job that waits for a place, by the turn that it had when it came. */
    private record Waiting(PreparedJob job, Instant turn) implements Comparable<Waiting> {

        private static final Comparator<Waiting> ORDER = Comparator.comparing(Waiting::turn)
                .thenComparing(one -> one.job.claim().jobId());

        @Override
        public int compareTo(Waiting other) {
            return ORDER.compare(this, other);
        }
    }

    /**
     * A worker's loop.
     *
     * @param blocking runs what may block
     * @param ended is called once for every job that was prepared, when the worker has nothing more to do with it
     */
    Worker(Lanes lanes, JobLifecycle lifecycle, JobQueue queue, BlobStore blobs, Executor blocking, Watchdog watchdog,
            Clock clock, WorkerMetrics metrics, JobTraces traces, Consumer<Claim> ended) {
        this.lanes = lanes;
        this.lifecycle = lifecycle;
        this.queue = queue;
        this.blobs = blobs;
        this.blocking = blocking;
        this.watchdog = watchdog;
        this.clock = clock;
        this.metrics = metrics;
        this.traces = traces;
        this.ended = ended;
    }

    /** Hands a job over; any thread. */
    void submit(PreparedJob job) {
        inbox.add(() -> waiting.add(new Waiting(job, turn(job))));
    }

    /** Lets a job's samples leave before the next evaluation; any thread. What was cancelled is acknowledged. */
    void stop(String jobId) {
        JobRun run = runs.get(jobId);
        if (run != null) {
            long now = System.nanoTime();
            run.stop();
            inbox.add(() -> metrics.cancelled(System.nanoTime() - now));
            blocking.execute(() -> leave(run));
        }
    }

    /**
     * Loads a model before anybody asks for it; any thread.
     *
     * @return ends when it is loaded, or cannot be
     */
    CompletableFuture<@Nullable Void> preload(String name, String reference, Checkpoint checkpoint) {
        var done = new CompletableFuture<@Nullable Void>();
        inbox.add(() -> {
            try {
                lanes.preload(name, reference, checkpoint);
            } catch (RuntimeException e) {
                LOG.warn("{} cannot be loaded before it is asked for: {}", reference, firstLine(e));
            } finally {
                done.complete(null);
            }
        });
        return done;
    }

    /** Returns what keeps it from evaluating, for people, or null; any thread. */
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
        runs.values().forEach(run -> {
            run.stop();
            run.span().end();
        });
        inbox.add(() -> {
        });
    }

    /** Runs until {@link #shutDown()}, on the compute thread; closes the lanes in the end. */
    void loop() {
        try (lanes) {
            long ticked = 0;
            while (running) {
                receive();
                admit();
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
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void receive() throws InterruptedException {
        Runnable message = lanes.busy().isEmpty() ? inbox.poll(IDLE_MILLIS, TimeUnit.MILLISECONDS) : inbox.poll();
        while (message != null) {
            message.run();
            message = inbox.poll();
        }
        Instant now = clock.instant();
        runs.values().stream().filter(run -> isPast(run.job().endBy(), now)).forEach(JobRun::expire);
        lanes.all().forEach(ModelLane::sweep);
    }

    private static boolean isPast(@Nullable Instant deadline, Instant now) {
        return deadline != null && !now.isBefore(deadline);
    }

    /**
     * In order of their turns, but a job whose lane is full does not hold up one of another model. A job for whose model
     * there is no memory does: nobody else begins, so that sooner or later a lane is idle and makes room.
     */
    private void admit() {
        for (Iterator<Waiting> jobs = waiting.iterator(); jobs.hasNext();) {
            Waiting next = jobs.next();
            PreparedJob job = next.job();
            if (isPast(job.startBy(), clock.instant())) {
                jobs.remove();
                end(job, new JobCommand.Expire());
                continue;
            }
            Optional<ModelLane> lane;
            try {
                lane = lanes.of(job);
            } catch (UnfitProfileException e) {
                jobs.remove();
                fail(job, ErrorCode.UNPROCESSABLE,
                        "The model " + job.model() + " is not computed so: " + e.getMessage());
                continue;
            } catch (RuntimeException e) {
                jobs.remove();
                LOG.error("cannot load {}", job.model(), e);
                fail(job, ErrorCode.GENERATION_FAILED,
                        "The model " + job.model() + " cannot be loaded: " + e.getMessage());
                continue;
            }
            if (lane.isEmpty()) {
                return;
            }
            if (job.terms().strict() && !lane.get().canBeStrict()) {
                jobs.remove();
                fail(job, ErrorCode.NOT_STRICT, "On this worker the bits of " + job.model()
                        + " depend on what else is in an evaluation, however many rows it has");
            } else if (lane.get().reserve(job.terms().priority())) {
                jobs.remove();
                begin(next, lane.get());
            }
        }
    }

    private Instant turn(PreparedJob job) {
        double alone = lanes.all().stream().filter(lane -> lane.key().model().equals(job.model())).findFirst()
                .map(lane -> lane.alone(1, job.plan().evaluations()).orElse(0)).orElse(0.0);
        return Turn.of(job.terms(), job.record().times().createdAt(), Duration.ofNanos(Math.round(alone * 1e6)));
    }

    private void begin(Waiting next, ModelLane lane) {
        PreparedJob job = next.job();
        String profile = lane.key().profile();
        blocking.execute(() -> {
            Optional<JobRecord> begun = Optional.empty();
            try {
                begun = lifecycle.begin(job.claim(), profile);
                begun.ifPresent(metrics::begun);
            } finally {
                Optional<Span> span = begun.map(traces::generate);
                inbox.add(() -> span.ifPresentOrElse(attempt -> enter(next, attempt, lane), lane::unreserve));
                if (span.isEmpty()) {
                    done(job.claim());
                }
            }
        });
    }

    private void enter(Waiting next, Span span, ModelLane lane) {
        PreparedJob job = next.job();
        var output = new JobOutput(blobs, job.checkpoint().card().shape(), job.record().request(),
                lane.key().profile());
        var run = new JobRun(job, next.turn(), span, output, lifecycle, new SerialExecutor(blocking), this::leave,
                lane::etaMillis, metrics);
        runs.put(job.claim().jobId(), run);
        if (lanes.all().contains(lane)) {
            lane.enter(run);
        } else {
            run.fail(ErrorCode.GENERATION_FAILED, "An evaluation of " + lane.key() + " failed while the job was begun");
        }
    }

    /** The last word about a run was said: acknowledge, once. */
    private void leave(JobRun run) {
        run.span().end();
        Claim claim = run.job().claim();
        if (runs.remove(claim.jobId(), run)) {
            metrics.forget(claim.jobId());
            done(claim);
        }
    }

    private void done(Claim claim) {
        queue.ack(claim);
        ended.accept(claim);
    }

    /** Whose turn it is among the lanes with samples: each has its share of the device's time, by urgency. */
    private Optional<ModelLane> next() {
        List<ModelLane> busy = lanes.busy();
        if (busy.size() <= 1) {
            return busy.stream().findFirst();
        }
        return turns.next(busy.stream()
                .map(lane -> new FairTurns.Demand<>(lane, lane.cost(lane.next()), weight(lane.urgency()))).toList());
    }

    private static int weight(Priority priority) {
        return switch (priority) {
            case INTERACTIVE -> URGENCY * URGENCY;
            case NORMAL -> URGENCY;
            case BATCH -> 1;
        };
    }

    private void tick(ModelLane lane) {
        List<Slot> chosen = lane.next();
        Span span = traces.evaluation(lane.key(), chosen);
        try {
            watchdog.guard("an evaluation of " + lane.key(), () -> lane.tick(chosen));
        } catch (RuntimeException e) {
            span.recordException(e).setStatus(StatusCode.ERROR);
            LOG.error("an evaluation of {} with {} samples failed", lane.key(), chosen.size(), e);
            List.copyOf(lane.runs()).forEach(run -> run.fail(ErrorCode.GENERATION_FAILED,
                    "An evaluation of " + lane.key() + " failed: " + firstLine(e)));
            lanes.discard(lane);
        } finally {
            span.end();
        }
    }

    private static String firstLine(RuntimeException e) {
        return String.valueOf(e.getMessage()).lines().findFirst().orElse(e.getClass().getSimpleName());
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
                        + waiting.stream().mapToLong(next -> next.job().record().request().rows()).sum(),
                runs.values().stream().mapToLong(JobRun::rowsDone).sum(), waitingJobs(all),
                all.stream().map(lane -> lane.key().model()).toList(),
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
        for (Waiting next : waiting) {
            var queue = new WorkerState.Queue(next.job().model(), next.job().terms().priority());
            counts.merge(queue, 1, Integer::sum);
        }
        return counts;
    }

    private void fail(PreparedJob job, ErrorCode code, String reason) {
        end(job, new JobCommand.Fail(job.claim().attempt(), JobError.of(code, reason)));
    }

    private void end(PreparedJob job, JobCommand command) {
        blocking.execute(() -> {
            lifecycle.apply(job.claim().jobId(), command);
            done(job.claim());
        });
    }
}
