package dev.pathline.common.port;

import dev.pathline.common.model.ModelManifest;
import dev.pathline.diffusion.card.ModelCard;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The checkpoints that can be sampled. Answers change while the program runs: versions appear and are retired, aliases
 * move. What one version is never changes.
 *
 * <p>Every method may block, and throws {@link RegistryUnavailableException} where the registry is elsewhere and cannot
 * be reached.
 */
public interface ModelRegistry {

    /** Every readable version of every model, by name, the newest version of a name first. */
    List<RegisteredModel> list();

    /**
     * Finds a model for a new request.
     *
     * @param reference {@code name} (its newest version), {@code name@version} or {@code name@alias}
     */
    Optional<RegisteredModel> resolve(String reference);

    /**
     * Finds exactly one version, also one that is retired and not yet removed: for those who resolved it before, such as
     * a job that has waited. Looks anew before it says that there is none: another process may just have registered it.
     */
    Optional<RegisteredModel> find(String name, String version);

    /**
     * Returns the folder with a model's files, on this machine; brings them here first where they are elsewhere. The
     * files stay for a while: a retired version keeps its files for a grace period, and a local copy is not evicted soon
     * after it was opened. Who may take longer, because weights are many or disks slow, uses {@link #read}.
     *
     * @throws IllegalStateException if the version is gone, or its files are not what its manifest says
     */
    Path open(RegisteredModel model);

    /**
     * Opens a model's files and lets somebody read them, who may take as long as it takes: a local copy stays until then.
     *
     * @param reader gets the folder
     * @return what the reader returned
     * @throws IllegalStateException as {@link #open}
     */
    default <T> T read(RegisteredModel model, Function<Path, T> reader) {
        return reader.apply(open(model));
    }

    /** Since when the registry cannot be reached, and why; empty while it can, and where it is on this machine. */
    default Optional<Outage> outage() {
        return Optional.empty();
    }

    /** The cards and manifests that cannot be read, and why; the models of the others work. */
    List<BrokenCard> broken();

    /**
     * One version of a model.
     *
     * @param name the model's name
     * @param version its version
     * @param aliases the aliases that point to this version, sorted
     * @param location where it is, for people: a folder or a URI
     * @param card its card, with name and version set
     * @param createdAt when it was registered
     * @param manifest its files, hashes and lineage; null for a folder that nobody has registered or sealed
     */
    record RegisteredModel(
            String name,
            String version,
            List<String> aliases,
            String location,
            ModelCard card,
            Instant createdAt,
            @Nullable ModelManifest manifest) {

        /** Copies the list. */
        public RegisteredModel {
            aliases = List.copyOf(aliases);
        }

        /** The name with the version, {@code name@version}. */
        public String reference() {
            return name + "@" + version;
        }
    }

    /**
     * A time in which a registry cannot be reached: what was known of it before is the answer, if anything was.
     *
     * @param since when it was first asked in vain
     * @param reason why, for an operator
     */
    record Outage(Instant since, String reason) {}

    /**
     * A card, manifest or list of aliases that cannot be read.
     *
     * @param file where it is
     * @param reason why, for an operator
     */
    record BrokenCard(String file, String reason) {}
}
