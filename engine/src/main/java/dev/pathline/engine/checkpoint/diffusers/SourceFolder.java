package dev.pathline.engine.checkpoint.diffusers;

import dev.pathline.engine.checkpoint.CheckpointException;
import dev.pathline.engine.checkpoint.DiffusersFiles;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The files of a pipeline's folder, or of a network's alone. Each part of a pipeline is in a folder of its name, or, as in the
 * first pipelines that were published, in the pipeline's own folder.
 *
 * @param network the folder of the network's weights
 * @param config the network's settings, with the class that counts
 * @param index what the pipeline is made of, or null for a network alone
 * @param scheduler the scheduler's settings, with the class that counts
 */
record SourceFolder(Path network, JsonFile config, @Nullable PipelineIndex index, SourceScheduler scheduler) {

    private static final String CONFIG = "config.json";

    /**
     * Finds the files.
     *
     * @throws CheckpointException if one is missing or malformed, or is of a class that there is none of here; the message
     *         names it
     */
    static SourceFolder open(ImportRequest request) {
        Path source = request.source();
        if (!Files.isDirectory(source)) {
            throw new CheckpointException(source + (Files.exists(source)
                    ? " is a file; a checkpoint of diffusers is a folder, which save_pretrained writes in Python"
                    : " is not a folder"));
        }
        Path file = source.resolve(DiffusersFiles.INDEX);
        PipelineIndex index = Files.isRegularFile(file) ? new PipelineIndex(JsonFile.read(file)) : null;
        Path network = source.resolve(network(source, index)).normalize();
        JsonFile config = JsonFile.read(network.resolve(CONFIG));
        return new SourceFolder(network, index == null ? config : index.ofItsClass(config), index,
                SourceScheduler.find(request, index));
    }

    /** Returns the folder of the network below the pipeline's; empty where they are one. */
    private static String network(Path source, @Nullable PipelineIndex index) {
        boolean inRoot = Files.isRegularFile(source.resolve(CONFIG));
        if (index == null && inRoot) {
            return "";
        }
        String named = index == null ? "" : index.network().map(PipelineIndex.Part::name).orElse("");
        for (String folder : named.isEmpty() ? PipelineIndex.NETWORKS : List.of(named)) {
            if (Files.isDirectory(source.resolve(folder))) {
                return folder;
            }
        }
        if (inRoot) {
            return "";
        }
        throw new CheckpointException(source + " is neither a pipeline nor a network: it has no "
                + (named.isEmpty()
                        ? "folder unet or transformer"
                        : "folder " + named + ", which its "
                                + DiffusersFiles.INDEX + " names")
                + ", and no " + CONFIG);
    }

    /** Returns the pipeline's class, or nothing. */
    String pipeline() {
        return index == null ? "" : index.className();
    }

    /**
     * Returns the parts of the pipeline that decode the network's samples, by name and class.
     *
     * @throws CheckpointException if there is a part that the network cannot do without
     */
    List<String> decoders() {
        return index == null ? List.of() : PipelineIndex.texts(index.decoders());
    }

    /** Returns the class names that the pipeline says, by index, or nothing. */
    Map<Integer, String> labels() {
        return index == null ? Map.of() : index.labels();
    }
}
