package dev.pathline.worker;

import dev.pathline.common.error.ErrorCode;
import dev.pathline.common.job.JobCommand;
import dev.pathline.common.job.JobRequest;
import dev.pathline.common.lifecycle.JobLifecycle;
import dev.pathline.common.port.JobStore.Claim;
import dev.pathline.common.port.JobStore.Claimed;
import dev.pathline.common.port.ModelRegistry;
import dev.pathline.common.port.RegistryUnavailableException;
import dev.pathline.common.wire.JobError;
import dev.pathline.diffusion.planner.Planner;
import dev.pathline.engine.checkpoint.Checkpoint;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads what a claimed job needs, off the compute thread.
 *
 * <p>A registry that cannot be reached is no fault of the job. It is asked again after some pauses; if it stays
 * away, the job is given back, perhaps to a worker that can reach it or has a copy; and a job that was claimed as often as a
 * job may begin fails with an error that says that a retry helps.
 */
final class Preparation {

    /** Half a minute in all: longer than a server takes to restart, shorter than people wait. */
    static final List<Duration> PAUSES = List.of(Duration.ofSeconds(1), Duration.ofSeconds(2), Duration.ofSeconds(4),
            Duration.ofSeconds(8), Duration.ofSeconds(15));

    private static final Logger LOG = LoggerFactory.getLogger(Preparation.class);

    private final ModelRegistry models;
    private final JobLifecycle lifecycle;
    private final CheckpointCache checkpoints;
    private final List<Duration> pauses;
    private final Endings endings;
    private final CountDownLatch stopped = new CountDownLatch(1);

    /**
     * A preparation.
     *
     * @param pauses how long to wait before each further try to reach the registry
     * @param endings of jobs that are not handed on
     */
    Preparation(WorkerPorts ports, CheckpointCache checkpoints, List<Duration> pauses, Endings endings) {
        this.models = ports.models();
        this.lifecycle = ports.lifecycle();
        this.checkpoints = checkpoints;
        this.pauses = pauses;
        this.endings = endings;
    }

    /** Prepares a job and hands it on; one that need not or cannot run is ended here. May block for long. */
    void prepare(Claimed claimed, Consumer<PreparedJob> ready) {
        Claim claim = claimed.claim();
        try {
            Iterator<Duration> left = pauses.iterator();
            while (!tryOnce(claimed, ready, left.hasNext())) {
                if (stopped.await(left.next().toNanos(), TimeUnit.NANOSECONDS)) {
                    // Whoever stops the worker gives the claim back.
                    return;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (Throwable e) {
            LOG.error("job {} cannot be prepared", claim.jobId(), e);
            fail(claim, Faults.error("The job could not be prepared", e));
        }
    }

    /** Lets those that wait go, without a further word about their jobs. */
    void stop() {
        stopped.countDown();
    }

    /** Returns false if the registry was away and should be asked again. */
    private boolean tryOnce(Claimed claimed, Consumer<PreparedJob> ready, boolean mayWait) {
        JobRequest request = claimed.job().request();
        try {
            Checkpoint checkpoint = checkpoints.known(request.modelReference()).orElseGet(() -> read(request));
            ready.accept(new PreparedJob(claimed.claim(), claimed.job(),
                    Planner.plan(checkpoint.card(), request.settings()), checkpoint));
            return true;
        } catch (RegistryUnavailableException e) {
            if (endings.isOver(claimed.claim())) {
                endings.letGo(claimed.claim());
                return true;
            }
            if (mayWait) {
                return false;
            }
            giveUp(claimed.claim(), e);
            return true;
        }
    }

    /** Exactly the version that was resolved when the job was accepted, even if it is retired by now. */
    private Checkpoint read(JobRequest request) {
        return models.read(models.find(request.model(), request.version()).orElseThrow(
                () -> new IllegalStateException("the model " + request.modelReference() + " is gone")),
                folder -> checkpoints.read(request.modelReference(), folder));
    }

    private void giveUp(Claim claim, RegistryUnavailableException e) {
        LOG.warn("job {} cannot be prepared in attempt {}: {}", claim.jobId(), claim.attempt(), e.getMessage());
        if (lifecycle.isLast(claim.attempt())) {
            fail(claim, JobError.of(ErrorCode.REGISTRY_UNAVAILABLE,
                    "The job's model could not be read in " + claim.attempt() + " attempts: " + e.getMessage()));
        } else {
            endings.release(claim);
        }
    }

    private void fail(Claim claim, JobError error) {
        endings.end(claim, new JobCommand.Fail(claim.attempt(), error));
    }
}
