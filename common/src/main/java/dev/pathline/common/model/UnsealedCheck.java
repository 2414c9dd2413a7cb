package dev.pathline.common.model;

import java.nio.file.Path;
import java.util.Optional;

/**
 * Whether a folder without a manifest is a whole checkpoint: what reads checkpoints knows which files one has. It is asked at
 * every look at a registry, so it has to be quick.
 */
@FunctionalInterface
public interface UnsealedCheck {

    /** Takes whatever has a card. */
    UnsealedCheck CARD_ALONE = folder -> Optional.empty();

    /**
     * Returns the first file that is missing or not complete, by its path in the folder; nothing where all are there.
     *
     * @param folder the folder of a version, which has a card
     */
    Optional<String> incomplete(Path folder);
}
