package dev.pathline.api.experiments.statistics;

/** Small systems of linear equations. */
final class Linear {

    private Linear() {}

    /**
     * Solves {@code matrix x = right} for a matrix that is symmetric and positive definite, by Cholesky's decomposition.
     *
     * @throws ArithmeticException if it is not
     */
    static double[] solve(double[][] matrix, double[] right) {
        int n = right.length;
        double[][] root = new double[n][n];
        for (int i = 0; i < n; i++) {
            for (int j = 0; j <= i; j++) {
                double rest = matrix[i][j];
                for (int k = 0; k < j; k++) {
                    rest -= root[i][k] * root[j][k];
                }
                if (i != j) {
                    root[i][j] = rest / root[j][j];
                } else if (rest > 0) {
                    root[i][i] = Math.sqrt(rest);
                } else {
                    throw new ArithmeticException("the matrix is not positive definite");
                }
            }
        }
        double[] x = right.clone();
        for (int i = 0; i < n; i++) {
            for (int k = 0; k < i; k++) {
                x[i] -= root[i][k] * x[k];
            }
            x[i] /= root[i][i];
        }
        for (int i = n - 1; i >= 0; i--) {
            for (int k = i + 1; k < n; k++) {
                x[i] -= root[k][i] * x[k];
            }
            x[i] /= root[i][i];
        }
        return x;
    }
}
