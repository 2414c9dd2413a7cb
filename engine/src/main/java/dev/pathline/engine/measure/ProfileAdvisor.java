package dev.pathline.engine.measure;

import ai.djl.engine.EngineException;
import dev.pathline.engine.checkpoint.Checkpoint;
import dev.pathline.engine.checkpoint.Hashes;
import dev.pathline.engine.graph.Network;
import dev.pathline.engine.network.NetworkConfig;
import dev.pathline.engine.sampling.LoadedModel;
import dev.pathline.engine.script.InferenceProgram;
import dev.pathline.engine.script.NumericProfile;
import dev.pathline.engine.script.ProcessorFeatures;
import dev.pathline.engine.script.ProfileChoice;
import dev.pathline.engine.script.ProfileChoice.Origin;
import dev.pathline.engine.script.ProfileRule;
import dev.pathline.engine.torch.Torch;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.LinkedHashMap;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Says in which numeric profile a model is computed on this machine: in the one that a person had kept for it, else in the
 * one that {@link ProfileRule} chooses. It measures no speed. What it keeps beside are facts that do not choose a profile:
 * steady sizes, and how long evaluations take.
 */
public final class ProfileAdvisor {

    private static final Logger LOG = LoggerFactory.getLogger(ProfileAdvisor.class);
    private static final String KEPT = "keptProfile";
    private static final String KEPT_ON = "keptOn";
    private static final String STEADY = "steadySizes";
    private static final String TIMES = "batchMillis";

    /** Rows of evaluations that a first request is likely to have. */
    private static final int[] WARM_UP = {1, 2, 8};

    /** Part of each key: what was kept by another way of finding it is not looked at. */
    private static final String EDITION = "2";

    private final Torch torch;
    private final int threads;
    private final ProfileRule rule;
    private final ProcessorFeatures processor = ProcessorFeatures.here();
    private final KeptMeasurements kept;

    /**
     * An advisor.
     *
     * @param threads the threads of one operator
     * @param folder where choices and measurements are kept; one that cannot be written is no reason to stop
     */
    public ProfileAdvisor(Torch torch, int threads, Path folder) {
        this.torch = torch;
        this.threads = threads;
        this.rule = ProfileRule.of(torch);
        this.kept = new KeptMeasurements(folder);
    }

    /** Returns where things are kept unless the environment variable {@code PATHLINE_PROFILES} names a folder. */
    public static Path defaultFolder() {
        String cache = System.getenv().getOrDefault("XDG_CACHE_HOME", System.getProperty("user.home") + "/.cache");
        return Path.of(System.getenv().getOrDefault("PATHLINE_PROFILES", cache + "/pathline/profiles"));
    }

    /** Returns the rule for this device. */
    public ProfileRule rule() {
        return rule;
    }

    /**
     * Returns how a model is computed here where a request asks for nothing. Any thread may ask; it may read a small file.
     *
     * @param model the model's name, without a version
     */
    public ProfileChoice choose(String model, NetworkConfig config) {
        JsonNode json = kept.read(choiceKey(model));
        String name = json.path(KEPT).asString("");
        return rule.profiles(config).stream().filter(profile -> profile.name().equals(name)).findFirst()
                .map(profile -> new ProfileChoice(profile, Origin.KEPT, "kept by pathline bench on "
                        + json.path(KEPT_ON).asString("")))
                .orElseGet(() -> rule.choose(config));
    }

    /**
     * Lets a model of this name be computed in a profile on processors like this one, until another one is kept.
     *
     * @param on the day, for people
     */
    public void keep(String model, NumericProfile profile, LocalDate on) {
        ObjectNode json = JsonMapper.shared().createObjectNode().put("model", model).put("machine", device());
        kept.write(choiceKey(model), json.put(KEPT, profile.name()).put(KEPT_ON, on.toString()));
    }

    /** Lets the rule choose again. */
    public void forget(String model) {
        kept.write(choiceKey(model),
                JsonMapper.shared().createObjectNode().put("model", model).put("machine", device()));
    }

