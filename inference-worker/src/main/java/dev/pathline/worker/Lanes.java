package dev.pathline.worker;

import dev.pathline.diffusion.noise.NoiseSource;
import dev.pathline.engine.checkpoint.Checkpoint;
import dev.pathline.engine.measure.ProfileAdvisor;
import dev.pathline.engine.sampling.Lane;
import dev.pathline.engine.sampling.LoadedModel;
import dev.pathline.engine.script.NumericProfile;
import dev.pathline.engine.torch.Torch;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The loaded models and their lanes; the least recently used idle one makes room. Use on the compute thread only. */
final class Lanes implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Lanes.class);

    private final Torch torch;
    private final Optional<NumericProfile> profile;
    private final ProfileAdvisor advisor;
    private final NoiseSource noise;
    private final int slots;
    private final int models;
    /** In order of use, the least recent first. */
    private final Map<String, ModelLane> lanes = new LinkedHashMap<>(16, 0.75f, true);

    /**
     * Lanes without a model.
     *
     * @param profile how networks compute; empty where the advisor is to say it
     */
    Lanes(Torch torch, Optional<NumericProfile> profile, ProfileAdvisor advisor, NoiseSource noise, int slots,
            int models) {
        this.torch = torch;
        this.profile = profile;
        this.advisor = advisor;
        this.noise = noise;
        this.slots = slots;
        this.models = models;
    }

    /** Returns the lane of a model, loading it when it is new. */
    ModelLane of(String model, Checkpoint checkpoint) {
        ModelLane known = lanes.get(model);
        if (known != null) {
            return known;
        }
        makeRoom();
        long start = System.nanoTime();
        LoadedModel loaded = LoadedModel.load(torch, checkpoint,
                profile.orElseGet(() -> advisor.advise(checkpoint).profile()));
        int steady = advisor.steadyRows(checkpoint, loaded);
        var lane = new ModelLane(model, loaded, new Lane(loaded, noise, slots));
        lanes.put(model, lane);
        LOG.info("loaded {} ({}, bits are steady from {} rows) in {} ms", model, lane.profile(),
                steady, (System.nanoTime() - start) / 1_000_000);
        return lane;
    }

    /** Returns the lanes that have samples under way. */
    List<ModelLane> busy() {
        return lanes.values().stream().filter(lane -> lane.lane().active() > 0).toList();
    }

    /** Returns all lanes. */
    Collection<ModelLane> all() {
        return lanes.values();
    }

    /** Drops a lane whose state can no longer be trusted; it is loaded anew when it is wanted. */
    void discard(ModelLane lane) {
        lanes.remove(lane.model());
        lane.close();
    }

    private void makeRoom() {
        for (ModelLane lane : new ArrayList<>(lanes.values())) {
            if (lanes.size() < models) {
                return;
            }
            if (lane.isIdle()) {
                LOG.info("unloading {}, the least recently used", lane.model());
                discard(lane);
            }
        }
    }

    @Override
    public void close() {
        lanes.values().forEach(ModelLane::close);
        lanes.clear();
    }
}
