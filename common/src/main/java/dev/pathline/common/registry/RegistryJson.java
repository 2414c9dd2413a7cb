package dev.pathline.common.registry;

import dev.pathline.common.wire.Json;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.type.TypeReference;

/** The small files of a registry beside the manifests: aliases and holds. */
public final class RegistryJson {

    private static final TypeReference<TreeMap<String, String>> TEXTS = new TypeReference<>() {
    };

    private record Hold(@Nullable Instant until) {}

    private RegistryJson() {}

    /** Writes the aliases of a model, {@code {"champion": "3"}}. */
    public static byte[] aliases(Map<String, String> versions) {
        return bytes(new TreeMap<>(versions));
    }

    /**
     * Reads the aliases of a model.
     *
     * @throws IllegalArgumentException if it is something else
     */
    public static SortedMap<String, String> aliases(byte[] json) {
        try {
            TreeMap<String, String> versions = Json.MAPPER.readValue(json, TEXTS);
            if (versions == null || versions.containsValue(null)) {
                throw new IllegalArgumentException("it must be an object of aliases and versions, and has a null");
            }
            return versions;
        } catch (JacksonException e) {
            throw new IllegalArgumentException("it must be an object of aliases and versions, such as"
                    + " {\"champion\": \"3\"}: " + e.getOriginalMessage().lines().findFirst().orElse(""), e);
        }
    }

    /** Writes until when a version is held. */
    public static byte[] hold(Instant until) {
        return bytes(new Hold(until));
    }

    /** Reads until when a version is held; a file that is none holds for ever, which loses nothing. */
    public static Instant hold(byte[] json) {
        try {
            Hold hold = Json.MAPPER.readValue(json, Hold.class);
            return hold == null || hold.until() == null ? Instant.MAX : hold.until();
        } catch (JacksonException e) {
            return Instant.MAX;
        }
    }

    private static byte[] bytes(Object value) {
        return (Json.MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(value) + "\n")
                .getBytes(StandardCharsets.UTF_8);
    }
}
