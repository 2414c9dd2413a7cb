package dev.pathline.engine.checkpoint;

import dev.pathline.engine.network.NetworkType;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * Whether a checkpoint's folder is all there, which a copy that is under way is not: the network's settings and its weights,
 * to the last byte that the weights' header promises. What they say is not looked at; {@link Checkpoint#require} does that.
 *
 * <p>It is asked again and again, so files that were found complete are not opened again until they change.
 */
public final class CompleteFiles {

    private static final JsonMapper JSON = JsonMapper.shared();

    private final Map<Path, Stamp> complete = new ConcurrentHashMap<>();

    private record Stamp(long bytes, FileTime modified) {}

    /**
     * Returns the first file that is missing or not complete, by its path in the folder; nothing where all are there.
     *
     * @param checkpoint the folder
     */
    public Optional<String> incomplete(Path checkpoint) {
        for (String folder : NetworkType.folders()) {
            Path settings = checkpoint.resolve(folder).resolve(Checkpoint.CONFIG);
            if (Files.isRegularFile(settings)) {
                return isComplete(settings)
                        ? weights(checkpoint, folder)
                        : Optional.of(folder + "/" + Checkpoint.CONFIG);
            }
        }
        return Optional.of(Checkpoint.CONFIG + " in " + String.join(" or ", NetworkType.folders()));
    }

    private Optional<String> weights(Path checkpoint, String folder) {
        Path module = checkpoint.resolve(folder).resolve(TorchScriptFiles.MODULE);
        Path file = Files.isRegularFile(module) ? module : checkpoint.resolve(folder).resolve(Checkpoint.WEIGHTS);
        return isComplete(file) ? Optional.empty() : Optional.of(folder + "/" + file.getFileName());
    }

    private boolean isComplete(Path file) {
        try {
            var stamp = new Stamp(Files.size(file), Files.getLastModifiedTime(file));
            if (stamp.equals(complete.get(file))) {
                return true;
            }
            if (file.endsWith(Checkpoint.CONFIG)) {
                if (!JSON.readTree(Files.readString(file)).isObject()) {
                    return false;
                }
                complete.put(file, stamp);
                return true;
            }
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
                if (file.endsWith(TorchScriptFiles.MODULE)) {
                    TorchScriptFiles.requireEnd(channel);
                } else {
                    SafetensorsHeader.read(channel);
                }
            }
            complete.put(file, stamp);
            return true;
        } catch (IOException | IllegalArgumentException | JacksonException _) {
            return false;
        }
    }
}
