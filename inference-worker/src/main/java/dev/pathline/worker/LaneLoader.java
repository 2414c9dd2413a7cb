package dev.pathline.worker;

import dev.pathline.diffusion.noise.NoiseSource;
import dev.pathline.engine.measure.BatchTimes;
import dev.pathline.engine.measure.ProfileAdvisor;
import dev.pathline.engine.measure.SteadySizes;
import dev.pathline.engine.sampling.Lane;
import dev.pathline.engine.sampling.LoadedModel;
import dev.pathline.engine.torch.ComputeThread;
import dev.pathline.engine.torch.Torch;
import dev.pathline.worker.schedule.BatchSize;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Does what takes seconds beside the compute thread, whose ticks go on meanwhile: loads models with their lanes, and tries out
 * which sizes are steady. One thing after the other, on a thread of its own.
 *
 * <p>Implementation note. libtorch keeps grad mode and the number of threads for each thread of the operating system, so
 * the thread is a {@link ComputeThread} like the other, with the same number of threads: weights are packed as the ticks will
 * read them. Tensors do not belong to threads; a lane is handed over whole, and from then on only the compute thread
 * uses it, but for a trial, which evaluates the network and changes nothing.
 */
final class LaneLoader {

    private static final Logger LOG = LoggerFactory.getLogger(LaneLoader.class);

    private final Torch torch;
    private final ComputeThread thread;
    private final Watchdog watchdog;
    private final ModelWork work;
    private final ProfileAdvisor advisor;
    private final NoiseSource noise;
    private final int slots;
    private final WorkerMetrics metrics;
    private volatile @Nullable String doing;

    /**
     * A loader.
     *
     * @param thread stays the caller's to close
     * @param slots samples that have a place in a lane
     */
    LaneLoader(Torch torch, ComputeThread thread, Watchdog watchdog, ModelWork work, ProfileAdvisor advisor,
            NoiseSource noise, int slots, WorkerMetrics metrics) {
        this.torch = torch;
        this.thread = thread;
        this.watchdog = watchdog;
        this.work = work;
        this.advisor = advisor;
        this.noise = noise;
        this.slots = slots;
        this.metrics = metrics;
    }

    /**
     * Loads a model, with a lane.
     *
     * @param rows rows of one of its evaluations at most
     * @return the lane, which is the caller's; or what was thrown, and then nothing is left open
     */
    CompletableFuture<ModelLane> load(LaneWish wish, int rows) {
        return thread.submit(() -> watchdog.guard("the loading of " + wish.key(), () -> {
            try {
                return make(wish, rows);
            } finally {
                doing = null;
            }
        }));
    }

    /** Returns what it is about, for people, or null; any thread may ask. */
    @Nullable
    String doing() {
        return doing;
    }

    private ModelLane make(LaneWish wish, int rows) {
        long start = System.nanoTime();
        doing = "loading " + wish.key();
        LoadedModel loaded = work.load(torch, wish.checkpoint(), wish.profile());
        ModelLane made = null;
        try {
            made = lane(wish, loaded, rows);
            doing = "warming up " + wish.key();
            work.warmUp(loaded);
        } catch (Throwable e) {
            if (made != null) {
                made.close();
            } else {
                loaded.close();
            }
            throw e;
        }
        LOG.info("loaded {} in {} ms: {} rows at most in an evaluation", wish.key(),
                (System.nanoTime() - start) / 1_000_000, rows);
        return made;
    }

    private ModelLane lane(LaneWish wish, LoadedModel loaded, int rows) {
        BatchTimes times = advisor.batchTimes(wish.checkpoint(), loaded);
        WorkerMetrics.OfLane meters = metrics.lane(wish.key());
        var lane = new Lane(loaded, noise, slots, work.program(loaded));
        return new ModelLane(wish.key(), wish.checkpoint(), loaded, lane, slots, rows, times, sizes(), meters);
    }

    /** Returns the sizes of evaluations on this device. */
    BatchSize sizes() {
        return torch.isGpu() ? BatchSize.BUCKETS : BatchSize.EXACT;
    }

    /** Finds the sizes of evaluations in which a lane's bits are steady; with fewer rows where many do not fit. */
    CompletableFuture<SteadySizes> tryOut(ModelLane lane, int mostRows) {
        return thread.submit(() -> watchdog.guard("a trial of " + lane.key(), () -> {
            doing = "finding the sizes in which " + lane.key() + " is strict";
            try {
                return steadySizes(lane, mostRows);
            } finally {
                doing = null;
            }
        }));
    }

    private SteadySizes steadySizes(ModelLane lane, int mostRows) {
        int rows = mostRows;
        while (true) {
            try {
                return work.steadySizes(lane.checkpoint(), lane.loaded(), rows);
            } catch (RuntimeException e) {
                if (rows == 1 || !Faults.isMemory(e)) {
                    throw e;
                }
                rows /= 2;
                LOG.warn("{} rows of {} do not fit into the device's memory; {} are tried", 2 * rows, lane.key(),
                        rows);
            }
        }
    }

    /** Keeps what was learnt of a lane's times for the next start, some time. */
    void keepTimes(ModelLane lane) {
        var unusedDone = thread.submit(() -> {
            keepTimesNow(lane);
            return lane;
        });
    }

    /** Keeps what was learnt of a lane's times for the next start, on the calling thread. */
    void keepTimesNow(ModelLane lane) {
        try {
            advisor.keep(lane.checkpoint(), lane.loaded(), lane.times());
        } catch (RuntimeException e) {
            LOG.warn("the times of {} cannot be kept", lane.key(), e);
        }
    }
}