    /**
     * Returns the sizes of evaluations in which a model's bits are steady, trying it out when that is not known. Use on the
     * compute thread only.
     *
     * @param mostRows the rows that an evaluation may have; an answer that was found with fewer stands, for the bits' sake
     */
    public SteadySizes steadySizes(Checkpoint checkpoint, LoadedModel model, int mostRows) {
        if (!isKnownByItsProgram(checkpoint)) {
            return steadySizes(model, mostRows);
        }
        String key = key(checkpoint);
        String profile = model.profile().name();
        JsonNode known = kept.read(key).path(STEADY).path(profile);
        if (known.isArray()) {
            return new SteadySizes(known.valueStream().map(JsonNode::asInt).filter(size -> size <= mostRows).toList());
        }
        SteadySizes sizes = steadySizes(model, mostRows);
        ObjectNode json = described(key, checkpoint);
        sizes.sizes().forEach(object(json, STEADY).putArray(profile)::add);
        kept.write(key, json);
        return sizes;
    }

    /**
     * Makes a few steps with a model that was just loaded, so that the first samples do not wait for what libtorch prepares at
     * a first evaluation. Nothing is measured. Use on the compute thread only.
     */
    public void warmUp(LoadedModel model) {
        for (int rows : WARM_UP) {
            ModelTimer.tickOnce(model, rows);
        }
    }

    /** Returns what is known of the times of a model's evaluations on this machine, which may be nothing. */
    public BatchTimes batchTimes(Checkpoint checkpoint, LoadedModel model) {
        var times = new BatchTimes();
        if (isKnownByItsProgram(checkpoint)) {
            var known = new LinkedHashMap<Integer, Double>();
            kept.read(key(checkpoint)).path(TIMES).path(model.profile().name()).properties()
                    .forEach(size -> known.put(Integer.valueOf(size.getKey()), size.getValue().asDouble()));
            times.recall(known);
        }
        return times;
    }

    /** Keeps what was learnt of the times of a model's evaluations. */
    public void keep(Checkpoint checkpoint, LoadedModel model, BatchTimes times) {
        if (isKnownByItsProgram(checkpoint) && !times.known().isEmpty()) {
            String key = key(checkpoint);
            ObjectNode json = described(key, checkpoint);
            ObjectNode millis = JsonMapper.shared().createObjectNode();
            times.known().forEach((size, time) -> millis.put(Integer.toString(size), time));
            object(json, TIMES).set(model.profile().name(), millis);
            kept.write(key, json);
        }
    }

    /** The program of a module of another one says nothing about what the module computes. */
    private static boolean isKnownByItsProgram(Checkpoint checkpoint) {
        return checkpoint.network().module().isEmpty();
    }

    private static ObjectNode object(ObjectNode parent, String name) {
        return parent.path(name) instanceof ObjectNode known ? known : parent.putObject(name);
    }

    private static SteadySizes steadySizes(LoadedModel model, int mostRows) {
        try {
            long start = System.nanoTime();
            SteadySizes steady = SteadySizes.of(model, mostRows);
            LOG.info("tried the bits of {} ({}) in {} ms: sizes {} are steady", model.card().name(),
                    model.profile().name(), (System.nanoTime() - start) / 1_000_000, steady.sizes());
            return steady;
        } catch (EngineException | IllegalArgumentException e) {
            LOG.warn("{} cannot be tried in batches: {}", model.card().name(), firstLine(e));
            return SteadySizes.NONE;
        }
    }

    /** What libtorch says, without the script that follows. */
    private static String firstLine(RuntimeException e) {
        return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
    }

    /** What is kept, and what a person needs to know which network and machine it is about. */
    private ObjectNode described(String key, Checkpoint checkpoint) {
        return kept.read(key).put("model", checkpoint.card().name()).put("machine", machine());
    }

    private String device() {
        return processor.name() + ", " + torch.name();
    }

    private String machine() {
        return device() + ", " + threads + " thread(s), libtorch " + Torch.version();
    }

    /** A person's choice is for a model's name and a kind of processor; networks and libraries may change. */
    private String choiceKey(String model) {
        return hash("choice\n" + model + "\n" + device());
    }

    private String key(Checkpoint checkpoint) {
        Network network = checkpoint.network();
        String programs = NumericProfile.candidates(torch.isGpu()).stream()
                .map(profile -> InferenceProgram.text(torch, network, profile)).collect(Collectors.joining());
        return hash(machine() + "\n" + programs);
    }

    private static String hash(String text) {
        return Hashes.sha256((EDITION + "\n" + text).getBytes(StandardCharsets.UTF_8));
    }
}
