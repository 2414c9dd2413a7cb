package dev.pathline.s3;

import dev.pathline.common.model.ModelManifest;
import dev.pathline.common.model.ModelNames;
import java.util.Optional;

/**
 * Where things are below the prefix: the same places as in a directory.
 *
 * <pre>
 * NAME/aliases.json
 * NAME/VERSION/manifest.json      what makes it a version: written first, as a claim, and changed by If-Match alone
 * NAME/VERSION/...                its files
 * NAME/.holds/VERSION.json
 * </pre>
 */
final class S3Layout {

    static final String ALIASES = "aliases.json";
    private static final String HOLDS = ".holds/";
    private static final String JSON = ".json";

    /** A version by its place. */
    record Place(String name, String version) {}

    private S3Layout() {}

    static String aliases(String name) {
        return name + "/" + ALIASES;
    }

    static String folder(String name, String version) {
        return name + "/" + version + "/";
    }

    static String manifest(String name, String version) {
        return folder(name, version) + ModelManifest.FILE;
    }

    static String hold(String name, String version) {
        return name + "/" + HOLDS + version + JSON;
    }

    /** The version whose manifest has this key. */
    static Optional<Place> manifestOf(String key) {
        String[] parts = key.split("/", -1);
        return parts.length == 3 && parts[2].equals(ModelManifest.FILE) ? place(parts[0], parts[1]) : Optional.empty();
    }

    /** The model whose aliases have this key. */
    static Optional<String> aliasesOf(String key) {
        String[] parts = key.split("/", -1);
        return parts.length == 2 && parts[1].equals(ALIASES) && ModelNames.isName(parts[0])
                ? Optional.of(parts[0])
                : Optional.empty();
    }

    /** The version whose hold has this key. */
    static Optional<Place> holdOf(String key) {
        String[] parts = key.split("/", -1);
        return parts.length == 3 && HOLDS.equals(parts[1] + "/") && parts[2].endsWith(JSON)
                ? place(parts[0], parts[2].substring(0, parts[2].length() - JSON.length()))
                : Optional.empty();
    }

    private static Optional<Place> place(String name, String version) {
        return ModelNames.isName(name) && ModelNames.isName(version)
                ? Optional.of(new Place(name, version))
                : Optional.empty();
    }
}
