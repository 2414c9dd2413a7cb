package dev.pathline.engine.metrics;

/**
 * Sums of vectors and of their products about a point that is near their mean, which a part of them can be taken out of
 * again. Not safe for concurrent use.
 */
final class Moments {

    private final double[] centre;
    private final double[] sum;
    private final double[][] products;
    private final double[] centred;
    private long count;

    /** Nothing yet, about {@code centre}. */
    Moments(double[] centre) {
        this.centre = centre;
        this.sum = new double[centre.length];
        this.products = new double[centre.length][centre.length];
        this.centred = new double[centre.length];
    }

    /** Adds a vector. */
    void add(VectorSet set, int index) {
        count++;
        for (int i = 0; i < centre.length; i++) {
            centred[i] = set.at(index, i) - centre[i];
            sum[i] += centred[i];
        }
        for (int i = 0; i < centre.length; i++) {
            double[] row = products[i];
            double factor = centred[i];
            for (int j = 0; j <= i; j++) {
                row[j] += factor * centred[j];
            }
        }
    }

    /** Adds what another one holds, about the same point. */
    void add(Moments other) {
        combine(other, 1);
    }

    /** Returns these moments without those of a part. */
    Moments without(Moments part) {
        var rest = new Moments(centre);
        rest.combine(this, 1);
        rest.combine(part, -1);
        return rest;
    }

    private void combine(Moments other, int sign) {
        count += sign * other.count;
        for (int i = 0; i < centre.length; i++) {
            sum[i] += sign * other.sum[i];
            for (int j = 0; j <= i; j++) {
                products[i][j] += sign * other.products[i][j];
            }
        }
    }

    /** Returns mean and unbiased covariance; the count must be at least 2. */
    FeatureStatistics statistics() {
        int width = centre.length;
        double[] mean = new double[width];
        double[][] covariance = new double[width][width];
        for (int i = 0; i < width; i++) {
            mean[i] = centre[i] + sum[i] / count;
            for (int j = 0; j <= i; j++) {
                covariance[i][j] = (products[i][j] - sum[i] * sum[j] / count) / (count - 1);
                covariance[j][i] = covariance[i][j];
            }
        }
        return FeatureStatistics.computed(count, mean, covariance);
    }
}
