package dev.pathline.engine.data;

import java.nio.file.Path;
import java.util.Map;

/** Where prepared data is kept between runs. Everything in it can be deleted when no run uses it. */
public final class DataCache {

    /** The environment variable that names another folder than the usual one. */
    public static final String VARIABLE = "PATHLINE_CACHE";

    private DataCache() {}

    /** Returns {@code $PATHLINE_CACHE/data}, or {@code ~/.cache/pathline/data}. */
    public static Path folder() {
        return folder(System.getenv(), System.getProperty("user.home", ""));
    }

    static Path folder(Map<String, String> environment, String home) {
        String given = environment.getOrDefault(VARIABLE, "");
        return given.isBlank() ? Path.of(home, ".cache", "pathline", "data") : Path.of(given, "data");
    }
}
