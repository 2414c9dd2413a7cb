package dev.pathline.common.port;

import dev.pathline.diffusion.card.ModelCard;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The checkpoints that can be sampled. Answers change while the program runs: versions appear, aliases move. */
public interface ModelRegistry {

    /** Every readable version of every model, by name, the newest version of a name first. */
    List<RegisteredModel> list();

    /**
     * Finds a model.
     *
     * @param reference {@code name} (its newest version), {@code name@version} or {@code name@alias}
     */
    Optional<RegisteredModel> resolve(String reference);

    /** The cards that cannot be read, and why; the models of the others work. */
    List<BrokenCard> broken();

    /**
     * One version of a model.
     *
     * @param name the model's name
     * @param version its version
     * @param aliases the aliases that point to this version, sorted
     * @param directory the checkpoint, on this machine
     * @param card its card, with name and version set
     */
    record RegisteredModel(String name, String version, List<String> aliases, Path directory, ModelCard card) {

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
     * A card that cannot be read.
     *
     * @param file the file
     * @param reason why, for an operator
     */
    record BrokenCard(Path file, String reason) {}
}
