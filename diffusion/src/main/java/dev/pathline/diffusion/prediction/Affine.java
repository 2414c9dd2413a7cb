package dev.pathline.diffusion.prediction;

import dev.pathline.diffusion.schedule.NoiseSchedule;

/**
 * The map {@code value = x*X + output*F} from a noisy point {@code X} and a network's output {@code F} to another
 * quantity, element by element.
 *
 * @param x weight of the noisy point
 * @param output weight of the output
 */
public record Affine(
        double x,
        double output) {

    /** The map that returns the output itself. */
    public static final Affine OUTPUT = new Affine(0, 1);

    /** Returns the map that applies {@code first} to {@code (X, F)} and then this map to {@code (X, result)}. */
    public Affine after(Affine first) {
        return new Affine(x + output * first.x, output * first.output);
    }

    /**
     * Returns where the probability-flow ODE takes {@code X} from time {@code t} to {@code u < t} for a constant prediction
     * {@code F} of {@code x_0}: {@code (sigma_u/sigma_t) X - alpha_u expm1(-h) F} with {@code h = lambda_u - lambda_t}. It
     * is the exponential integrator of first order, DDIM's step, and bounded at both ends: {@code F} at
     * {@code sigma_u = 0}, and {@code sigma_u X + alpha_u F} from {@code alpha_t = 0}.
     */
    public static Affine dataStep(NoiseSchedule schedule, double t, double u) {
        double h = schedule.halfLogSnr(u) - schedule.halfLogSnr(t);
        return new Affine(
                schedule.sigma(u) / schedule.sigma(t), t == u ? 0 : -schedule.alpha(u) * StrictMath.expm1(-h));
    }

    /** Returns the value for one element. */
    public double apply(double point, double value) {
        return x * point + output * value;
    }
}
