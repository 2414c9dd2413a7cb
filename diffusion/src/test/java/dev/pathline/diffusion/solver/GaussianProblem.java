package dev.pathline.diffusion.solver;

import dev.pathline.diffusion.schedule.NoiseSchedule;

/** One-dimensional normal data, for which {@code E[x_0 | x_t] = gain x + offset} (math.md 3.13). */
record GaussianProblem(NoiseSchedule schedule) {
    static final double MEAN = 0.4;
    static final double STD = 0.6;

    /** The exact moments of the marginal at {@code t}. */
    Moments marginal(double t) {
        double alpha = schedule.alpha(t);
        return new Moments(alpha * MEAN, Math.pow(alpha * STD, 2) + Math.pow(schedule.sigma(t), 2));
    }

    double gain(double t) {
        return schedule.alpha(t) * STD * STD / marginal(t).variance();
    }

    double offset(double t) {
        return MEAN * (1 - schedule.alpha(t) * gain(t));
    }

    /** The prediction of {@code x_0}. */
    GaussianVariable data(GaussianVariable x, double t) {
        return x.times(gain(t)).plus(offset(t));
    }
}
