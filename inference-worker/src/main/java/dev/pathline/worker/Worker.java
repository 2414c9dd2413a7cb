package dev.pathline.worker;

import dev.pathline.common.error.ErrorCode;
import dev.pathline.common.job.JobCommand;
import dev.pathline.common.job.JobRecord;
import dev.pathline.common.lifecycle.JobLifecycle;
import dev.pathline.common.port.BlobStore;
import dev.pathline.common.port.JobQueue;
import dev.pathline.common.port.JobQueue.Claim;
import dev.pathline.common.wire.JobError;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
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
 * recorded; its places are reserved in between. So {@code running} means that rows are evaluated, and a job that was
 * cancelled meanwhile never enters.
 * <li>A lane whose script threw is discarded: its registers may be half written.
 * </ul>
 */
final class Worker {

    private static final Logger LOG = LoggerFactory.getLogger(Worker.class);
    private static final long IDLE_MILLIS = 500;

    private final Lanes lanes;
    private final JobLifecycle lifecycle;
    private final JobQueue queue;
    private final BlobStore blobs;
    private final Executor blocking;
    private final WorkerMetrics metrics;
    private final Consumer<Claim> ended;
    private final BlockingQueue<Runnable> inbox = new LinkedBlockingQueue<>();
    private final Deque<PreparedJob> waiting = new ArrayDeque<>();
    private final Map<String, JobRun> runs = new ConcurrentHashMap<>();
    private volatile boolean running = true;

    /**
     * A worker's loop.
     *
     * @param blocking runs what may block
     * @param ended is called once for every job that was prepared, when the worker has nothing more to do with it
     */
    Worker(Lanes lanes, JobLifecycle lifecycle, JobQueue queue, BlobStore blobs,
            Executor blocking, WorkerMetrics metrics, Consumer<Claim> ended) {
        this.lanes = lanes;
        this.lifecycle = lifecycle;
        this.queue = queue;
        this.blobs = blobs;
        this.blocking = blocking;
        this.metrics = metrics;
        this.ended = ended;
    }

    /** Hands a job over; any thread. */
    void submit(PreparedJob job) {
        inbox.add(() -> waiting.add(job));
    }

    /** Lets a job's samples leave before the next evaluation; any thread. What was cancelled is acknowledged. */
    void stop(String jobId) {
        JobRun run = runs.get(jobId);
        if (run != null) {
            run.stop();
            inbox.add(() -> {
            });
            blocking.execute(() -> leave(run));
        }
    }

    /** Returns how many jobs are under way. */
    int active() {
        return runs.size();
    }

    /** Stops all runs without a further word about them, and ends {@link #loop()}; any thread. */
    void shutDown() {
        running = false;
        runs.values().forEach(JobRun::stop);
        inbox.add(() -> {
        });
    }

    /** Runs until {@link #shutDown()}, on the compute thread; closes the lanes in the end. */
    void loop() {
        try (lanes) {
            while (running) {
                receive();
                admit();
                for (ModelLane lane : lanes.busy()) {
                    tick(lane);
                }
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
        lanes.all().forEach(ModelLane::sweep);
    }

    /** In order, but a job whose lane is full does not hold up one of another model. */
    private void admit() {
        for (Iterator<PreparedJob> jobs = waiting.iterator(); jobs.hasNext();) {
            PreparedJob job = jobs.next();
            ModelLane lane;
            try {
                lane = lanes.of(job.model(), job.checkpoint());
            } catch (RuntimeException e) {
                jobs.remove();
                LOG.error("cannot load {}", job.model(), e);
                refuse(job, "The model " + job.model() + " cannot be loaded: " + e.getMessage());
                continue;
            }
            if (lane.reserve(job.count())) {
                jobs.remove();
                begin(job, lane);
            }
        }
    }

    private void begin(PreparedJob job, ModelLane lane) {
        String profile = lane.profile();
        blocking.execute(() -> {
            Optional<JobRecord> begun = Optional.empty();
            try {
                begun = lifecycle.begin(job.claim(), profile);
            } finally {
                boolean enters = begun.isPresent();
                inbox.add(() -> {
                    if (enters) {
                        enter(job, lane);
                    } else {
                        lane.unreserve(job.count());
                    }
                });
                if (!enters) {
                    queue.ack(job.claim());
                    ended.accept(job.claim());
                }
            }
        });
    }

    private void enter(PreparedJob job, ModelLane lane) {
        var output = new JobOutput(blobs, job.checkpoint().card().shape());
        var run = new JobRun(job, output, lifecycle, new SerialExecutor(blocking), this::leave,
                metrics::previewDropped, lane::etaMillis);
        runs.put(job.claim().jobId(), run);
        lane.enter(run);
    }

    /** The last word about a run was said: acknowledge, once. */
    private void leave(JobRun run) {
        Claim claim = run.job().claim();
        if (runs.remove(claim.jobId(), run)) {
            queue.ack(claim);
            ended.accept(claim);
        }
    }

    private void tick(ModelLane lane) {
        int rows = lane.lane().nextRows();
        long start = System.nanoTime();
        try {
            lane.tick();
            metrics.ticked(rows, System.nanoTime() - start);
        } catch (RuntimeException e) {
            LOG.error("an evaluation of {} with {} rows failed", lane.model(), rows, e);
            lane.runs().forEach(run -> run.fail(ErrorCode.GENERATION_FAILED,
                    "An evaluation of " + lane.model() + " with " + rows + " rows failed"));
            lanes.discard(lane);
        }
    }

    private void refuse(PreparedJob job, String reason) {
        blocking.execute(() -> {
            lifecycle.apply(job.claim().jobId(), new JobCommand.Fail(job.claim().attempt(),
                    JobError.of(ErrorCode.GENERATION_FAILED, reason)));
            queue.ack(job.claim());
            ended.accept(job.claim());
        });
    }
}
