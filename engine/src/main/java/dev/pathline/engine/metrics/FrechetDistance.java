package dev.pathline.engine.metrics;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;
import org.ejml.dense.row.factory.DecompositionFactory_DDRM;
import org.ejml.interfaces.decomposition.EigenDecomposition_F64;

/**
 * The squared Frechet distance of two Gaussians (Dowson and Landau 1982; arXiv 1706.08500, eq. 6):
 * {@code |m1 - m2|^2 + tr(C1 + C2 - 2 (C1 C2)^(1/2))}.
 *
 * <p>Between features of Inception v3 it is known as FID. Of other features it is another number, on another scale, and
 * should not be called so.
 *
 * <p>It falls with the number of samples, by a bias of the order of {@code width / n}: compare numbers at one sample
 * count only, and beside the distance of real images from real images.
 *
 * <p>Keeps what the reference alone determines. Immutable and safe for concurrent use.
 */
public final class FrechetDistance {

    private final FeatureStatistics reference;
    private final DMatrixRMaj root;

    /**
     * A distance from a reference.
     *
     * @throws ArithmeticException if an eigenvalue decomposition does not converge
     */
    public FrechetDistance(FeatureStatistics reference) {
        this.reference = reference;
        this.root = root(covariance(reference));
    }

    /**
     * Returns the distance, at least 0, in the square of the features' unit.
     *
     * @throws IllegalArgumentException if the widths differ
     * @throws ArithmeticException if an eigenvalue decomposition does not converge
     */
    public static double between(FeatureStatistics a, FeatureStatistics b) {
        return new FrechetDistance(a).of(b);
    }

    /**
     * Returns the distance of some statistics from the reference, as {@link #between} does.
     *
     * @throws IllegalArgumentException if the widths differ
     * @throws ArithmeticException if an eigenvalue decomposition does not converge
     */
    public double of(FeatureStatistics statistics) {
        int width = reference.width();
        if (statistics.width() != width) {
            throw new IllegalArgumentException("features of width " + width + " and " + statistics.width());
        }
        double distance = 0;
        for (int i = 0; i < width; i++) {
            double difference = reference.mean(i) - statistics.mean(i);
            distance += difference * difference + reference.covariance(i, i) + statistics.covariance(i, i);
        }
        return Math.max(0, distance - 2 * traceOfRoot(covariance(statistics)));
    }

    /**
     * Returns the distance of samples from the reference, with the interval of {@link GroupJackknife} over the samples. The
     * interval does not hold the bias.
     *
     * @param groups the samples' groups
     * @throws IllegalArgumentException if the samples have another width than the reference, or the groups another size
     * @throws ArithmeticException if an eigenvalue decomposition does not converge
     */
    public Estimate of(VectorSet samples, SampleGroups groups) {
        groups.requireOf(samples);
        FeatureStatistics whole = FeatureStatistics.of(samples);
        double[] mean = IntStream.range(0, whole.width()).mapToDouble(whole::mean).toArray();
        var parts = new Moments[groups.count()];
        Arrays.setAll(parts, g -> new Moments(mean));
        for (int i = 0; i < samples.size(); i++) {
            parts[groups.of(i)].add(samples, i);
        }
        var all = new Moments(mean);
        for (Moments part : parts) {
            all.add(part);
        }
        double[] without = new double[parts.length];
        IntStream.range(0, parts.length).parallel()
                .forEach(g -> without[g] = of(all.without(parts[g]).statistics()));
        return GroupJackknife.interval(of(whole), without).within(0, Double.POSITIVE_INFINITY);
    }

    /**
     * {@code tr (C1 C2)^(1/2)}. The product has the eigenvalues of the symmetric {@code R C2 R} with {@code R R = C1},
     * so two symmetric decompositions suffice; the general square root of a matrix fails on singular covariances.
     */
    private double traceOfRoot(DMatrixRMaj second) {
        var left = new DMatrixRMaj(root.numRows, root.numCols);
        var product = new DMatrixRMaj(root.numRows, root.numCols);
        CommonOps_DDRM.mult(root, second, left);
        CommonOps_DDRM.mult(left, root, product);
        symmetrise(product);
        EigenDecomposition_F64<DMatrixRMaj> eigen = decompose(product, false);
        double trace = 0;
        for (int i = 0; i < eigen.getNumberOfEigenvalues(); i++) {
            trace += rootOfEigenvalue(eigen, i);
        }
        return trace;
    }

    private static DMatrixRMaj root(DMatrixRMaj matrix) {
        int n = matrix.numRows;
        EigenDecomposition_F64<DMatrixRMaj> eigen = decompose(matrix, true);
        var root = new DMatrixRMaj(n, n);
        for (int i = 0; i < n; i++) {
            DMatrixRMaj vector = eigen.getEigenVector(i);
            CommonOps_DDRM.multAddTransB(rootOfEigenvalue(eigen, i), vector, vector, root);
        }
        return root;
    }

    private static EigenDecomposition_F64<DMatrixRMaj> decompose(DMatrixRMaj matrix, boolean vectors) {
        EigenDecomposition_F64<DMatrixRMaj> eigen = DecompositionFactory_DDRM.eig(matrix.numRows, vectors, true);
        if (!eigen.decompose(matrix.copy())) {
            throw new ArithmeticException("the eigenvalues of a " + matrix.numRows + " x " + matrix.numCols
                    + " covariance cannot be found");
        }
        return eigen;
    }

    /** Rounding makes eigenvalues that are zero a little negative. */
    private static double rootOfEigenvalue(EigenDecomposition_F64<DMatrixRMaj> eigen, int i) {
        return Math.sqrt(Math.max(0, eigen.getEigenvalue(i).getReal()));
    }

    private static void symmetrise(DMatrixRMaj matrix) {
        for (int i = 0; i < matrix.numRows; i++) {
            for (int j = 0; j < i; j++) {
                double mean = 0.5 * (matrix.get(i, j) + matrix.get(j, i));
                matrix.set(i, j, mean);
                matrix.set(j, i, mean);
            }
        }
    }

    private static DMatrixRMaj covariance(FeatureStatistics statistics) {
        var matrix = new DMatrixRMaj(statistics.width(), statistics.width());
        for (int i = 0; i < statistics.width(); i++) {
            for (int j = 0; j < statistics.width(); j++) {
                matrix.set(i, j, statistics.covariance(i, j));
            }
        }
        return matrix;
    }
}
