package dev.pathline.diffusion.solver;

import java.util.function.DoubleUnaryOperator;

/** Gauss-Legendre quadrature, exact for polynomials of degree 47. */
final class GaussLegendre {
    private static final int POINTS = 24;
    private static final int NEWTON_STEPS = 8;
    private static final double[] NODES = new double[POINTS];
    private static final double[] WEIGHTS = new double[POINTS];

    static {
        for (int i = 0; i < POINTS; i++) {
            // Tricomi's approximation of the root, which Newton's method makes exact.
            double x = StrictMath.cos(StrictMath.PI * (i + 0.75) / (POINTS + 0.5));
            double slope = 0;
            for (int k = 0; k < NEWTON_STEPS; k++) {
                double value = x;
                double before = 1;
                for (int n = 2; n <= POINTS; n++) {
                    double next = ((2 * n - 1) * x * value - (n - 1) * before) / n;
                    before = value;
                    value = next;
                }
                slope = POINTS * (x * value - before) / (x * x - 1);
                x -= value / slope;
            }
            NODES[i] = x;
            WEIGHTS[i] = 2 / ((1 - x * x) * slope * slope);
        }
    }

    private GaussLegendre() {}

    /** Returns the integral of {@code f} from {@code a} to {@code b}. */
    static double integrate(double a, double b, DoubleUnaryOperator f) {
        double half = (b - a) / 2;
        double sum = 0;
        for (int i = 0; i < POINTS; i++) {
            sum += WEIGHTS[i] * f.applyAsDouble(a + half * (1 + NODES[i]));
        }
        return half * sum;
    }
}
