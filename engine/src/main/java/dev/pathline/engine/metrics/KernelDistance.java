package dev.pathline.engine.metrics;

import java.util.Arrays;
import java.util.function.DoubleUnaryOperator;

/**
 * The squared maximum mean discrepancy of samples from a reference, by its unbiased estimator (arXiv 0805.2368, eq. 3):
 * {@code mean k(x, x') + mean k(y, y') - 2 mean k(x, y)} over pairs of different vectors. Its expectation is 0 where both
 * have one distribution and all vectors are independent, so an estimate may be negative. Samples whose classes take turns
 * are spread more evenly than independent ones, which moves it below 0 by the order of one over their number.
 *
 * <p>Keeps what the reference alone determines, so many sets are measured against one reference. Intervals are those of
 * {@link GroupJackknife} over the samples. Immutable and safe for concurrent use.
 */
public final class KernelDistance {

    private final Kernel kernel;
    private final VectorSet reference;
    private final double within;

    /** What compares two vectors. */
    public enum Kernel {
        /**
         * {@code (x.y / width + 1)^3}. Between features of Inception v3 the distance by it is known as KID (arXiv
         * 1801.01401, eq. 2); of other features it is another number, and should not be called so.
         */
        POLYNOMIAL,

        /**
         * {@code -|x - y|}, by which the distance is the energy distance {@code 2 E|x-y| - E|x-x'| - E|y-y'|} (Szekely and
         * Rizzo 2013; arXiv 1207.6076, section 3), in the unit of the vectors.
         */
        ENERGY
    }

    /**
     * A distance from a reference. Takes time of the order of {@code size^2 width}.
     *
     * @throws IllegalArgumentException if the reference has fewer than 2 vectors
     */
    public KernelDistance(Kernel kernel, VectorSet reference) {
        if (reference.size() < 2) {
            throw new IllegalArgumentException("a kernel distance needs at least 2 vectors in the reference");
        }
        this.kernel = kernel;
        this.reference = reference;
        int n = reference.size();
        double[] sums = new double[n];
        forEach(reference, reference, (i, values) -> {
            for (int j = 0; j < n; j++) {
                sums[i] += j == i ? 0 : values[j];
            }
        });
        this.within = Arrays.stream(sums).sum() / n / (n - 1);
    }

    /**
     * Returns the distance of samples from the reference.
     *
     * @param groups the samples' groups
     * @throws IllegalArgumentException if the samples have another width than the reference, or the groups another size
     */
    public Estimate of(VectorSet samples, SampleGroups groups) {
        samples.requireSameWidth(reference);
        groups.requireOf(samples);
        double[] cross = crossSums(samples, groups);
        double[][] own = ownSums(samples, groups);
        double crossSum = Arrays.stream(cross).sum();
        double ownSum = Arrays.stream(own).flatMapToDouble(Arrays::stream).sum();
        double[] without = new double[groups.count()];
        for (int g = 0; g < without.length; g++) {
            // Pairs with one end in the group are in its row and again in its column, those with both in both.
            double left = ownSum - 2 * Arrays.stream(own[g]).sum() + own[g][g];
            without[g] = distance(samples.size() - groups.size(g), left, crossSum - cross[g]);
        }
        return GroupJackknife.interval(distance(samples.size(), ownSum, crossSum), without);
    }

    private double distance(int size, double ownSum, double crossSum) {
        return ownSum / size / (size - 1) + within - 2 * crossSum / size / reference.size();
    }

    /** The sum of the kernel over the pairs of a group's samples with the reference, for each group. */
    private double[] crossSums(VectorSet samples, SampleGroups groups) {
        double[] sums = new double[samples.size()];
        forEach(samples, reference, (i, values) -> sums[i] = Arrays.stream(values).sum());
        double[] cross = new double[groups.count()];
        for (int i = 0; i < sums.length; i++) {
            cross[groups.of(i)] += sums[i];
        }
        return cross;
    }

    /** The sum of the kernel over the ordered pairs of different samples of two groups, for each two groups. */
    private double[][] ownSums(VectorSet samples, SampleGroups groups) {
        double[][] sums = new double[samples.size()][groups.count()];
        forEach(samples, samples, (i, values) -> {
            for (int j = 0; j < values.length; j++) {
                sums[i][groups.of(j)] += j == i ? 0 : values[j];
            }
        });
        double[][] own = new double[groups.count()][groups.count()];
        for (int i = 0; i < sums.length; i++) {
            for (int g = 0; g < own.length; g++) {
                own[groups.of(i)][g] += sums[i][g];
            }
        }
        return own;
    }

    private void forEach(VectorSet left, VectorSet right, InnerProducts.Row row) {
        double width = left.width();
        switch (kernel) {
            case POLYNOMIAL -> new InnerProducts(right).forEach(left, mapped(row, product -> {
                double base = product / width + 1;
                return base * base * base;
            }));
            case ENERGY -> new SquaredDistances(right).forEach(left, mapped(row, square -> -Math.sqrt(square)));
        }
    }

    private static InnerProducts.Row mapped(InnerProducts.Row row, DoubleUnaryOperator function) {
        return (i, values) -> {
            for (int j = 0; j < values.length; j++) {
                values[j] = function.applyAsDouble(values[j]);
            }
            row.accept(i, values);
        };
    }
}
