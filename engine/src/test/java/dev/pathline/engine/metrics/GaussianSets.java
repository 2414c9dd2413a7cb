package dev.pathline.engine.metrics;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** Vectors with independent normal elements. */
final class GaussianSets {

    private GaussianSets() {}

    /** {@code count} vectors of {@code mean.length} elements with one standard deviation. */
    static VectorSet of(int count, long seed, double std, double... mean) {
        return VectorSet.of(list(count, new SplittableRandom(seed), std, mean));
    }

    static List<float[]> list(int count, SplittableRandom random, double std, double... mean) {
        var vectors = new ArrayList<float[]>();
        for (int i = 0; i < count; i++) {
            float[] vector = new float[mean.length];
            for (int k = 0; k < mean.length; k++) {
                vector[k] = (float) (mean[k] + std * random.nextGaussian());
            }
            vectors.add(vector);
        }
        return vectors;
    }
}
