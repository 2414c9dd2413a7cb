package dev.pathline.engine.evaluation.real;

import dev.pathline.engine.data.Dataset;
import dev.pathline.engine.metrics.Classifier;

/** What a classifier says of real images, from the cache or made on the compute thread, which must be the caller's. */
public final class RealFeatures {

    private RealFeatures() {}

    /** Returns the features of a whole set. */
    public static Features all(FeatureCache cache, String classifierSha256, Dataset data, Classifier classifier) {
        var images = new RealImages(data);
        return cache.get(classifierSha256, data.sha256(), "all", () -> images.features(classifier, images.all()));
    }

    /** Returns the features of the images of {@link RealImages#balanced} by a seed. */
    public static Features balanced(FeatureCache cache, String classifierSha256, Dataset data, Classifier classifier,
            int count, int classes,
            long seed) {
        var images = new RealImages(data);
        int[] chosen = images.balanced(count, classes, seed);
        return cache.get(classifierSha256, data.sha256(), "balanced " + count + " " + classes + " "
                + seed, () -> images.features(classifier, chosen));
    }
}
