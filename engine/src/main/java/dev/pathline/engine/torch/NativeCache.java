package dev.pathline.engine.torch;

import ai.djl.util.Utils;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** The folder that DJL unpacks libtorch into, looked at before DJL does: its own error is a page long. */
final class NativeCache {

    /** libtorch's names on Linux and on macOS. */
    private static final List<String> LIBRARIES = List.of("libtorch.so", "libtorch.dylib");

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
            requirePacked(System.getProperty("os.name"), System.getProperty("os.arch"));
            requireWritable(cache);
        }
    }

    /**
     * Checks that libtorch for a machine is among the jars: the build packs that of one kind of machine.
     *
     * @throws IllegalStateException with what there is, if not
     */
    static void requirePacked(String system, String architecture) {
        String platform = platform(system, architecture);
        if (LIBRARIES.stream().noneMatch(
                library -> NativeCache.class.getResource("/pytorch/cpu/" + platform + "/" + library) != null)) {
            throw new IllegalStateException("there is no libtorch for " + system + " on " + architecture
                    + " in this build; Pathline runs on Linux (x86-64, ARM64) and on macOS (ARM64), each with a build made"
                    + " there or with -Dlibtorch.platform=linux-x86_64, linux-aarch64 or osx-aarch64");
        }
    }

    /** The names of the artifacts of DJL. */
    private static String platform(String system, String architecture) {
        String name = system.startsWith("Mac") ? "osx" : system.toLowerCase(Locale.ROOT).split(" ", 2)[0];
        return name + "-" + (architecture.equals("amd64") ? "x86_64" : architecture);
    }

    private static boolean isUnpacked(Path cache) {
        if (!Files.isDirectory(cache)) {
            return false;
        }
        try (Stream<Path> files = Files.walk(cache, 2)) {
            return files.anyMatch(file -> LIBRARIES.stream().anyMatch(file::endsWith));
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
