package dev.pathline.common.port;

import dev.pathline.common.model.Lineage;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The writing side of the registry: registers versions, moves aliases, retires and removes what nobody needs.
 *
 * <p>A version is immutable and its number is never used again. It goes out in two steps: {@link #retire} hides it from
 * new requests, {@link #remove} deletes its files, and between the two who has it already can still load it.
 *
 * <p>Names, versions and aliases that cannot be any are refused with {@link IllegalArgumentException}; a store that
 * cannot be written to throws {@link java.io.UncheckedIOException} or {@link RegistryUnavailableException}.
 */
public interface ModelStore extends ModelRegistry {

    /** No registration takes longer than this, from its first byte to its last. */
    Duration WRITER_PATIENCE = Duration.ofDays(1);

    /**
     * Finds out, before hours of work, whether something can be registered.
     *
     * @throws IOException if the store is not writable
     */
    void requireWritable() throws IOException;

    /**
     * Registers a finished checkpoint. It appears whole or not at all; the same content again is found and not written.
     *
     * @throws VersionTakenException if the wanted version is there with another content
     * @throws IOException if the content could not be written
     */
    Registration register(NewModel model) throws IOException;

    /**
     * Gives a folder that was put into the store by hand a manifest, so that it can be verified.
     *
     * @return the model with its manifest; as it was, if it had one
     */
    RegisteredModel seal(RegisteredModel model) throws IOException;

    /** Reads every file of a version where it is kept, and compares it with the manifest. */
    Verification verify(RegisteredModel model) throws IOException;

    /**
     * Lets an alias point to a version; atomic.
     *
     * @param expected the version it must point to now; empty if there must be no such alias yet; null for any
     */
    AliasChange moveAlias(String name, String alias, String version, @Nullable String expected);

    /**
     * Takes an alias away; atomic.
     *
     * @param expected the version it must point to now, or null for any
     */
    AliasChange removeAlias(String name, String alias, @Nullable String expected);

    /** Returns the aliases of a model, and to which versions they point. */
    Map<String, String> aliases(String name);

    /**
     * Says that a version is used by somebody whom others cannot ask, such as a job in a server's memory: until that
     * time it is not removed. A later time counts.
     */
    void hold(String name, String version, Instant until);

    /** Returns what is held, and until when, by {@code name@version}; what has passed may be among it. */
    Map<String, Instant> holds();

    /** Hides a version from new requests. Returns false, and does nothing, if an alias points to it or it is not there. */
    boolean retire(RegisteredModel model);

    /** Takes {@link #retire} back. */
    void restore(RegisteredModel model);

    /** Returns the versions that are retired and not removed; their manifests say since when. */
    List<RegisteredModel> retired();

    /** Deletes the files of a retired version for good. Its number stays taken. */
    void remove(RegisteredModel model);

    /**
     * Deletes what registrations and removals left that died in the middle. What is {@link #broken} is left alone, and
     * what cannot be deleted keeps nobody from deleting the rest. Where it cannot be told whether a writer is dead, it is
     * taken for dead after {@link #WRITER_PATIENCE}.
     */
    Swept sweep();

    /**
     * A checkpoint to register.
     *
     * @param name the model's name; the card must say the same
     * @param version the version it must get, or null for the next number
     * @param content writes the checkpoint
     * @param lineage where it comes from
     */
    record NewModel(String name, @Nullable String version, Content content, Lineage lineage) {}

    /** What writes a checkpoint. */
    @FunctionalInterface
    interface Content {

        /**
         * Writes the checkpoint, with its card, as a folder that does not exist yet; its parent does.
         *
         * @throws IOException if it cannot be written
         */
        void writeTo(Path folder) throws IOException;
    }

    /**
     * What became of a registration.
     *
     * @param model the version with this content
     * @param created whether it is new; else the same content was there before
     */
    record Registration(RegisteredModel model, boolean created) {}

    /** What became of a change of an alias. */
    sealed interface AliasChange {

        /**
         * It is done.
         *
         * @param previous where the alias pointed before, or null if it is new
         */
        record Done(@Nullable String previous) implements AliasChange {}

        /**
         * The alias is not where it was expected, and was left alone.
         *
         * @param actual where it points, or null if there is none
         */
        record Conflict(@Nullable String actual) implements AliasChange {}

        /** There is no such version that could be used, or no such alias to remove. */
        record Missing() implements AliasChange {}
    }

    /**
     * What verification found.
     *
     * @param sealed whether there was a manifest to compare with
     * @param files how many files were read
     * @param problems what differs, one sentence a file; empty if all is as it was registered
     */
    record Verification(boolean sealed, int files, List<String> problems) {

        /** Copies the list. */
        public Verification {
            problems = List.copyOf(problems);
        }
    }

    /**
     * What a sweep did.
     *
     * @param deleted what is gone now, for people
     * @param problems what could not be deleted, and why
     */
    record Swept(List<String> deleted, List<String> problems) {

        /** Copies the lists. */
        public Swept {
            deleted = List.copyOf(deleted);
            problems = List.copyOf(problems);
        }
    }

    /** A version is there already, with another content. */
    final class VersionTakenException extends RuntimeException {

        private static final long serialVersionUID = 1L;

        /** An exception with a sentence. */
        public VersionTakenException(String message) {
            super(message);
        }
    }
}
