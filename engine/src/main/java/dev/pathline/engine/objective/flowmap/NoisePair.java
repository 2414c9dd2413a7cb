package dev.pathline.engine.objective.flowmap;

import dev.pathline.engine.objective.ObjectiveSettings;
import dev.pathline.engine.objective.ObjectiveSettings.Range;
import java.util.random.RandomGenerator;

/**
 * Which two noise levels {@code to < from} of EDM's schedule consistency training compares, and how they draw together while a
 * run learns.
 */
public sealed interface NoisePair {

    /** Returns the smallest noise level, which counts as clean. */
    double least();

    /** Returns the largest noise level. */
    double most();

    /** The largest inverse of a relative gap between two levels that float32 tells apart well. */
    double CLOSEST = 1e5;

    /** Two noise levels. */
    record Levels(double from, double to) {}

    /**
     * Draws a pair.
     *
     * @param step from 1
     * @param steps of the run
     */
    Levels draw(RandomGenerator random, long step, long steps);

    /** Karras et al.'s grid between both ends (arXiv 2206.00364, equation 5), {@code i = 0 .. count - 1} upwards. */
    private static double level(double least, double most, int i, int count) {
        double rho = 7;
        double low = StrictMath.pow(least, 1 / rho);
        double high = StrictMath.pow(most, 1 / rho);
        return StrictMath.pow(low + (high - low) * i / (count - 1.0), rho);
    }

    /**
     * Neighbours on a grid that becomes finer: {@code N(k) = ceil(sqrt(k/K ((s1 + 1)^2 - s0^2) + s0^2) - 1) + 1}
     * (arXiv 2303.01469, appendix C).
     *
     * @param first {@code s0}, published 2
     * @param last {@code s1}, published 150
     */
    record Uniform(double least, double most, int first, int last) implements NoisePair {

        /** Returns {@code N(k)}. */
        public int levels(long step, long steps) {
            double way = Math.min(1, (step - 1) / (double) steps);
            double square = way * (StrictMath.pow(last + 1, 2) - first * (double) first) + first * (double) first;
            return (int) Math.ceil(Math.sqrt(square) - 1) + 1;
        }

        @Override
        public Levels draw(RandomGenerator random, long step, long steps) {
            int count = levels(step, steps);
            int n = random.nextInt(count - 1);
            return new Levels(level(least, most, n + 1, count), level(least, most, n, count));
        }
    }

    /**
     * Neighbours on a grid that doubles its levels now and then, drawn by a log-normal law of the higher level (arXiv
     * 2310.14189, section 3.4 and 3.5).
     *
     * @param first {@code s0}, published 10
     * @param last {@code s1}, published 1280
     */
    record LogNormal(double least, double most, int first, int last, double mean, double std) implements NoisePair {

        /** Returns {@code N(k) = min(s0 2^floor(k/K'), s1) + 1}, {@code K' = floor(K / (log2(s1/s0) + 1))}. */
        public int levels(long step, long steps) {
            int doublings = (int) Math.floor(StrictMath.log(last / (double) first) / StrictMath.log(2));
            long each = Math.max(1, steps / (doublings + 1));
            long done = Math.min((step - 1) / each, 40);
            return (int) Math.min((long) first << done, last) + 1;
        }

        @Override
        public Levels draw(RandomGenerator random, long step, long steps) {
            int count = levels(step, steps);
            double first = normal(level(0, count));
            double drawn = first + random.nextDouble() * (normal(level(count - 1, count)) - first);
            int low = 0;
            int high = count - 1;
            while (high - low > 1) {
                int middle = (low + high) / 2;
                if (normal(level(middle, count)) <= drawn) {
                    low = middle;
                } else {
                    high = middle;
                }
            }
            return new Levels(level(high, count), level(low, count));
        }

        private double level(int i, int count) {
            return NoisePair.level(least, most, i, count);
        }

        private double normal(double sigma) {
            return (1 + erf((StrictMath.log(sigma) - mean) / (std * Math.sqrt(2)))) / 2;
        }

        /** The error function to 1.5e-7 (Abramowitz and Stegun, 7.1.26). */
        private static double erf(double z) {
            double t = 1 / (1 + 0.3275911 * Math.abs(z));
            double sum = t * (0.254829592
                    + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))));
            return Math.signum(z) * (1 - sum * StrictMath.exp(-z * z));
        }
    }

    /**
     * The higher level by a log-normal law, the lower one nearer and nearer: {@code to = from max(0, 1 - q^-(s+1) n(from))},
     * {@code n(t) = 1 + k sigmoid(-b t)}, with a stage {@code s} that grows (arXiv 2406.14548, section 4). At first
     * it is clean data, which is diffusion.
     *
     * @param base {@code q}, published 2 to 256
     * @param stages how many stages a run has
     * @param gain {@code k}, published 8
     * @param slope {@code b}, published 1
     */
    record Continuous(double least, double most, double mean, double std, double base, int stages, double gain,
            double slope) implements NoisePair {

        @Override
        public Levels draw(RandomGenerator random, long step, long steps) {
            double from = Math.clamp(StrictMath.exp(mean + std * random.nextGaussian()), 1.01 * least, most);
            long stage = Math.min((step - 1) * stages / Math.max(1, steps), stages - 1L);
            double near = 1 + gain / (1 + StrictMath.exp(slope * from));
            double to = from * Math.max(0, 1 - StrictMath.pow(base, -(stage + 1.0)) * near);
            return new Levels(from, to < least ? 0 : to);
        }
    }

    /** Reads {@code sigmaMin} and {@code sigmaMax} and what {@code discretization} has. */
    static NoisePair read(ObjectiveSettings settings, String kind) {
        double least = settings.number("sigmaMin", Range.POSITIVE, 0.002);
        double most = settings.number("sigmaMax", Range.POSITIVE, 80);
        if (least >= most) {
            settings.problem("sigmaMax", "is " + most + ", not above sigmaMin, " + least);
            most = 2 * least;
        }
        return switch (kind) {
            case "uniform" -> {
                int first = settings.whole("firstLevels", 2, 2);
                yield new Uniform(least, most, first, Math.max(first, settings.whole("lastLevels", 2, 150)));
            }
            case "log-normal" -> {
                int first = settings.whole("firstLevels", 2, 10);
                yield new LogNormal(least, most, first, Math.max(first, settings.whole("lastLevels", 2, 1280)),
                        settings.number("mean", Range.ANY, -1.1), settings.number("std", Range.POSITIVE, 2));
            }
            default -> {
                double base = settings.number("q", Range.POSITIVE, 2);
                if (base <= 1) {
                    settings.problem("q", "is " + base + ", but each stage divides the gap by it: give more than 1");
                    base = 2;
                }
                int stages = settings.whole("stages", 1, 8);
                if (StrictMath.pow(base, stages) > CLOSEST) {
                    settings.problem("q", "is " + base + ", which " + stages + " stages bring so near that rounding is"
                            + " all that is left of the gap: give fewer stages, for a q of 256 one");
                    stages = 1;
                }
                yield new Continuous(least, most, settings.number("mean", Range.ANY, -1.1),
                        settings.number("std", Range.POSITIVE, 2), base, stages,
                        settings.number("k", Range.FROM_ZERO, 8), settings.number("b", Range.POSITIVE, 1));
            }
        };
    }
}
