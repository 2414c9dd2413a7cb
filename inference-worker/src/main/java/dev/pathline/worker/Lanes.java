package dev.pathline.worker;

import dev.pathline.engine.checkpoint.Checkpoint;
import dev.pathline.engine.measure.SteadySizes;
import dev.pathline.engine.sampling.LoadedModel;
import dev.pathline.engine.sampling.ModelMemory;
import dev.pathline.engine.script.NumericProfile;
import dev.pathline.engine.torch.Torch;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The loaded models and their lanes; the least recently used idle ones make room. Use on the compute thread only.
 *
 * <p>Implementation note. What a model takes is known from its card and its network, so it is counted before anything is
 * loaded, and what is being loaded counts as if it were there. Loading and trying out are {@link LaneLoader}'s, and what it
 * has done comes back through the {@link Inbox}. What went wrong there is kept until {@link #forgetFailures()}: every job that waits for
 * the same is told.
 */
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

    /** Where a job can go. */
    sealed interface Place {

        /** Into a lane. */
        record Ready(ModelLane lane) implements Place {}

        /** It waits, and nobody need wait for it: its model is being loaded, or tried out. */
        record Soon() implements Place {}

        /** It waits until another model is idle. */
        record Full() implements Place {}

        /** Nowhere, since its images could not be the same bits. */
        record NotStrict() implements Place {}
    }

    private final Torch torch;
    private final Limits limits;
    private final ModelProfiles profiles;
    private final LaneLoader loader;
    private final Inbox inbox;
    /** In order of use, the least recent first. */
    private final Map<LaneKey, ModelLane> lanes = new LinkedHashMap<>(16, 0.75f, true);
    private final Map<LaneKey, Loading> loading = new LinkedHashMap<>();
    private final Map<LaneKey, Throwable> failures = new HashMap<>();
    private final Map<LaneKey, Throwable> failedTrials = new HashMap<>();

    /**
     * A model that is being loaded.
     *
     * @param bytes what it will take
     * @param ended ends with the loading, however it ends
     */
    private record Loading(long bytes, CompletableFuture<@Nullable Void> ended) {}

    /** Lanes without a model. */
    Lanes(Torch torch, Limits limits, ModelProfiles profiles, LaneLoader loader, Inbox inbox) {
        this.torch = torch;
        this.limits = limits;
        this.profiles = profiles;
        this.loader = loader;
        this.inbox = inbox;
    }

    /**
     * Returns the lane that a job wants to be in.
     *
     * @throws ModelLoadException if the device cannot compute the job
     */
    LaneWish wish(PreparedJob job) {
        return wish(job.model(), job.checkpoint(), profiles.of(job));
    }

    private static LaneWish wish(String reference, Checkpoint checkpoint, NumericProfile wanted) {
        NumericProfile profile = LoadedModel.profile(checkpoint, wanted);
        return new LaneWish(new LaneKey(reference, profile.name()), checkpoint, profile,
                ModelMemory.of(checkpoint, profile));
    }

    /**
     * Loads a model before anybody asks for it, if there is room; otherwise that is logged.
     *
     * @return ends when it is loaded, or cannot be
     */
    CompletableFuture<@Nullable Void> preload(String name, String reference, Checkpoint checkpoint) {
        LaneWish wish = wish(reference, checkpoint, profiles.choice(name, reference, checkpoint.config()).profile());
        if (!lanes.containsKey(wish.key()) && !loading.containsKey(wish.key()) && !load(wish)) {
            LOG.warn("there is no room to load {} before it is asked for", wish.key());
        }
        Loading under = loading.get(wish.key());
        return under == null ? CompletableFuture.completedFuture(null) : under.ended();
    }

    /** Returns what models wait for, for people, or null; any thread may ask. */
    @Nullable
    String doing() {
        return loader.doing();
    }

    /**
     * Returns where a job can go now; has its model loaded when that is new and there is room for it.
     *
     * @param strict whether its images must be the same bits whatever is computed with them
     * @throws ModelLoadException if there never is room for the model, or if it could not be loaded or tried out just now
     */
    Place place(LaneWish wish, boolean strict) {
        refuse(failures.get(wish.key()));
        ModelLane known = lanes.get(wish.key());
        if (known != null) {
            return strict ? strictPlace(known) : new Place.Ready(known);
        }
        return loading.containsKey(wish.key()) || load(wish) ? new Place.Soon() : new Place.Full();
    }

    private static void refuse(@Nullable Throwable failure) {
        if (failure != null) {
            throw new ModelLoadException(Faults.reason(failure), failure);
        }
    }

    private Place strictPlace(ModelLane lane) {
        refuse(failedTrials.get(lane.key()));
        SteadySizes steady = lane.steadySizes();
        if (steady != null) {
            return steady.isEmpty() ? new Place.NotStrict() : new Place.Ready(lane);
        }
        if (!lane.isTrying()) {
            lane.beginTrial();
            var unusedDone = loader.tryOut(lane, lane.mostRows())
                    .whenComplete((sizes, thrown) -> inbox.post(() -> tried(lane, sizes, thrown)));
        }
        return new Place.Soon();
    }

    private void tried(ModelLane lane, @Nullable SteadySizes sizes, @Nullable Throwable thrown) {
        lane.endTrial(sizes);
        if (thrown != null) {
            LOG.error("the sizes of {} cannot be tried out", lane.key(), thrown);
            failedTrials.put(lane.key(), thrown);
        }
    }

    /** Returns false if there is no room for a model until another one is idle; nothing is loaded then, nor unloaded. */
    private boolean load(LaneWish wish) {
        ModelMemory memory = wish.memory();
        long fixed = memory.weights() + (limits.slots() + 1) * memory.slot();
        long row = Math.max(1, memory.row());
        long least = fixed + 2 * row;
        if (least > limits.memory()) {
            throw new ModelLoadException("it needs " + size(least) + ", and models may have " + size(limits.memory())
                    + " on " + torch.name() + " (pathline.worker.memory)");
        }
        if (!makeRoom(least)) {
            return false;
        }
        int rows = loader.sizes().fitting((int) Math.min(limits.rows(), (limits.memory() - used() - fixed) / row));
        loading.put(wish.key(), new Loading(fixed + rows * row, new CompletableFuture<>()));
        var unusedDone = loader.load(wish, rows).whenComplete((lane, thrown) -> arrive(wish.key(), lane, thrown));
        return true;
    }

    /** Comes on the loader's thread; where the loop has ended nobody takes the lane. */
    private void arrive(LaneKey key, @Nullable ModelLane lane, @Nullable Throwable thrown) {
        if (!inbox.post(() -> loaded(key, lane, thrown)) && lane != null) {
            lane.close();
        }
    }

    private void loaded(LaneKey key, @Nullable ModelLane lane, @Nullable Throwable thrown) {
        Loading ended = Objects.requireNonNull(loading.remove(key), "what arrives was being loaded");
        if (thrown != null) {
            LOG.error("cannot load {}", key, thrown);
            failures.put(key, thrown);
        } else if (lane != null) {
            lanes.put(key, lane);
        }
        ended.ended().complete(null);
    }

    /** What could not be loaded may be tried again: all who waited for it were told. */
    void forgetFailures() {
        failures.clear();
        failedTrials.clear();
    }

    /** Returns the lanes that have samples under way. */
    List<ModelLane> busy() {
        return lanes.values().stream().filter(ModelLane::isBusy).toList();
    }

    /** Returns all lanes. */
    Collection<ModelLane> all() {
        return List.copyOf(lanes.values());
    }

    /** Returns the models that are loaded, or are about to be. */
    List<String> models() {
        return Stream.concat(lanes.keySet().stream(), loading.keySet().stream()).map(LaneKey::model).toList();
    }

    /** Drops a lane whose state can no longer be trusted, or for which there is no room; it is loaded anew when wanted. */
    void discard(ModelLane lane) {
        lanes.remove(lane.key(), lane);
        loader.keepTimes(lane);
        close(lane);
    }

    private static void close(ModelLane lane) {
        try {
            lane.close();
        } catch (Throwable e) {
            LOG.error("{} cannot be closed", lane.key(), e);
        }
    }

    /** Unloads idle models only where that makes room enough: else each would be loaded again, and nobody have gained. */
    private boolean makeRoom(long bytes) {
        List<ModelLane> idle = lanes.values().stream().filter(ModelLane::isIdle).toList();
        if (used() - idle.stream().mapToLong(ModelLane::bytes).sum() + bytes > limits.memory()) {
            return false;
        }
        for (ModelLane lane : new ArrayList<>(idle)) {
            if (used() + bytes > limits.memory()) {
                LOG.info("unloading {}, the least recently used", lane.key());
                discard(lane);
            }
        }
        return true;
    }

    private long used() {
        return lanes.values().stream().mapToLong(ModelLane::bytes).sum()
                + loading.values().stream().mapToLong(Loading::bytes).sum();
    }

    private static String size(long bytes) {
        return bytes < 1 << 20 ? Math.ceilDiv(bytes, 1 << 10) + " kB" : Math.ceilDiv(bytes, 1 << 20) + " MB";
    }

    /** Closes what is loaded; what is being loaded is not waited for. */
    @Override
    public void close() {
        loading.values().forEach(one -> one.ended().complete(null));
        for (ModelLane lane : all()) {
            lanes.remove(lane.key());
            loader.keepTimesNow(lane);
            close(lane);
        }
    }
}
