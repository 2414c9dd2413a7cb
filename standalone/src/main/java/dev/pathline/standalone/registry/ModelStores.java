package dev.pathline.standalone.registry;

import dev.pathline.common.inprocess.DirectoryModelRegistry;
import dev.pathline.common.port.ModelStore;
import dev.pathline.s3.S3ModelRegistry;
import dev.pathline.s3.S3Settings;
import dev.pathline.engine.checkpoint.CompleteFiles;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Objects;

/** Registries by the places that the command line names. */
public final class ModelStores {

    private static final String CACHE = "PATHLINE_CACHE";

    private ModelStores() {}

    /**
     * Returns the registry over some folders, or in one bucket; it looks anew whenever it is asked.
     *
     * @throws IllegalArgumentException if a bucket is not alone
     */
    public static ModelStore of(List<String> locations) {
        Clock clock = Clock.systemUTC();
        if (locations.stream().noneMatch(S3Settings::isLocation)) {
            return folders(locations.stream().map(Path::of).toList(), Duration.ZERO, clock);
        }
        return new S3ModelRegistry(bucket(locations), clock);
    }

    /**
     * Returns the registry over folders, which takes what somebody has copied there when it is whole.
     *
     * @param maxAge how old an answer may be; zero looks every time
     */
    public static DirectoryModelRegistry folders(List<Path> roots, Duration maxAge, Clock clock) {
        return new DirectoryModelRegistry(roots, maxAge, clock, new CompleteFiles()::incomplete);
    }

    /** Returns the settings of one bucket, everything but its name and prefix as the environment says. */
    public static S3Settings bucket(List<String> locations) {
        if (locations.size() != 1) {
            throw new IllegalArgumentException("--models takes folders, or one place in S3, not " + locations);
        }
        String endpoint = System.getenv("AWS_ENDPOINT_URL_S3");
        return S3Settings.of(locations.getFirst(), endpoint != null ? endpoint : System.getenv("AWS_ENDPOINT_URL"),
                cache(), Duration.ZERO);
    }

    /** A folder of its own in the cache: what else is kept there is not to be evicted as a model. */
    private static Path cache() {
        return cache(System.getenv().getOrDefault(CACHE, ""),
                Objects.requireNonNullElse(System.getProperty("user.home"), "."));
    }

    static Path cache(String named, String home) {
        return (named.isBlank() ? Path.of(home, ".cache", "pathline") : Path.of(named)).resolve("models");
    }
}
