package dev.pathline.engine.graph;

import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/** How a parameter starts before training. */
public sealed interface Initializer {

    /** Every element is {@code value}. */
    record Constant(float value) implements Initializer {
        @Override
        public void fill(float[] target, RandomGenerator random) {
            java.util.Arrays.fill(target, value);
        }
    }

    /** Uniform in {@code [-bound, bound]}; PyTorch's default for linear and convolution has {@code 1/sqrt(fanIn)}. */
    record Uniform(double bound) implements Initializer {
        @Override
        public void fill(float[] target, RandomGenerator random) {
            for (int i = 0; i < target.length; i++) {
                target[i] = (float) random.nextDouble(-bound, bound);
            }
        }
    }

    /** Normal with mean 0 and the given standard deviation. */
    record Normal(double std) implements Initializer {
        @Override
        public void fill(float[] target, RandomGenerator random) {
            for (int i = 0; i < target.length; i++) {
                target[i] = (float) (std * random.nextGaussian());
            }
        }
    }

    /** All zeros: a residual branch that starts so leaves its input as it is. */
    Initializer ZEROS = new Constant(0);

    /** All ones, for scales. */
    Initializer ONES = new Constant(1);

    /** Fills {@code target}; the same random state gives the same numbers. */
    void fill(float[] target, RandomGenerator random);

    /** Returns new values for {@code parameter}, from a stream of its own: other parameters do not move them. */
    static float[] values(Parameter parameter, long seed) {
        float[] values = new float[Math.toIntExact(parameter.size())];
        parameter.initializer().fill(values,
                new SplittableRandom(seed * 0x9E3779B97F4A7C15L + stableHash(parameter.name())));
        return values;
    }

    private static long stableHash(String name) {
        long hash = 1125899906842597L;
        for (int i = 0; i < name.length(); i++) {
            hash = 31 * hash + name.charAt(i);
        }
        return hash;
    }
}
