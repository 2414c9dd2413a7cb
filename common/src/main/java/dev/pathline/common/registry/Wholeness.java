package dev.pathline.common.registry;

import dev.pathline.common.model.ModelFile;
import dev.pathline.common.model.ModelManifest;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;

/**
 * Whether a version is all there. A copy that is under way, or that stopped half-way, may have its manifest and its card
 * before its weights; until the last byte has come it is no version, and the one before it is the newest.
 *
 * <p>Sizes are compared, not hashes: a look at a registry is frequent, and {@link Verifier} reads the bytes. A file that is
 * longer than it was is changed, and no half of a copy.
 */
public final class Wholeness {

    private Wholeness() {}

    /**
     * Returns the first file of a manifest that is missing or shorter than it says; nothing where all are there.
     *
     * @param size the size of a file by its path, or nothing where there is none
     */
    public static Optional<String> incomplete(ModelManifest manifest, Function<String, OptionalLong> size) {
        for (ModelFile file : manifest.files()) {
            OptionalLong there = size.apply(file.path());
            if (there.isEmpty() || there.getAsLong() < file.bytes()) {
                return Optional.of(file.path());
            }
        }
        return Optional.empty();
    }

    /**
     * Returns the first file of a manifest that is missing or shorter than it says; nothing where all are there.
     *
     * @param sizes the sizes of the files that are there, by path
     */
    public static Optional<String> incomplete(ModelManifest manifest, Map<String, Long> sizes) {
        return incomplete(manifest, path -> {
            Long size = sizes.get(path);
            return size == null ? OptionalLong.empty() : OptionalLong.of(size);
        });
    }

    /** Returns what is wrong with a version, for an operator: the same sentence however far a copy has come. */
    public static String reason(String file) {
        return "it is not whole: " + file + " is missing or not complete; it is served when it is";
    }
}
