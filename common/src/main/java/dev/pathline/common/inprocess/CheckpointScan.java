package dev.pathline.common.inprocess;

import dev.pathline.common.port.ModelRegistry.BrokenCard;
import dev.pathline.common.port.ModelRegistry.RegisteredModel;
import dev.pathline.common.wire.Json;
import dev.pathline.diffusion.card.ModelCard;
import dev.pathline.diffusion.card.ModelCardJson;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import tools.jackson.core.JacksonException;
import tools.jackson.core.type.TypeReference;

/** One look at the directories of a registry. */
final class CheckpointScan {

    private static final String CARD = "pathline.json";
    private static final String ALIASES = "aliases.json";

    private final List<RegisteredModel> models = new ArrayList<>();
    private final List<BrokenCard> broken = new ArrayList<>();
    /** Version by alias, by model. */
    private final Map<String, Map<String, String>> aliases = new HashMap<>();
    private final Set<String> seen = new HashSet<>();

    CheckpointScan(List<Path> roots) {
        for (Path root : roots) {
            directories(root).forEach(this::scanModel);
        }
        models.sort(Comparator.comparing(RegisteredModel::name)
                .thenComparing(RegisteredModel::version, Versions.ORDER.reversed()));
    }

    List<RegisteredModel> models() {
        return List.copyOf(models);
    }

    List<BrokenCard> broken() {
        return List.copyOf(broken);
    }

    Map<String, Map<String, String>> aliases() {
        return aliases;
    }

    private void scanModel(Path directory) {
        String name = nameOf(directory);
        Map<String, String> own = readAliases(directory.resolve(ALIASES));
        own.forEach((alias, version) -> aliases.computeIfAbsent(name, key -> new TreeMap<>()).putIfAbsent(alias,
                version));
        for (Path version : directories(directory)) {
            if (Files.isRegularFile(version.resolve(CARD))) {
                scanVersion(name, version, own);
            }
        }
    }

    private void scanVersion(String name, Path directory, Map<String, String> ownAliases) {
        String version = nameOf(directory);
        Path file = directory.resolve(CARD);
        try {
            ModelCard card = ModelCardJson.read(file).withVersion(version);
            if (!card.name().equals(name)) {
                broken.add(new BrokenCard(file, "the card says the model is " + card.name() + ", but its folder is "
                        + name));
            } else if (seen.add(name + "@" + version)) {
                // In an earlier root it would have been seen before: the first root wins.
                List<String> names = ownAliases.entrySet().stream().filter(entry -> entry.getValue().equals(version))
                        .map(Map.Entry::getKey).sorted().toList();
                models.add(new RegisteredModel(name, version, names, directory.toAbsolutePath().normalize(), card));
            }
        } catch (IOException | IllegalArgumentException e) {
            broken.add(new BrokenCard(file, String.valueOf(e.getMessage())));
        }
    }

    private Map<String, String> readAliases(Path file) {
        if (!Files.isRegularFile(file)) {
            return Map.of();
        }
        try {
            return Json.MAPPER.readValue(Files.readString(file), new TypeReference<Map<String, String>>() {
            });
        } catch (IOException | JacksonException e) {
            broken.add(new BrokenCard(file, String.valueOf(e.getMessage())));
            return Map.of();
        }
    }

    private List<Path> directories(Path directory) {
        List<Path> found = new ArrayList<>();
        if (Files.isDirectory(directory)) {
            try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory,
                    entry -> Files.isDirectory(entry) && !nameOf(entry).startsWith("."))) {
                entries.forEach(found::add);
            } catch (IOException e) {
                broken.add(new BrokenCard(directory, "cannot be listed: " + e.getMessage()));
            }
        }
        found.sort(Comparator.naturalOrder());
        return found;
    }

    private static String nameOf(Path path) {
        Path name = path.getFileName();
        return name == null ? "" : name.toString();
    }
}
