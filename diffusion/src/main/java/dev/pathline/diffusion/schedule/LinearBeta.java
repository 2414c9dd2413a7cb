package dev.pathline.diffusion.schedule;

/** {@code beta(t) = beta0 + (beta1 - beta0) t} and its integral, which VP-linear and sub-VP share. */
final class LinearBeta {
    private LinearBeta() {}

    static void check(String schedule, double beta0, double beta1) {
        if (!(beta0 > 0 && beta0 <= beta1 && Double.isFinite(beta1))) {
            throw new IllegalArgumentException(
                    schedule + " needs 0 < beta0 <= beta1, not beta0 = " + beta0 + " and beta1 = " + beta1);
        }
    }

    static double at(double beta0, double beta1, double t) {
        return beta0 + (beta1 - beta0) * t;
    }

    /** {@code B(t)}, the integral of beta from 0 to {@code t}. */
    static double integral(double beta0, double beta1, double t) {
        return t * (beta0 + (beta1 - beta0) * t / 2);
    }

    /** The inverse of {@link #integral}: the positive root of the quadratic, written without cancellation. */
    static double timeOfIntegral(double beta0, double beta1, double integral) {
        return 2 * integral / (Math.sqrt(beta0 * beta0 + 2 * (beta1 - beta0) * integral) + beta0);
    }
}
