package dev.pathline.engine.metrics;

import java.util.List;

/**
 * Mean and covariance of a set of feature vectors, in float64. The covariance is the unbiased one, divided by
 * {@code n - 1}, as the implementations of the Frechet distance in use have it.
 *
 * <p>Immutable.
 */
public final class FeatureStatistics {

    private final long count;
    private final double[] mean;
    private final double[][] covariance;

    private FeatureStatistics(long count, double[] mean, double[][] covariance) {
        this.count = count;
        this.mean = mean;
        this.covariance = covariance;
    }

    /**
     * Measures vectors.
     *
     * @param vectors at least two, of one width, all finite
     * @throws IllegalArgumentException if they are not
     */
    public static FeatureStatistics of(List<float[]> vectors) {
        return of(VectorSet.of(vectors));
    }

    /**
     * Measures a set of vectors.
     *
     * @throws IllegalArgumentException if it has fewer than two
     */
    public static FeatureStatistics of(VectorSet set) {
        if (set.size() < 2) {
            throw new IllegalArgumentException("a covariance needs at least 2 feature vectors, got " + set.size());
        }
        double[] mean = new double[set.width()];
        for (int i = 0; i < set.size(); i++) {
            for (int k = 0; k < mean.length; k++) {
                mean[k] += set.at(i, k);
            }
        }
        for (int k = 0; k < mean.length; k++) {
            mean[k] /= set.size();
        }
        var moments = new Moments(mean);
        for (int i = 0; i < set.size(); i++) {
            moments.add(set, i);
        }
        return moments.statistics();
    }

    /** Statistics that were computed; the arrays are taken over. */
    static FeatureStatistics computed(long count, double[] mean, double[][] covariance) {
        return new FeatureStatistics(count, mean, covariance);
    }

    /**
     * Returns statistics that are known, of a Gaussian for example.
     *
     * @throws IllegalArgumentException if the covariance is not square, of the mean's width, and symmetric
     */
    public static FeatureStatistics known(double[] mean, double[][] covariance) {
        int width = mean.length;
        double[][] copy = new double[width][];
        for (int i = 0; i < width; i++) {
            if (covariance.length != width || covariance[i].length != width) {
                throw new IllegalArgumentException("the covariance must be " + width + " x " + width);
            }
            for (int j = 0; j < i; j++) {
                if (covariance[i][j] != covariance[j][i]) {
                    throw new IllegalArgumentException("the covariance is not symmetric at " + i + ", " + j);
                }
            }
            copy[i] = covariance[i].clone();
        }
        return new FeatureStatistics(0, mean.clone(), copy);
    }

    /** Returns the number of vectors, or 0 if the statistics were given. */
    public long count() {
        return count;
    }

    /** Returns the number of features. */
    public int width() {
        return mean.length;
    }

    /** Returns a feature's mean. */
    public double mean(int i) {
        return mean[i];
    }

    /** Returns the covariance of two features. */
    public double covariance(int i, int j) {
        return covariance[i][j];
    }
}
