package dev.pathline.engine.checkpoint;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Which files of a folder hold a network's weights, by the names that diffusers gives them: one file, shards with an index
 * that says which tensor is where, or either in another precision, a variant such as {@code fp16}.
 *
 * @param files the files, by name
 * @param shards the file of each tensor where an index says so, else empty
 * @param index the index, or null where there is one file without
 */
public record WeightFiles(List<Path> files, Map<String, Path> shards, @Nullable Path index) {

    private static final String BASE = "diffusion_pytorch_model";
    private static final String SAFE = ".safetensors";
    private static final JsonMapper JSON = JsonMapper.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    /** Takes copies. */
    public WeightFiles {
        files = List.copyOf(files);
        shards = Map.copyOf(shards);
    }

    /**
     * Finds the files of a folder.
     *
     * @param variant the variant to take, or null for the plain files, or else for the one variant that is there
     * @throws CheckpointException if there are none, none that may be read, or more than one choice; the message names them
     */
    public static WeightFiles find(Path folder, @Nullable String variant) {
        List<String> names = names(folder);
        if (variant == null && !names.contains(BASE + SAFE) && !names.contains(BASE + SAFE + ".index.json")) {
            var variants = new TreeSet<String>();
            names.stream().filter(name -> name.matches("diffusion_pytorch_model\\.[A-Za-z0-9_]+\\.safetensors"))
                    .forEach(name -> variants.add(name.split("\\.", -1)[1]));
            names.stream().filter(name -> name.matches(
                    "diffusion_pytorch_model\\.safetensors\\.index\\.[A-Za-z0-9_]+\\.json"))
                    .forEach(name -> variants.add(name.split("\\.", -1)[3]));
            if (variants.size() > 1) {
                throw new CheckpointException(folder + " has weights in the variants " + String.join(", ", variants)
                        + ": choose one with --variant");
            }
            return found(folder, names, variants.isEmpty() ? null : variants.first());
        }
        return found(folder, names, variant);
    }

    private static WeightFiles found(Path folder, List<String> names, @Nullable String variant) {
        String single = variant == null ? BASE + SAFE : BASE + "." + variant + SAFE;
        String index = BASE + SAFE + ".index." + (variant == null ? "" : variant + ".") + "json";
        if (names.contains(single)) {
            return new WeightFiles(List.of(folder.resolve(single)), Map.of(), null);
        }
        if (names.contains(index)) {
            return sharded(folder, folder.resolve(index));
        }
        List<String> pickles = names.stream().filter(name -> name.endsWith(".bin") || name.endsWith(".pt")
                || name.endsWith(".ckpt") || name.endsWith(".pth")).toList();
        if (!pickles.isEmpty()) {
            throw new CheckpointException(folder.resolve(pickles.getFirst())
                    + " is a pickle, which runs code when it is read: save it as safetensors in Python"
                    + " (save_pretrained(DIR, safe_serialization=True))");
        }
        throw new CheckpointException(folder + " has no weights: neither " + single + " nor " + index);
    }

    private static List<String> names(Path folder) {
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.filter(Files::isRegularFile).map(entry -> String.valueOf(entry.getFileName())).sorted()
                    .toList();
        } catch (IOException e) {
            throw new CheckpointException(folder + " cannot be listed: " + e.getMessage(), e);
        }
    }

    private static WeightFiles sharded(Path folder, Path index) {
        JsonNode map;
        try {
            map = JSON.readTree(Files.readString(index)).path("weight_map");
        } catch (IOException e) {
            throw new CheckpointException(index + " cannot be read: " + e.getMessage(), e);
        } catch (JacksonException e) {
            throw new CheckpointException(index + " is not JSON: " + e.getOriginalMessage(), e);
        }
        if (!map.isObject() || map.isEmpty()) {
            throw new CheckpointException(index + ": weight_map must be an object of file names by tensor, not " + map);
        }
        var shards = new TreeMap<String, Path>();
        for (Map.Entry<String, JsonNode> entry : map.properties()) {
            String name = entry.getValue().asString("");
            // A name with a separator may lead anywhere.
            if (!name.matches("[A-Za-z0-9_][A-Za-z0-9_.-]*\\.safetensors")) {
                throw new CheckpointException(index + ": weight_map sends " + entry.getKey() + " to '" + name
                        + "', which is not the name of a safetensors file in that folder");
            }
            Path file = folder.resolve(name);
            if (!Files.isRegularFile(file)) {
                throw new CheckpointException(index + ": weight_map sends " + entry.getKey() + " to " + name
                        + ", which is not there");
            }
            shards.put(entry.getKey(), file);
        }
        return new WeightFiles(new ArrayList<>(new TreeSet<>(shards.values())), shards, index);
    }
}
