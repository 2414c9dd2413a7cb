package dev.pathline.diffusion.adaptive;

import java.util.Arrays;

/** Arithmetic on arrays, which stand for vectors; results are new arrays. */
final class Vectors {
    private Vectors() {}

    /** {@code a x + b y}. */
    static double[] combine(double a, double[] x, double b, double[] y) {
        double[] sum = new double[x.length];
        for (int i = 0; i < sum.length; i++) {
            sum[i] = a * x[i] + b * y[i];
        }
        return sum;
    }

    /** {@code factor sum_k weights[k] vectors[k]}, over as many vectors as there are weights. */
    static double[] weighted(double factor, double[] weights, double[][] vectors) {
        double[] sum = new double[vectors[0].length];
        for (int k = 0; k < weights.length; k++) {
            for (int i = 0; i < sum.length; i++) {
                sum[i] += factor * weights[k] * vectors[k][i];
            }
        }
        return sum;
    }

    static boolean isFinite(double[] x) {
        return Arrays.stream(x).allMatch(Double::isFinite);
    }
}
