package dev.pathline.diffusion.solver;

/**
 * The phi functions of exponential integrators, {@code phi_k(z) = int_0^1 e^{z (1 - s)} s^{k-1} / (k-1)! ds}: {@code
 * phi_1(z) = expm1(z)/z} and {@code phi_{k+1}(z) = (phi_k(z) - 1/k!) / z} (Hochbruck and Ostermann, Exponential
 * integrators, Acta Numerica 2010, equations 2.10 and 2.11).
 */
final class Phi {
    /** Below it the recursion loses more digits than it keeps for {@code k = 4}, and the series needs few terms. */
    private static final double SMALL = 1;

    private static final int TERMS = 20;

    private Phi() {}

    /** Returns {@code phi_k(z)} for {@code k >= 1} and finite {@code z}. */
    static double of(int k, double z) {
        return Math.abs(z) < SMALL ? series(k, z) : recursion(k, z);
    }

    private static double series(int k, double z) {
        double sum = 0;
        for (int n = TERMS; n >= 0; n--) {
            sum = 1 + sum * z / (n + 1 + k);
        }
        return sum / factorial(k);
    }

    private static double recursion(int k, double z) {
        double phi = StrictMath.expm1(z) / z;
        for (int j = 1; j < k; j++) {
            phi = (phi - 1 / factorial(j)) / z;
        }
        return phi;
    }

    private static double factorial(int k) {
        double product = 1;
        for (int j = 2; j <= k; j++) {
            product *= j;
        }
        return product;
    }
}
