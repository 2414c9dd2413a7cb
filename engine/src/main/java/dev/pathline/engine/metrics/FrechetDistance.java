package dev.pathline.engine.metrics;

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
 */
public final class FrechetDistance {

    private FrechetDistance() {}

    /**
     * Returns the distance, at least 0, in the square of the features' unit.
     *
     * @throws IllegalArgumentException if the widths differ
     * @throws ArithmeticException if an eigenvalue decomposition does not converge
     */
    public static double between(FeatureStatistics a, FeatureStatistics b) {
        int width = a.width();
        if (b.width() != width) {
            throw new IllegalArgumentException("features of width " + width + " and " + b.width());
        }
        double distance = 0;
        for (int i = 0; i < width; i++) {
            double difference = a.mean(i) - b.mean(i);
            distance += difference * difference + a.covariance(i, i) + b.covariance(i, i);
        }
        return Math.max(0, distance - 2 * traceOfRoot(covariance(a), covariance(b)));
    }

    /**
     * {@code tr (C1 C2)^(1/2)}. The product has the eigenvalues of the symmetric {@code R C2 R} with {@code R R = C1},
     * so two symmetric decompositions suffice; the general square root of a matrix fails on singular covariances.
     */
    private static double traceOfRoot(DMatrixRMaj first, DMatrixRMaj second) {
        DMatrixRMaj root = root(first);
        var left = new DMatrixRMaj(first.numRows, first.numCols);
        var product = new DMatrixRMaj(first.numRows, first.numCols);
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
