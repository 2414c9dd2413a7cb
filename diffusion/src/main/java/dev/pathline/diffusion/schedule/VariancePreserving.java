package dev.pathline.diffusion.schedule;

/** What follows for {@code alpha^2 + sigma^2 = 1} from {@code b = -ln alpha} alone, without cancellation at the ends. */
final class VariancePreserving {
    private VariancePreserving() {}

    /** {@code sigma = sqrt(1 - e^{-2b})}. */
    static double sigma(double b) {
        return Math.sqrt(-StrictMath.expm1(-2 * b));
    }

    /** {@code lambda = ln(alpha / sigma) = -ln(e^{2b} - 1) / 2}, in the form that cannot overflow. */
    static double halfLogSnr(double b) {
        return -b - StrictMath.log(-StrictMath.expm1(-2 * b)) / 2;
    }

    /** {@code b = ln(1 + e^{-2 lambda}) / 2}, the inverse of {@link #halfLogSnr}. */
    static double ofHalfLogSnr(double halfLogSnr) {
        double z = -2 * halfLogSnr;
        return (z > 0 ? z + StrictMath.log1p(StrictMath.exp(-z)) : StrictMath.log1p(StrictMath.exp(z))) / 2;
    }
}
