package dev.pathline.engine.torch;

import ai.djl.util.Utils;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** The folder that DJL unpacks libtorch into, looked at before DJL does: its own error is a page long. */
final class NativeCache {

    private static final String LIBRARY = "libtorch.so";

    private NativeCache() {}

    /**
     * Checks that libtorch is there or can be unpacked.
     *
     * @throws IllegalStateException with what to do, if not
     */
    static void requireUsable() {
        if (System.getenv("PYTORCH_LIBRARY_PATH") != null || System.getProperty("PYTORCH_LIBRARY_PATH") != null) {
            return;
        }
        Path cache = Utils.getEngineCacheDir("pytorch");
        if (!isUnpacked(cache)) {
            requireWritable(cache);
        }
    }

    private static boolean isUnpacked(Path cache) {
        if (!Files.isDirectory(cache)) {
            return false;
        }
        try (Stream<Path> files = Files.walk(cache, 2)) {
            return files.anyMatch(file -> file.endsWith(LIBRARY));
        } catch (IOException e) {
            return false;
        }
    }

    private static void requireWritable(Path cache) {
        try {
            Files.createDirectories(cache);
            Files.delete(Files.createTempFile(cache, "probe", ""));
        } catch (IOException e) {
            throw new IllegalStateException("libtorch is unpacked into " + cache + ", which cannot be written ("
                    + e.getClass().getSimpleName() + "); set DJL_CACHE_DIR to a folder that can be, with 500 MB free",
                    e);
        }
    }
}
