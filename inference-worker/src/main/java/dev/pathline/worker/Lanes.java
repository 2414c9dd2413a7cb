package dev.pathline.worker;

import dev.pathline.diffusion.noise.NoiseSource;
import dev.pathline.engine.checkpoint.Checkpoint;
import dev.pathline.engine.measure.ProfileAdvisor;
import dev.pathline.engine.sampling.Lane;
import dev.pathline.engine.sampling.LoadedModel;
import dev.pathline.engine.script.NumericProfile;
import dev.pathline.engine.script.TickProgram;
import dev.pathline.engine.torch.Torch;
import dev.pathline.worker.schedule.BatchSize;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The loaded models and their lanes; the least recently used idle ones make room. Use on the compute thread only. */
final class Lanes implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Lanes.class);

    /**
     * What lanes may take.
     *
     * @param slots samples of one lane that have a place
     * @param rows rows of one evaluation
     * @param memory bytes on the device, for all lanes
     */
    record Limits(int slots, int rows, long memory) {}

    private final Torch torch;
    private final Limits limits;
    private final ProfileAdvisor advisor;
    private final ModelProfiles profiles;
    private final NoiseSource noise;
    private final UnaryOperator<TickProgram> programs;
    private final WorkerMetrics metrics;
    private volatile @Nullable String doing;
    /** In order of use, the least recent first. */
    private final Map<LaneKey, ModelLane> lanes = new LinkedHashMap<>(16, 0.75f, true);

    /**
     * Lanes without a model.
     *
     * @param programs what computes instead of a model's own program, such as one that fails from time to time
     */
    Lanes(Torch torch, Limits limits, ProfileAdvisor advisor, ModelProfiles profiles, NoiseSource noise,
            UnaryOperator<TickProgram> programs, WorkerMetrics metrics) {
        this.torch = torch;
        this.limits = limits;
        this.advisor = advisor;
        this.profiles = profiles;
        this.noise = noise;
        this.programs = programs;
        this.metrics = metrics;
    }

    /**
     * Returns the lane of a job, loading its model when that is new.
     *
     * @return empty if there is no room for the model until another one is idle
     * @throws ModelLoadException if the device cannot compute the job
     */
    Optional<ModelLane> of(PreparedJob job) {
        NumericProfile wanted = LoadedModel.profile(job.checkpoint(), profiles.of(job));
        var key = new LaneKey(job.model(), wanted.name());
        ModelLane known = lanes.get(key);
        return known != null ? Optional.of(known) : Optional.ofNullable(load(key, job.checkpoint(), wanted));
    }

    private @Nullable ModelLane load(LaneKey key, Checkpoint checkpoint, NumericProfile profile) {
        doing = "loading " + key;
        try {
            return loaded(key, checkpoint, profile);
        } finally {
            doing = null;
        }
    }

    private @Nullable ModelLane loaded(LaneKey key, Checkpoint checkpoint, NumericProfile profile) {
        long start = System.nanoTime();
        LoadedModel loaded = LoadedModel.load(torch, checkpoint, profile);
        long fixed = loaded.weightBytes() + (limits.slots() + 1) * loaded.slotBytes();
        long row = Math.max(1, loaded.rowBytes());
        if (fixed + 2 * row > limits.memory()) {
            loaded.close();
            throw new ModelLoadException("it needs " + size(fixed + 2 * row) + ", and models may have "
                    + size(limits.memory()) + " on " + torch.name() + " (pathline.worker.memory)");
        }
        if (!makeRoom(fixed + 2 * row)) {
            loaded.close();
            return null;
        }
        BatchSize sizes = torch.isGpu() ? BatchSize.BUCKETS : BatchSize.EXACT;
        int rows = sizes.fitting((int) Math.min(limits.rows(), (limits.memory() - used() - fixed) / row));
        var lane = new ModelLane(key, checkpoint, loaded,
                new Lane(loaded, noise, limits.slots(), programs.apply(loaded.program())), limits.slots(), rows,
                () -> advisor.steadySizes(checkpoint, loaded, rows), advisor.batchTimes(checkpoint, loaded), sizes,
                metrics);
        doing = "warming up " + key;
        advisor.warmUp(loaded);
        lanes.put(key, lane);
        LOG.info("loaded {} in {} ms: {} rows at most in an evaluation", key,
                (System.nanoTime() - start) / 1_000_000, rows);
        return lane;
    }

    /** Loads a model before anybody asks for it, if there is room. */
    void preload(String name, String reference, Checkpoint checkpoint) {
        NumericProfile profile = LoadedModel.profile(checkpoint,
                profiles.choice(name, reference, checkpoint.config()).profile());
        var key = new LaneKey(reference, profile.name());
        if (!lanes.containsKey(key) && load(key, checkpoint, profile) == null) {
            LOG.warn("there is no room to load {} before it is asked for", key);
        }
    }

    /** Returns what keeps the thread from evaluating, for people, or null; any thread may ask. */
    @Nullable
    String doing() {
        return doing;
    }

    /** Returns the lanes that have samples under way. */
    List<ModelLane> busy() {
        return lanes.values().stream().filter(ModelLane::isBusy).toList();
    }

    /** Returns all lanes. */
    Collection<ModelLane> all() {
        return List.copyOf(lanes.values());
    }

    /** Drops a lane whose state can no longer be trusted, or for which there is no room; it is loaded anew when wanted. */
    void discard(ModelLane lane) {
        lanes.remove(lane.key());
        advisor.keep(lane.checkpoint(), lane.loaded(), lane.times());
        lane.close();
    }

    private boolean makeRoom(long bytes) {
        for (ModelLane lane : new ArrayList<>(lanes.values())) {
            if (used() + bytes <= limits.memory()) {
                return true;
            }
            if (lane.isIdle()) {
                LOG.info("unloading {}, the least recently used", lane.key());
                discard(lane);
            }
        }
        return used() + bytes <= limits.memory();
    }

    private long used() {
        return lanes.values().stream().mapToLong(ModelLane::bytes).sum();
    }

    private static String size(long bytes) {
        return bytes < 1 << 20 ? Math.ceilDiv(bytes, 1 << 10) + " kB" : Math.ceilDiv(bytes, 1 << 20) + " MB";
    }

    @Override
    public void close() {
        all().forEach(this::discard);
    }
}
