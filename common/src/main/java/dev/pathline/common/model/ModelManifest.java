package dev.pathline.common.model;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.pathline.common.wire.Json;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.ObjectWriter;

/**
 * What a registry knows of one version, {@value #FILE} beside its card. The files and their hashes never change once the
 * version is {@link State#READY}; the state does, by compare-and-set.
 *
 * @param formatVersion the version of this format, {@value #FORMAT_VERSION}
 * @param name the model's name
 * @param version its version
 * @param state where the version is in its life
 * @param createdAt when it was registered
 * @param since when it came into its state
 * @param sha256 the hash of the content, {@link FolderContent#sha256}: equal for equal models, whatever their version
 * @param files every file but this one, by path
 * @param lineage where the model comes from
 */
public record ModelManifest(
        int formatVersion,
        String name,
        String version,
        State state,
        Instant createdAt,
        Instant since,
        String sha256,
        List<ModelFile> files,
        Lineage lineage) {

    /** The file's name. */
    public static final String FILE = "manifest.json";

    /** The version of the format that this code writes. */
    public static final int FORMAT_VERSION = 1;

    /** More is no manifest: a file of a model takes some hundred bytes here. */
    public static final int MAX_BYTES = 4 << 20;

    private static final ObjectWriter WRITER = Json.MAPPER.writerWithDefaultPrettyPrinter();

    /** Where a version is in its life. */
    public enum State {
        /** Its number is taken and its files are being written; nobody sees it. */
        @JsonProperty("uploading")
        UPLOADING,
        /** It can be used. */
        @JsonProperty("ready")
        READY,
        /** Nobody new gets it; who has it already still finds its files. */
        @JsonProperty("retired")
        RETIRED,
        /** Its files are gone or going; its number stays taken. */
        @JsonProperty("gone")
        GONE
    }

    /**
     * Copies the list and checks the parts.
     *
     * @throws IllegalArgumentException if something is missing or wrong
     */
    public ModelManifest {
        if (formatVersion < 1 || formatVersion > FORMAT_VERSION) {
            throw new IllegalArgumentException("format version " + formatVersion + " is not known here, only up to "
                    + FORMAT_VERSION);
        }
        ModelNames.requireName(name);
        ModelNames.requireVersion(version);
        ModelNames.requireSha256(sha256);
        Objects.requireNonNull(state, "state is missing");
        Objects.requireNonNull(createdAt, "createdAt is missing");
        Objects.requireNonNull(since, "since is missing");
        files = List.copyOf(Objects.requireNonNull(files, "files is missing"));
        Objects.requireNonNull(lineage, "lineage is missing");
    }

    /** A manifest of a version that is whole. */
    public static ModelManifest of(
            String name, String version, Instant createdAt, FolderContent content, Lineage lineage) {
        return new ModelManifest(FORMAT_VERSION, name, version, State.READY, createdAt, createdAt, content.sha256(),
                content.files(), lineage);
    }

    /** The same version in another state. */
    public ModelManifest in(State newState, Instant now) {
        return new ModelManifest(formatVersion, name, version, newState, createdAt, now, sha256, files, lineage);
    }

    /** The size of all files. */
    public long bytes() {
        return files.stream().mapToLong(ModelFile::bytes).sum();
    }

    /** Returns the manifest as indented JSON, ending in a newline. */
    public byte[] write() {
        return (WRITER.writeValueAsString(this) + "\n").getBytes(StandardCharsets.UTF_8);
    }

    /**
     * Reads a manifest.
     *
     * @throws IllegalArgumentException if it is none, or of another model or version than its place says
     */
    public static ModelManifest read(byte[] json, String name, String version) {
        @Nullable
        ModelManifest manifest;
        try {
            manifest = Json.MAPPER.readValue(json, ModelManifest.class);
        } catch (JacksonException e) {
            throw new IllegalArgumentException("it is not a manifest: " + firstLine(e), e);
        }
        if (manifest == null) {
            throw new IllegalArgumentException("it is not a manifest: it is null");
        }
        if (!manifest.name().equals(name) || !manifest.version().equals(version)) {
            throw new IllegalArgumentException("it is the manifest of " + manifest.name() + "@" + manifest.version()
                    + ", but lies in the folder of " + name + "@" + version);
        }
        return manifest;
    }

    private static String firstLine(JacksonException e) {
        return String.valueOf(e.getOriginalMessage()).lines().findFirst().orElse("it cannot be parsed");
    }
}
