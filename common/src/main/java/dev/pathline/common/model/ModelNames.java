package dev.pathline.common.model;

import dev.pathline.common.error.Shown;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What models, versions, aliases and their files may be called. Names become folders, object keys and parts of URLs, so
 * nothing that looks like a path, a hidden file or a reference gets through.
 */
public final class ModelNames {

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");
    private static final Pattern ALIAS = Pattern.compile("[A-Za-z][A-Za-z0-9._-]{0,63}");
    private static final Pattern SEGMENT = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9 ._+@=,-]{0,127}");
    private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");
    private static final int MAX_DEPTH = 8;

    private ModelNames() {}

    /** Returns a model's name, or throws {@link IllegalArgumentException}. */
    public static String requireName(String name) {
        return require(NAME, "a model's name", "letter or digit", name);
    }

    /** Returns a version, or throws {@link IllegalArgumentException}. */
    public static String requireVersion(String version) {
        return require(NAME, "a version", "letter or digit", version);
    }

    /** Returns an alias, or throws {@link IllegalArgumentException}. A number would look like a version. */
    public static String requireAlias(String alias) {
        return require(ALIAS, "an alias", "letter", alias);
    }

    /** Whether a text can be a model's name or a version: what cannot is the name of nothing. */
    public static boolean isName(String text) {
        return NAME.matcher(text).matches();
    }

    /** Returns a relative path with forward slashes that stays where it is, or throws {@link IllegalArgumentException}. */
    public static String requirePath(@Nullable String path) {
        String[] segments = path == null ? new String[0] : path.split("/", -1);
        boolean right = segments.length > 0 && segments.length <= MAX_DEPTH;
        for (String segment : segments) {
            right &= SEGMENT.matcher(segment).matches();
        }
        if (path == null || !right) {
            throw new IllegalArgumentException("'" + shown(path) + "' cannot be a model's file: folders and files are 1"
                    + " to 128 letters, digits and the characters space ._+@=,- and begin with a letter, digit or _");
        }
        return path;
    }

    static void requireSha256(@Nullable String hash) {
        if (hash == null || !SHA256.matcher(hash).matches()) {
            throw new IllegalArgumentException("'" + shown(hash) + "' is not a SHA-256");
        }
    }

    private static String require(Pattern pattern, String what, String first, @Nullable String value) {
        if (value == null || !pattern.matcher(value).matches()) {
            throw new IllegalArgumentException(what + " must be 1 to 64 letters, digits, dots, dashes and underscores,"
                    + " the first a " + first + ", not '" + shown(value) + "'");
        }
        return value;
    }

    private static String shown(@Nullable String value) {
        String text = String.valueOf(value).replaceAll("\\p{Cntrl}", "?");
        return Shown.start(text, 80);
    }
}
