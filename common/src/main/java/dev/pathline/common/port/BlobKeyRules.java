package dev.pathline.common.port;

import java.util.regex.Pattern;

/** Checks keys for every {@link BlobStore}: a key that looks like a path must never be able to leave the store. */
public final class BlobKeyRules {

    private static final String SEGMENT = "(?!\\.{1,2}(?:/|$))[A-Za-z0-9_.-]{1,128}";
    private static final Pattern KEY = Pattern.compile(SEGMENT + "(?:/" + SEGMENT + "){0,5}");
    private static final Pattern PREFIX = Pattern.compile("(?:" + SEGMENT + "/){1,6}");

    private BlobKeyRules() {}

    /** Returns the key, or throws {@link IllegalArgumentException}. */
    public static String requireKey(String key) {
        if (!KEY.matcher(key).matches()) {
            throw new IllegalArgumentException("not a blob key: " + key);
        }
        return key;
    }

    /** Returns the prefix, or throws {@link IllegalArgumentException}. */
    public static String requirePrefix(String prefix) {
        if (!PREFIX.matcher(prefix).matches()) {
            throw new IllegalArgumentException(
                    "not a prefix of blob keys (whole segments, ending in a slash): " + prefix);
        }
        return prefix;
    }
}
