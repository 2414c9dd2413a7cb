package dev.pathline.engine.data.trajectory;

import dev.pathline.engine.checkpoint.AtomicFiles;
import dev.pathline.engine.data.DataException;
import dev.pathline.engine.data.MappedFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SortedMap;
import java.util.TreeMap;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * The file {@code trajectories.json}.
 *
 * @param formatVersion the version of this format, {@value #FORMAT_VERSION}
 * @param facts what the trajectories are made of
 * @param threads how many threads one operator of the network used, on which the last bits depend
 * @param done how many trajectories are on the disk
 * @param complete whether all files are there, whole and forced to the disk
 * @param statesSha256 the hash of {@code states.npy}; empty until it is complete
 * @param labelsSha256 the hash of {@code labels.npy}; empty until it is complete, or where there are no labels
 */
record TrajectoryJson(
        int formatVersion,
        TrajectoryFacts facts,
        int threads,
        int done,
        boolean complete,
        String statesSha256,
        String labelsSha256) {

    static final String FILE = "trajectories.json";
    static final int FORMAT_VERSION = 1;

    // The order of entries counts: the text is hashed.
    private static final JsonMapper MAPPER = JsonMapper.builder().disable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
            .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS, SerializationFeature.INDENT_OUTPUT)
            .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES,
                    DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES,
                    DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .build();

    /** A folder that nothing is done in yet. */
    static TrajectoryJson begun(TrajectoryFacts facts, int threads) {
        return new TrajectoryJson(FORMAT_VERSION, facts, threads, 0, false, "", "");
    }

    TrajectoryJson withDone(int count) {
        return new TrajectoryJson(formatVersion, facts, threads, count, false, "", "");
    }

    TrajectoryJson finished(String states, String labels) {
        return new TrajectoryJson(formatVersion, facts, threads, facts.count(), true, states, labels);
    }

    /**
     * Reads the file.
     *
     * @throws DataException if it is not there, cannot be read or is not usable
     */
    static TrajectoryJson read(Path folder) {
        Path file = folder.resolve(FILE);
        MappedFiles.requireFile(file);
        try {
            JsonNode tree = MAPPER.readTree(Files.readString(file));
            JsonNode version = tree.path("formatVersion");
            if (!version.isIntegralNumber() || version.asInt() != FORMAT_VERSION) {
                throw new DataException(file + " has formatVersion " + (version.isMissingNode() ? "nowhere" : version)
                        + "; this program reads " + FORMAT_VERSION);
            }
            return MAPPER.treeToValue(tree, TrajectoryJson.class);
        } catch (IOException e) {
            throw MappedFiles.unreadable(file, e);
        } catch (JacksonException e) {
            throw new DataException(file + " is not usable: " + e.getOriginalMessage(), e);
        }
    }

    /** Writes the file, whole or not at all, and forces it to the disk. */
    void write(Path folder) throws IOException {
        AtomicFiles.write(folder.resolve(FILE), MAPPER.writeValueAsString(this) + "\n");
    }

    /** Returns the text of facts that decide what the trajectories are; what the teacher is called does not. */
    static String content(TrajectoryFacts facts) {
        return MAPPER.writeValueAsString(facts.calledBy(""));
    }

    /** Returns facts by full name, but for what the teacher is called. */
    static SortedMap<String, String> byName(TrajectoryFacts facts) {
        var all = new TreeMap<String, String>();
        flatten("", MAPPER.valueToTree(facts), all);
        all.remove("teacher.model");
        return all;
    }

    private static void flatten(String prefix, JsonNode node, SortedMap<String, String> all) {
        node.properties().forEach(field -> {
            String name = prefix + field.getKey();
            if (field.getValue().isObject()) {
                flatten(name + ".", field.getValue(), all);
            } else {
                all.put(name, field.getValue().toString());
            }
        });
    }
}
