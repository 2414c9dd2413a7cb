package dev.pathline.engine.evaluation;

import dev.pathline.engine.data.Dataset;
import dev.pathline.engine.metrics.Classifier;

/** What a classifier says of real images, from the cache or made on the compute thread, which must be the caller's. */
final class RealFeatures {

    private RealFeatures() {}

    /** Returns the features of a whole set. */
    static Features all(FeatureCache cache, String classifierSha256, Dataset data, Classifier classifier) {
        var images = new RealImages(data);
        return cache.get(classifierSha256, data.sha256(), "all", () -> images.features(classifier, images.all()));
    }

    /** Returns the features of the images of {@link RealImages#balanced} by the floors' seed. */
    static Features balanced(FeatureCache cache, String classifierSha256, Dataset data, Classifier classifier,
            int count, int classes) {
        var images = new RealImages(data);
        int[] chosen = images.balanced(count, classes, Protocol.FLOOR_SEED);
        return cache.get(classifierSha256, data.sha256(), "balanced " + count + " " + classes + " "
                + Protocol.FLOOR_SEED, () -> images.features(classifier, chosen));
    }
}
