package dev.pathline.engine.measure;

import ai.djl.engine.Engine;
import dev.pathline.engine.checkpoint.AtomicFiles;
import dev.pathline.engine.checkpoint.Checkpoint;
import dev.pathline.engine.checkpoint.Hashes;
import dev.pathline.engine.script.InferenceProgram;
import dev.pathline.engine.script.NumericProfile;
import dev.pathline.engine.script.ProcessorFeatures;
import dev.pathline.engine.torch.Torch;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
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
    private static final JsonMapper JSON = JsonMapper.shared();

    private final Torch torch;
    private final int threads;
    private final Path folder;
    private final Map<String, ProfileAdvice> known = new LinkedHashMap<>();

    /**
     * An advisor.
     *
     * @param threads the threads of one operator
     * @param folder where answers are kept; one that cannot be written is no reason to stop
     */
    public ProfileAdvisor(Torch torch, int threads, Path folder) {
        this.torch = torch;
        this.threads = threads;
        this.folder = folder;
    }

    /** Returns where answers are kept unless the environment variable {@code PATHLINE_PROFILES} names a folder. */
    public static Path defaultFolder() {
        String cache = System.getenv().getOrDefault("XDG_CACHE_HOME", System.getProperty("user.home") + "/.cache");
        return Path.of(System.getenv().getOrDefault("PATHLINE_PROFILES", cache + "/pathline/profiles"));
    }

    /** Returns what is known of a network, or measures it, which takes some seconds. */
    public ProfileAdvice advise(Checkpoint checkpoint) {
        if (checkpoint.config().keepsFloat32() || checkpoint.network().module().isPresent()) {
            return new ProfileAdvice(NumericProfile.FLOAT32, 0, Map.of());
        }
        return known.computeIfAbsent(key(checkpoint), key -> kept(key).orElseGet(() -> measure(key, checkpoint)));
    }

    private String key(Checkpoint checkpoint) {
        String programs = NumericProfile.candidates(torch.isGpu()).stream()
                .map(profile -> InferenceProgram.text(torch, checkpoint.network(), profile))
                .collect(Collectors.joining());
        return Hashes.sha256((torch.name() + "\n" + ProcessorFeatures.name() + "\n" + threads + "\n"
                + Engine.getEngine("PyTorch").getVersion() + "\n" + programs).getBytes(StandardCharsets.UTF_8));
    }

    private Path file(String key) {
        return folder.resolve(key.substring(0, 16) + ".json");
    }

    private Optional<ProfileAdvice> kept(String key) {
        Path file = file(key);
        try {
            return Files.isRegularFile(file)
                    ? Optional.of(read(JSON.readTree(Files.readString(file))))
                    : Optional.empty();
        } catch (IOException | JacksonException | IllegalArgumentException e) {
            LOG.warn("{} is not used: {}", file, e.getMessage());
            return Optional.empty();
        }
    }

    private static ProfileAdvice read(JsonNode json) {
        var speeds = new LinkedHashMap<String, Double>();
        json.path("rowsPerSecond").properties().forEach(p -> speeds.put(p.getKey(), p.getValue().asDouble()));
        return new ProfileAdvice(NumericProfile.named(json.path("profile").asString("")),
                json.path("steadyRows").asInt(0), speeds);
    }

    private ProfileAdvice measure(String key, Checkpoint checkpoint) {
        long start = System.nanoTime();
        ProfileAdvice advice = new ProfileMeasurement(torch, checkpoint).run();
        LOG.info("measured {} in {} ms: profile {}, rows/s {}, bits are steady from {} rows",
                checkpoint.card().name(), (System.nanoTime() - start) / 1_000_000, advice.profile().name(),
                advice.rowsPerSecond(), advice.steadyRows());
        // Another process may have measured at the same time: its answer, which may be in use already, stands.
        return kept(key).orElseGet(() -> {
            keep(file(key), checkpoint, advice);
            return advice;
        });
    }

    private void keep(Path file, Checkpoint checkpoint, ProfileAdvice advice) {
        ObjectNode json = JSON.createObjectNode();
        json.put("model", checkpoint.card().name());
        json.put("machine", ProcessorFeatures.name() + ", " + torch.name() + ", " + threads + " thread(s)");
        json.put("profile", advice.profile().name());
        json.put("steadyRows", advice.steadyRows());
        advice.rowsPerSecond().forEach(json.putObject("rowsPerSecond")::put);
        try {
            AtomicFiles.write(file, JSON.writerWithDefaultPrettyPrinter().writeValueAsString(json) + "\n");
        } catch (IOException e) {
            LOG.warn("the measurement cannot be kept in {} ({}); set PATHLINE_PROFILES to a folder that can be written",
                    file, e.toString());
        }
    }
}
