package dev.pathline.diffusion.solver;

import java.util.Arrays;

/**
 * A normal variable as a mean and weights of independent standard normals, {@code z_0, z_1, ...}: with it a published
 * algorithm can be written down as it is, and its moments be read off.
 */
record GaussianVariable(
        double mean,
        double... weights) {

    static GaussianVariable of(Moments moments) {
        return new GaussianVariable(moments.mean(), Math.sqrt(moments.variance()));
    }

    GaussianVariable times(double factor) {
        return new GaussianVariable(factor * mean, Arrays.stream(weights).map(weight -> factor * weight).toArray());
    }

    GaussianVariable plus(double constant) {
        return new GaussianVariable(mean + constant, weights);
    }

    GaussianVariable plus(GaussianVariable other) {
        double[] sum = Arrays.copyOf(weights, Math.max(weights.length, other.weights.length));
        for (int i = 0; i < other.weights.length; i++) {
            sum[i] += other.weights[i];
        }
        return new GaussianVariable(mean + other.mean, sum);
    }

    GaussianVariable minus(GaussianVariable other) {
        return plus(other.times(-1));
    }

    /** Adds {@code std z} with a {@code z} that nothing before depends on, {@code this} being the latest variable. */
    GaussianVariable plusFreshNoise(double std) {
        double[] longer = Arrays.copyOf(weights, weights.length + 1);
        longer[weights.length] = std;
        return new GaussianVariable(mean, longer);
    }

    Moments moments() {
        return new Moments(mean, Arrays.stream(weights).map(weight -> weight * weight).sum());
    }
}
