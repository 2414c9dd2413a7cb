package dev.pathline.diffusion.solver;

import static dev.pathline.diffusion.plan.Combination.DATA;
import static dev.pathline.diffusion.plan.Combination.M0;
import static dev.pathline.diffusion.plan.Combination.NOISE;
import static dev.pathline.diffusion.plan.Combination.X;

import dev.pathline.diffusion.plan.Combination;

/**
 * The step that every stochastic exponential solver corrects: for a constant prediction {@code m} of {@code x_0}, and
 * with a share {@code k} of the old noise kept and the rest replaced,
 *
 * <pre>{@code x_u = (sigma_u/sigma_t) k x + (alpha_u - alpha_t (sigma_u/sigma_t) k) m + sigma_u sqrt(1 - k^2) z}</pre>
 *
 * <p>With {@code m = x_0} it takes the marginal at {@code t} to that at {@code u}, whatever {@code k} in {@code [0, 1]} is;
 * solvers differ in how they choose it. It comes as {@code ln k}, from {@code -inf} to 0, because the weight of {@code m}
 * is then {@code -alpha_u expm1(ln k - h)}, which cancels nowhere.
 */
public final class FreshNoise {
    private FreshNoise() {}

    /** Returns the step with its noise; the history holds data. */
    public static Combination step(Step step, double logKept) {
        return mean(step, logKept).plus(noise(step, logKept));
    }

    /**
     * Returns the step with its noise, {@code alpha_u m + sigma_u k eps + sigma_u sqrt(1 - k^2) z}, where the history holds
     * {@code eps}; the same map if that goes with {@code m}.
     */
    public static Combination stepOfNoise(Step step, double logKept) {
        return DATA.times(step.alphaU())
                .plus(M0.times(step.sigmaU() * StrictMath.exp(logKept)))
                .plus(noise(step, logKept));
    }

    private static Combination noise(Step step, double logKept) {
        // Of the magnitude, since the negative of expm1(0) would be a negative zero.
        return NOISE.times(step.sigmaU() * Math.sqrt(Math.abs(StrictMath.expm1(2 * logKept))));
    }

    /** Returns the step without its noise; the history holds data. */
    public static Combination mean(Step step, double logKept) {
        return X.times(step.sigmaU() / step.sigmaT() * StrictMath.exp(logKept))
                .plus(M0.times(-step.alphaU() * StrictMath.expm1(logKept - step.h())));
    }

    /** Returns {@code ln k} of the reverse SDE: {@code k = e^{-h}}, and the step is a draw from {@code q(x_u | x_t, x_0 = m)}. */
    public static double ofReverseSde(Step step) {
        return -step.h();
    }

    /**
     * Returns {@code ln k} of the SDE whose noise is {@code rate} times as strong, in variance, as the reverse SDE's:
     * {@code k = e^{-rate h}}. At {@code alpha_t = 0}, where {@code h} is infinite, all noise is replaced if any is.
     */
    public static double ofSde(Step step, double rate) {
        return rate == 0 ? 0 : -rate * step.h();
    }
}
