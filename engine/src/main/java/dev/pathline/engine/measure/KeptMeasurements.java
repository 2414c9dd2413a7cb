package dev.pathline.engine.measure;

import dev.pathline.engine.checkpoint.AtomicFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * A folder with one JSON file for each network and machine. A folder that cannot be used is no reason to stop: what was
 * measured is then known until the process ends.
 */
final class KeptMeasurements {

    private static final Logger LOG = LoggerFactory.getLogger(KeptMeasurements.class);
    private static final JsonMapper JSON = JsonMapper.shared();

    private final Path folder;
    private final Map<String, ObjectNode> unwritten = new HashMap<>();

    KeptMeasurements(Path folder) {
        this.folder = folder;
    }

    /** Returns what is known, which may be nothing. */
    ObjectNode read(String key) {
        Path file = file(key);
        try {
            if (Files.isRegularFile(file) && JSON.readTree(Files.readString(file)) instanceof ObjectNode object) {
                return object;
            }
        } catch (IOException | JacksonException e) {
            LOG.warn("{} cannot be read, and is measured anew ({})", file, e.getClass().getSimpleName());
        }
        ObjectNode known = unwritten.get(key);
        return known == null ? JSON.createObjectNode() : known.deepCopy();
    }

    void write(String key, ObjectNode measured) {
        try {
            AtomicFiles.write(file(key), JSON.writerWithDefaultPrettyPrinter().writeValueAsString(measured) + "\n");
        } catch (IOException e) {
            unwritten.put(key, measured);
            LOG.warn("measurements cannot be kept in {} ({}); set PATHLINE_PROFILES to a folder that can be written",
                    folder, e.getClass().getSimpleName());
        }
    }

    private Path file(String key) {
        return folder.resolve(key.substring(0, 16) + ".json");
    }
}
