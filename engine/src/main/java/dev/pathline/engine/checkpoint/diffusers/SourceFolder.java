package dev.pathline.engine.checkpoint.diffusers;

import dev.pathline.engine.checkpoint.CheckpointException;
import dev.pathline.engine.checkpoint.DiffusersFiles;
import dev.pathline.engine.checkpoint.scheduler.Schedulers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The files of a pipeline's folder, or of a network's alone.
 *
 * @param network the network's folder
 * @param config the network's settings
 * @param index the pipeline's {@code model_index.json}, or null
 * @param scheduler the scheduler's settings
 */
record SourceFolder(Path network, JsonFile config, @Nullable JsonFile index, JsonFile scheduler) {

    private static final List<String> NETWORKS = List.of("unet", "transformer");

    /** Parts that turn a network's samples into pictures: the network works on what they encode. */
    private static final List<String> DECODERS = List.of("vae", "vqvae", "movq");

    static SourceFolder open(ImportRequest request) {
        Path source = request.source();
        if (!Files.isDirectory(source)) {
            throw new CheckpointException(source + " is not a folder");
        }
        Path index = source.resolve(DiffusersFiles.INDEX);
        Path network = source;
        if (!Files.isRegularFile(source.resolve("config.json")) || Files.isRegularFile(index)) {
            network = NETWORKS.stream().map(source::resolve).filter(Files::isDirectory).findFirst()
                    .orElseThrow(
                            () -> new CheckpointException(source + " is neither a pipeline nor a network: it has no"
                                    + " folder unet or transformer, and no config.json"));
        }
        return new SourceFolder(network, JsonFile.read(network.resolve("config.json")),
                Files.isRegularFile(index) ? JsonFile.read(index) : null, scheduler(request));
    }

    private static JsonFile scheduler(ImportRequest request) {
        Path own = request.source().resolve(DiffusersFiles.SCHEDULER);
        JsonFile found;
        String named = request.scheduler();
        if (named != null && Schedulers.names().contains(named)) {
            ObjectNode json = JsonFile.empty().put("_class_name", named);
            found = JsonFile.of(Path.of("--scheduler"), json);
        } else if (named != null) {
            Path file = Path.of(named);
            if (!Files.isRegularFile(file)) {
                throw new CheckpointException("--scheduler is '" + named + "', which is neither a file nor one of "
                        + String.join(", ", Schedulers.names()));
            }
            found = JsonFile.read(file);
        } else if (Files.isRegularFile(own)) {
            found = JsonFile.read(own);
        } else {
            throw new CheckpointException(request.source() + " has no " + DiffusersFiles.SCHEDULER
                    + ", so nothing says what the network predicts: name a scheduler with --scheduler, one of "
                    + String.join(", ", Schedulers.names()));
        }
        if (request.settings().isEmpty()) {
            return found;
        }
        ObjectNode changed = found.json().deepCopy();
        new TreeMap<>(request.settings()).forEach((key, value) -> JsonFile.set(changed, key, value));
        return JsonFile.of(found.file(), changed);
    }

    /** Returns the pipeline's class, or nothing. */
    String pipeline() {
        return index == null ? "" : index.json().path("_class_name").asString("");
    }

    /**
     * Returns the parts of the pipeline that decode the network's samples, by name and class.
     *
     * @throws CheckpointException if there is a part that the network cannot do without
     */
    List<String> decoders() {
        var decoders = new ArrayList<String>();
        if (index == null) {
            return decoders;
        }
        for (Map.Entry<String, JsonNode> part : index.json().properties()) {
            JsonNode value = part.getValue();
            boolean used = value.isArray() && value.size() == 2 && value.get(1).isString();
            if (!used || part.getKey().equals("scheduler") || NETWORKS.contains(part.getKey())) {
                continue;
            }
            if (!DECODERS.contains(part.getKey())) {
                throw new CheckpointException(index.file() + ": the pipeline has the part " + part.getKey() + ", a "
                        + value.get(1).asString() + ", which there is none of here");
            }
            decoders.add(part.getKey() + " (" + value.get(1).asString() + ")");
        }
        return decoders;
    }

    /** Returns the class names that the pipeline says, by index, or nothing. */
    Map<Integer, String> labels() {
        var labels = new TreeMap<Integer, String>();
        if (index != null && index.json().path("id2label") instanceof ObjectNode names) {
            for (Map.Entry<String, JsonNode> name : names.properties()) {
                if (!name.getKey().matches("[0-9]{1,9}") || !name.getValue().isString()) {
                    throw new CheckpointException(index.file() + ": id2label must be an object of names by number, not "
                            + name.getKey() + ": " + name.getValue());
                }
                labels.put(Integer.valueOf(name.getKey()), name.getValue().asString());
            }
        }
        return labels;
    }
}
