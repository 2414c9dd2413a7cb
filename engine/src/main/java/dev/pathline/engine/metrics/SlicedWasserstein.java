package dev.pathline.engine.metrics;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * The sliced 2-Wasserstein distance (Bonneel et al. 2015, Journal of Mathematical Imaging and Vision 51, 22; arXiv
 * 1902.00434, eq. 9): the root of the mean, over directions, of the squared Wasserstein distance of the projections. On a
 * line that is the squared difference of the quantile functions, summed exactly also where the sets have different sizes.
 *
 * <p>Two distributions that differ by a shift {@code s} alone are {@code |s| / sqrt(width)} apart. The directions are
 * drawn once, from a seed: distances by the same directions stand beside one another.
 *
 * <p>Keeps the reference's sorted projections. Intervals are those of {@link GroupJackknife} over the samples. Immutable
 * and safe for concurrent use.
 */
public final class SlicedWasserstein {

    private final int width;
    private final InnerProducts directions;
    private final double[][] reference;

    /**
     * A distance from a reference.
     *
     * @param directions how many, at least 1
     * @param seed determines the directions
     */
    public SlicedWasserstein(VectorSet reference, int directions, long seed) {
        this.width = reference.width();
        double[][] units = units(directions, width, seed);
        this.directions = new InnerProducts(directions, width, (j, k) -> units[j][k]);
        this.reference = projections(reference, directions);
        Arrays.stream(this.reference).parallel().forEach(Arrays::sort);
    }

    private static double[][] units(int count, int width, long seed) {
        var random = new SplittableRandom(seed);
        double[][] units = new double[count][width];
        for (double[] unit : units) {
            double square = 0;
            for (int k = 0; k < width; k++) {
                unit[k] = random.nextGaussian();
                square += unit[k] * unit[k];
            }
            for (int k = 0; k < width; k++) {
                unit[k] /= Math.sqrt(square);
            }
        }
        return units;
    }

    /** By direction, then by vector. */
    private double[][] projections(VectorSet set, int count) {
        double[][] projections = new double[count][set.size()];
        directions.forEach(set, (i, row) -> {
            for (int j = 0; j < count; j++) {
                projections[j][i] = row[j];
            }
        });
        return projections;
    }

    /**
     * Returns the distance of samples from the reference, in the unit of the vectors.
     *
     * @param groups the samples' groups
     * @throws IllegalArgumentException if the samples have another width than the reference, or the groups another size
     */
    public Estimate of(VectorSet samples, SampleGroups groups) {
        if (samples.width() != width) {
            throw new IllegalArgumentException("features of width " + width + " and " + samples.width());
        }
        groups.requireOf(samples);
        double[][] projections = projections(samples, reference.length);
        double[][] squares = IntStream.range(0, reference.length).parallel()
                .mapToObj(j -> squares(new SortedGroups(projections[j], groups), reference[j], groups.count()))
                .toArray(double[][]::new);
        double[] without = new double[groups.count()];
        Arrays.setAll(without, g -> distance(squares, g));
        return GroupJackknife.interval(distance(squares, groups.count()), without).within(0, Double.POSITIVE_INFINITY);
    }

    /** The squared distance without each group, and with all of them. */
    private static double[] squares(SortedGroups sorted, double[] reference, int groups) {
        double[] squares = new double[groups + 1];
        double[] left = new double[sorted.size()];
        for (int g = 0; g <= groups; g++) {
            squares[g] = square(left, sorted.without(g, left), reference);
        }
        return squares;
    }

    private static double distance(double[][] squares, int column) {
        return Math.sqrt(Arrays.stream(squares).mapToDouble(row -> row[column]).sum() / squares.length);
    }

    /** The integral of the squared difference of two quantile functions, which are steps; the arrays are sorted. */
    static double square(double[] x, int m, double[] y) {
        int n = y.length;
        long at = 0;
        double sum = 0;
        for (int i = 0, j = 0; i < m && j < n;) {
            // Where the next step is, in units of 1 / (m n).
            long endOfX = (i + 1L) * n;
            long endOfY = (j + 1L) * m;
            long next = Math.min(endOfX, endOfY);
            double difference = x[i] - y[j];
            sum += difference * difference * (next - at);
            at = next;
            i += endOfX == next ? 1 : 0;
            j += endOfY == next ? 1 : 0;
        }
        return sum / m / n;
    }
}
