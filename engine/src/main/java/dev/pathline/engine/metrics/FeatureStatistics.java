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
        int n = vectors.size();
        if (n < 2) {
            throw new IllegalArgumentException("a covariance needs at least 2 feature vectors, got " + n);
        }
        int width = vectors.getFirst().length;
        double[] mean = mean(vectors, width);
        double[][] covariance = new double[width][width];
        double[] centred = new double[width];
        for (float[] vector : vectors) {
            for (int i = 0; i < width; i++) {
                centred[i] = vector[i] - mean[i];
            }
            for (int i = 0; i < width; i++) {
                double[] row = covariance[i];
                for (int j = 0; j <= i; j++) {
                    row[j] += centred[i] * centred[j];
                }
            }
        }
        for (int i = 0; i < width; i++) {
            for (int j = 0; j <= i; j++) {
                covariance[i][j] /= n - 1;
                covariance[j][i] = covariance[i][j];
            }
        }
        return new FeatureStatistics(n, mean, covariance);
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

    private static double[] mean(List<float[]> vectors, int width) {
        double[] mean = new double[width];
        for (float[] vector : vectors) {
            if (vector.length != width) {
                throw new IllegalArgumentException("feature vectors of width " + width + " and " + vector.length);
            }
            for (int i = 0; i < width; i++) {
                if (!Float.isFinite(vector[i])) {
                    throw new IllegalArgumentException("a feature is not finite: " + vector[i]);
                }
                mean[i] += vector[i];
            }
        }
        for (int i = 0; i < width; i++) {
            mean[i] /= vectors.size();
        }
        return mean;
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
