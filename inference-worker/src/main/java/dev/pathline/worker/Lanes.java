package dev.pathline.worker;

import dev.pathline.common.wire.JobTerms;
import dev.pathline.common.wire.Precision;
import dev.pathline.diffusion.noise.NoiseSource;
import dev.pathline.engine.checkpoint.Checkpoint;
import dev.pathline.engine.measure.ProfileAdvisor;
import dev.pathline.engine.sampling.Lane;
import dev.pathline.engine.sampling.LoadedModel;
import dev.pathline.engine.script.NumericProfile;
import dev.pathline.engine.script.ProfileChoice;
import dev.pathline.engine.script.TickProgram;
import dev.pathline.engine.torch.Torch;
import dev.pathline.worker.schedule.BatchSize;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The loaded models and their lanes; the least recently used idle ones make room. Use on the compute thread only. */
final class Lanes implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Lanes.class);

    /**
     * What lanes may take.
     *
     * @param profile how networks compute; empty where it is chosen for each
     * @param slots samples of one lane that have a place
     * @param rows rows of one evaluation
     * @param memory bytes on the device, for all lanes
     */
    record Limits(Optional<NumericProfile> profile, int slots, int rows, long memory) {}

    private final Torch torch;
    private final Limits limits;
    private final ProfileAdvisor advisor;
    private final NoiseSource noise;
    private final UnaryOperator<TickProgram> programs;
    private final WorkerMetrics metrics;
    private final Map<String, ProfileChoice> choices = new HashMap<>();
    /** In order of use, the least recent first. */
    private final Map<LaneKey, ModelLane> lanes = new LinkedHashMap<>(16, 0.75f, true);

    /**
     * Lanes without a model.
     *
     * @param programs what computes instead of a model's own program, such as one that fails from time to time
     */
    Lanes(Torch torch, Limits limits, ProfileAdvisor advisor, NoiseSource noise, UnaryOperator<TickProgram> programs,
            WorkerMetrics metrics) {
        this.torch = torch;
        this.limits = limits;
        this.advisor = advisor;
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
        NumericProfile wanted = LoadedModel.profile(job.checkpoint(), profile(job));
        var key = new LaneKey(job.model(), wanted.name());
        ModelLane known = lanes.get(key);
        return known != null ? Optional.of(known) : Optional.ofNullable(load(key, job.checkpoint(), wanted));
    }

    /** Returns in which profile a model is computed where a request asks for nothing, and why. */
    private ProfileChoice choice(PreparedJob job) {
        // Once for each version: a model must not be computed in another way because a person has another one kept.
        return choices.computeIfAbsent(job.model(),
                _ -> advisor.choose(job.record().request().model(), job.checkpoint().config()));
    }

    /** A job that was begun before is computed as it was then, if this device can; a strict one in no other way. */
    private NumericProfile profile(PreparedJob job) {
        JobTerms terms = job.terms();
        List<NumericProfile> possible = advisor.rule().profiles(job.checkpoint().config());
        String before = job.record().profile();
        Optional<NumericProfile> same = named(possible, before);
        if (same.isPresent()) {
            return same.get();
        }
        String wanted = terms.profile() == null && terms.strict() ? before : terms.profile();
        if (wanted != null) {
            return named(possible, wanted).orElseThrow(() -> new ModelLoadException("profile " + wanted
                    + " cannot be computed on " + torch.name() + "; what can is "
                    + possible.stream().map(NumericProfile::name).collect(Collectors.joining(", "))));
        }
        if (terms.precision() == Precision.AUTO) {
            return limits.profile().orElseGet(() -> choice(job).profile());
        }
        NumericProfile.Precision precision = NumericProfile.Precision.valueOf(terms.precision().name());
        NumericProfile usual = limits.profile().orElseGet(() -> choice(job).profile());
        return usual.precision() == precision
                ? usual
                : advisor.rule().inPrecision(precision).orElseThrow(() -> new ModelLoadException(
                        "precision " + terms.precision().wire() + " cannot be computed on " + torch.name()));
    }

    private static Optional<NumericProfile> named(List<NumericProfile> profiles, @Nullable String name) {
        return profiles.stream().filter(profile -> profile.name().equals(name)).findFirst();
    }

    private @Nullable ModelLane load(LaneKey key, Checkpoint checkpoint, NumericProfile profile) {
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
        advisor.warmUp(loaded);
        lanes.put(key, lane);
        LOG.info("loaded {} in {} ms: {} rows at most in an evaluation", key,
                (System.nanoTime() - start) / 1_000_000, rows);
        return lane;
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
