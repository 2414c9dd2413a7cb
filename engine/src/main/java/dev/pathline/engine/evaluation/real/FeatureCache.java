package dev.pathline.engine.evaluation.real;

import dev.pathline.engine.checkpoint.CheckpointException;
import dev.pathline.engine.checkpoint.Hashes;
import dev.pathline.engine.checkpoint.Safetensors;
import dev.pathline.engine.checkpoint.StoredType;
import dev.pathline.engine.checkpoint.TensorData;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A folder with what classifiers say of real images, a file for each classifier and set. A folder that cannot be used is
 * no reason to stop: the images are then classified again.
 */
public final class FeatureCache {

    private static final Logger LOG = LoggerFactory.getLogger(FeatureCache.class);
    private static final String VECTORS = "features";
    private static final String LABELS = "said";

    private final Path folder;

    /** Keeps files in {@code folder}, which is created when there is one to keep. */
    public FeatureCache(Path folder) {
        this.folder = folder;
    }

    /** Returns the folder of this user: {@code PATHLINE_FEATURES}, or {@code pathline/features} among the user's caches. */
    public static Path defaultFolder() {
        String cache = System.getenv().getOrDefault("XDG_CACHE_HOME", System.getProperty("user.home") + "/.cache");
        return Path.of(System.getenv().getOrDefault("PATHLINE_FEATURES", cache + "/pathline/features"));
    }

    /**
     * Returns the features of a set of images.
     *
     * @param classifierSha256 the hash of the classifier's weights
     * @param dataSha256 the hash of the data set
     * @param chosen which of its images
     * @param classify makes them where they are not known
     */
    Features get(String classifierSha256, String dataSha256, String chosen, Supplier<Features> classify) {
        String key = Hashes.sha256(String.join("\n", classifierSha256, dataSha256, chosen)
                .getBytes(StandardCharsets.UTF_8));
        Path file = folder.resolve(key.substring(0, 32) + ".safetensors");
        @Nullable
        Features known = read(file);
        if (known != null) {
            return known;
        }
        Features made = classify.get();
        try {
            Safetensors.write(file, tensors(made), StoredType.F32, Map.of());
        } catch (UncheckedIOException e) {
            LOG.warn("features of real images cannot be kept ({}); set PATHLINE_FEATURES to a folder that can be"
                    + " written", e.getMessage());
        }
        return made;
    }

    private static @Nullable Features read(Path file) {
        if (!Files.isRegularFile(file)) {
            return null;
        }
        try {
            Map<String, TensorData> tensors = Safetensors.read(file).tensors();
            TensorData vectors = tensors.get(VECTORS);
            TensorData labels = tensors.get(LABELS);
            if (vectors != null && labels != null && vectors.shape().size() == 2
                    && labels.shape().equals(List.of(vectors.shape().getFirst()))) {
                return Features.of(vectors.values(), vectors.shape().get(1), labels.values());
            }
            LOG.warn("{} does not hold features, and is made anew", file);
        } catch (CheckpointException | IllegalArgumentException e) {
            LOG.warn("{} cannot be read, and is made anew ({})", file, e.getMessage());
        }
        return null;
    }

    private static Map<String, TensorData> tensors(Features features) {
        int size = features.vectors().size();
        int width = features.vectors().width();
        float[] values = new float[size * width];
        float[] labels = new float[size];
        for (int i = 0; i < size; i++) {
            labels[i] = features.said(i);
            for (int k = 0; k < width; k++) {
                values[i * width + k] = (float) features.vectors().at(i, k);
            }
        }
        return Map.of(VECTORS, new TensorData(List.of(size, width), values), LABELS,
                new TensorData(List.of(size), labels));
    }
}
