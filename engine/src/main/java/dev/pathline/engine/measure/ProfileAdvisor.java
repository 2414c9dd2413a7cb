package dev.pathline.engine.measure;

import ai.djl.engine.EngineException;
import dev.pathline.engine.checkpoint.Checkpoint;
import dev.pathline.engine.checkpoint.Hashes;
import dev.pathline.engine.graph.Network;
import dev.pathline.engine.sampling.LoadedModel;
import dev.pathline.engine.script.InferenceProgram;
import dev.pathline.engine.script.NumericProfile;
import dev.pathline.engine.script.ProcessorFeatures;
import dev.pathline.engine.torch.Torch;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Recommends a numeric profile for a network on this machine. A network is measured once; the answer is kept in a file,
 * so that a restart computes the same bits. Another processor, number of threads, libtorch, network or way to compute it
 * is measured anew.
 *
 * <p>Use on the compute thread only.
 */
public final class ProfileAdvisor {

    private static final Logger LOG = LoggerFactory.getLogger(ProfileAdvisor.class);
    private static final String PROFILE = "profile";
    private static final String SPEEDS = "rowsPerSecond";
    private static final String STEADY = "steadySizes";
    private static final String TIMES = "batchMillis";

    private final Torch torch;
    private final int threads;
    private final KeptMeasurements kept;

    /**
     * An advisor.
     *
     * @param threads the threads of one operator
     * @param folder where answers are kept; one that cannot be written is no reason to stop
     */
    public ProfileAdvisor(Torch torch, int threads, Path folder) {
        this.torch = torch;
        this.threads = threads;
        this.kept = new KeptMeasurements(folder);
    }

    /** Returns where answers are kept unless the environment variable {@code PATHLINE_PROFILES} names a folder. */
    public static Path defaultFolder() {
        String cache = System.getenv().getOrDefault("XDG_CACHE_HOME", System.getProperty("user.home") + "/.cache");
        return Path.of(System.getenv().getOrDefault("PATHLINE_PROFILES", cache + "/pathline/profiles"));
    }

    /** Returns what is known of a network, or measures it, which takes some seconds. */
    public ProfileAdvice advise(Checkpoint checkpoint) {
        if (hasNoChoice(checkpoint)) {
            return new ProfileAdvice(NumericProfile.FLOAT32, Map.of());
        }
        String key = key(checkpoint);
        return known(key).orElseGet(() -> {
            long start = System.nanoTime();
            ProfileAdvice advice = new ProfileMeasurement(torch, checkpoint).run();
            LOG.info("measured {} in {} ms: profile {} is recommended, rows/s {}", checkpoint.card().name(),
                    (System.nanoTime() - start) / 1_000_000, advice.profile().name(), advice.rowsPerSecond());
            // Another process may have measured at the same time: its answer, which may be in use already, stands.
            return known(key).orElseGet(() -> {
                if (advice.rowsPerSecond().isEmpty()) {
                    return advice;
                }
                ObjectNode json = described(key, checkpoint).put(PROFILE, advice.profile().name());
                advice.rowsPerSecond().forEach(json.putObject(SPEEDS)::put);
                kept.write(key, json);
                return advice;
            });
        });
    }

    /**
     * Returns the sizes of evaluations in which a model's bits are steady, trying it out when that is not known.
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

    /** Evaluates a model that was just loaded a few times, so that the first samples do not wait for it. */
    public void warmUp(LoadedModel model) {
        for (int rows : new int[]{1, 2, 8}) {
            new ProbeRows(model, rows).evaluate();
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
            LOG.warn("{} cannot be tried in batches: {}", model.card().name(), ProfileMeasurement.firstLine(e));
            return SteadySizes.NONE;
        }
    }

    private static boolean hasNoChoice(Checkpoint checkpoint) {
        Network network = checkpoint.network();
        return checkpoint.config().keepsFloat32() || network.module().isPresent()
                || network.obstacleToSampling().isPresent();
    }

    private Optional<ProfileAdvice> known(String key) {
        JsonNode json = kept.read(key);
        String name = json.path(PROFILE).asString("");
        if (NumericProfile.ALL.stream().noneMatch(profile -> profile.name().equals(name))) {
            return Optional.empty();
        }
        var speeds = new LinkedHashMap<String, Double>();
        json.path(SPEEDS).properties().forEach(speed -> speeds.put(speed.getKey(), speed.getValue().asDouble()));
        return Optional.of(new ProfileAdvice(NumericProfile.named(name), speeds));
    }

    /** What is kept, and what a person needs to know which network and machine it is about. */
    private ObjectNode described(String key, Checkpoint checkpoint) {
        return kept.read(key).put("model", checkpoint.card().name()).put("machine", machine());
    }

    private String machine() {
        return ProcessorFeatures.name() + ", " + torch.name() + ", " + threads + " thread(s), libtorch "
                + Torch.version();
    }

    private String key(Checkpoint checkpoint) {
        Network network = checkpoint.network();
        String programs = NumericProfile.candidates(torch.isGpu()).stream()
                .map(profile -> InferenceProgram.text(torch, network, profile)).collect(Collectors.joining());
        return Hashes.sha256((machine() + "\n" + programs).getBytes(StandardCharsets.UTF_8));
    }
}
