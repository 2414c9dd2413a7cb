package dev.pathline.engine.checkpoint;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
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
 * @param leftOut what is not read: a single file beside an index and its shards, as diffusers goes by the index, or the first
 *        of some shards without an index beside a single file; else null
 */
public record WeightFiles(List<Path> files, Map<String, Path> shards, @Nullable Path index, @Nullable Path leftOut) {

    private static final String BASE = "diffusion_pytorch_model";
    private static final String SAFE = ".safetensors";
    private static final String VARIANT = "[A-Za-z0-9_][A-Za-z0-9_-]*?";
    private static final String SHARD = "-[0-9]{5}-of-[0-9]{5}";

    /** What a variant's name is in: a file, an index as it is written today, and an index as it was written before. */
    private static final List<Pattern> VARIANTS = List.of(Pattern.compile(BASE + "\\.(" + VARIANT + ")\\.safetensors"),
            Pattern.compile(BASE + "\\.safetensors\\.index\\.(" + VARIANT + ")\\.json"),
            Pattern.compile(BASE + "\\.safetensors\\.(" + VARIANT + ")\\.index\\.json"));

    private static final Pattern SHARDS = Pattern.compile(BASE + "(\\." + VARIANT + ")?" + SHARD + "(\\." + VARIANT
            + ")?\\.safetensors");

    private static final JsonMapper JSON = JsonMapper.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    /** Takes copies. */
    public WeightFiles {
        files = List.copyOf(files);
        shards = Map.copyOf(shards);
    }

    /** Returns one file that has all weights. */
    static WeightFiles of(Path file) {
        return new WeightFiles(List.of(file), Map.of(), null, null);
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
            SortedSet<String> variants = variants(names);
            if (variants.size() > 1) {
                throw new CheckpointException(folder + " has weights in the variants " + String.join(", ", variants)
                        + ": choose one with --variant");
            }
            return found(folder, names, variants.isEmpty() ? null : variants.first());
        }
        SortedSet<String> variants = variant == null ? new TreeSet<>() : variants(names);
        if (variant != null && !variants.isEmpty() && !variants.contains(variant)) {
            throw new CheckpointException(folder + " has no weights in the variant " + variant + ": choose --variant "
                    + String.join(" or ", variants));
        }
        return found(folder, names, variant);
    }

    private static SortedSet<String> variants(List<String> names) {
        var variants = new TreeSet<String>();
        for (String name : names) {
            for (Pattern pattern : VARIANTS) {
                Matcher matcher = pattern.matcher(name);
                if (matcher.matches() && !SHARDS.matcher(name).matches()) {
                    variants.add(matcher.group(1));
                }
            }
        }
        return variants;
    }

    private static WeightFiles found(Path folder, List<String> names, @Nullable String variant) {
        String single = variant == null ? BASE + SAFE : BASE + "." + variant + SAFE;
        List<String> indices = variant == null
                ? List.of(BASE + SAFE + ".index.json")
                : List.of(BASE + SAFE + ".index." + variant + ".json", BASE + SAFE + "." + variant + ".index.json");
        Path file = names.contains(single) ? folder.resolve(single) : null;
        Optional<String> index = indices.stream().filter(names::contains).findFirst();
        if (index.isPresent()) {
            return sharded(folder, folder.resolve(index.get()), file);
        }
        if (file != null) {
            Path shard = names.stream().filter(name -> isShard(name, variant)).map(folder::resolve).findFirst()
                    .orElse(null);
            return new WeightFiles(List.of(file), Map.of(), null, shard);
        }
        throw none(folder, names, "neither " + single + " nor " + indices.getFirst());
    }

    private static boolean isShard(String name, @Nullable String variant) {
        Matcher matcher = SHARDS.matcher(name);
        return matcher.matches() && (variant == null
                ? matcher.group(1) == null && matcher.group(2) == null
                : ("." + variant).equals(matcher.group(1)) || ("." + variant).equals(matcher.group(2)));
    }

    private static CheckpointException none(Path folder, List<String> names, String missing) {
        List<String> pickles = names.stream()
                .filter(name -> name.matches(".*\\.(bin|pt|ckpt|pth|bin\\.index.*\\.json)"))
                .toList();
        if (!pickles.isEmpty()) {
            return new CheckpointException(folder.resolve(pickles.getFirst())
                    + " is a pickle, which runs code when it is read: save it as safetensors in Python"
                    + " (save_pretrained(DIR, safe_serialization=True))");
        }
        List<String> shards = names.stream().filter(name -> SHARDS.matcher(name).matches()).toList();
        if (!shards.isEmpty()) {
            return new CheckpointException(
                    folder + " has " + shards.getFirst() + " and no index that says which tensors"
                            + " are in it: " + missing);
        }
        List<String> others = names.stream().filter(name -> name.endsWith(SAFE)).toList();
        return new CheckpointException(folder + " has no weights: " + missing
                + (others.isEmpty() ? "" : "; " + String.join(", ", others) + " has another name"));
    }

    private static List<String> names(Path folder) {
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.filter(Files::isRegularFile).map(entry -> String.valueOf(entry.getFileName())).sorted()
                    .toList();
        } catch (IOException e) {
            throw new CheckpointException(folder + " cannot be listed: " + e.getMessage(), e);
        }
    }

    private static WeightFiles sharded(Path folder, Path index, @Nullable Path beside) {
        JsonNode map;
        String text = "";
        try {
            text = Files.readString(index);
            map = JSON.readTree(text).path("weight_map");
        } catch (IOException e) {
            throw new CheckpointException(index + " cannot be read: " + e.getMessage(), e);
        } catch (JacksonException e) {
            throw new CheckpointException(index + " " + SettingsText.mistake(text, e), e);
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
                        + ", which is not there" + (beside == null
                                ? ""
                                : "; " + beside + " is: if that is the newer one, delete the index"));
            }
            shards.put(entry.getKey(), file);
        }
        return new WeightFiles(new ArrayList<>(new TreeSet<>(shards.values())), shards, index, beside);
    }
}
