package dev.pathline.diffusion.adaptive;

/**
 * One step of the explicit Runge-Kutta pair of orders 5 and 4 of Dormand and Prince (Journal of Computational and Applied
 * Mathematics 6, 1980; 'RK5(4)7M'). Its last stage is evaluated at the step's end, so a step after an accepted
 * one costs six evaluations.
 */
final class DormandPrince {
    private static final double[] NODES = {0, 1.0 / 5, 3.0 / 10, 4.0 / 5, 8.0 / 9, 1, 1};

    /** Row {@code s} makes the point of stage {@code s}; the last one is the fifth-order result. */
    private static final double[][] WEIGHTS = {
        {},
        {1.0 / 5},
        {3.0 / 40, 9.0 / 40},
        {44.0 / 45, -56.0 / 15, 32.0 / 9},
        {19372.0 / 6561, -25360.0 / 2187, 64448.0 / 6561, -212.0 / 729},
        {9017.0 / 3168, -355.0 / 33, 46732.0 / 5247, 49.0 / 176, -5103.0 / 18656},
        {35.0 / 384, 0, 500.0 / 1113, 125.0 / 192, -2187.0 / 6784, 11.0 / 84}};

    /** The fifth-order result less the fourth-order one. */
    private static final double[] ERROR = {
        71.0 / 57600, 0, -71.0 / 16695, 71.0 / 1920, -17253.0 / 339200, 22.0 / 525, -1.0 / 40};

    private DormandPrince() {}

    /** Steps from {@code x} at {@code t}, where the field is {@code slope}, by {@code h}, which may be negative. */
    static Attempt step(VectorField field, double[] x, double[] slope, double t, double h) {
        double[][] slopes = new double[NODES.length][];
        slopes[0] = slope;
        double[] point = x;
        for (int s = 1; s < NODES.length; s++) {
            point = Vectors.combine(1, x, 1, Vectors.weighted(h, WEIGHTS[s], slopes));
            slopes[s] = field.at(point, t + NODES[s] * h);
        }
        return new Attempt(point, slopes[NODES.length - 1], Vectors.weighted(h, ERROR, slopes), point);
    }
}
