package dev.pathline.engine.training;

import java.util.random.RandomGenerator;

/** How training times in (0, 1) are drawn. */
public sealed interface TimeDistribution {

    /** Returns a time. */
    double sample(RandomGenerator random);

    /** Uniform. */
    record Uniform() implements TimeDistribution {
        @Override
        public double sample(RandomGenerator random) {
            return random.nextDouble();
        }
    }

    /**
     * Logit-normal: {@code sigmoid(mean + std z)} (Stable Diffusion 3, arXiv 2403.03206, section 3.1). It spends more
     * of the training in the middle, where the prediction is hard.
     */
    record LogitNormal(double mean, double std) implements TimeDistribution {

        /** Checks that the standard deviation is positive. */
        public LogitNormal {
            if (!(std > 0) || !Double.isFinite(std) || !Double.isFinite(mean)) {
                throw new IllegalArgumentException("a logit-normal needs a finite mean and a positive std, got " + mean
                        + " and " + std);
            }
        }

        @Override
        public double sample(RandomGenerator random) {
            return 1 / (1 + Math.exp(-(mean + std * random.nextGaussian())));
        }
    }
}
