package dev.pathline.engine.objective;

import dev.pathline.diffusion.schedule.Edm;
import dev.pathline.diffusion.schedule.NoiseSchedule;
import java.util.List;
import java.util.random.RandomGenerator;

/** How training times are drawn. */
public sealed interface TimeDistribution {

    /** How many standard deviations off the mean a normal number is once in 10^16 draws. */
    double WIDEST = 8.3;

    /** Returns a time of the schedule. */
    double sample(RandomGenerator random, NoiseSchedule schedule);

    /** Returns the least and the largest time that {@link #sample} may return, but for once in 10^16 draws. */
    List<Double> ends(NoiseSchedule schedule);

    /**
     * Uniform in {@code [from, to)}.
     *
     * @param from at least 0
     * @param to above {@code from}
     */
    record Uniform(double from, double to) implements TimeDistribution {

        /** Checks the order. */
        public Uniform {
            if (!(from >= 0 && to > from && Double.isFinite(to))) {
                throw new IllegalArgumentException(
                        "uniform times need 0 <= from < to, not from = " + from + " and to = " + to);
            }
        }

        @Override
        public double sample(RandomGenerator random, NoiseSchedule schedule) {
            return from + (to - from) * random.nextDouble();
        }

        @Override
        public List<Double> ends(NoiseSchedule schedule) {
            return List.of(from, to);
        }
    }

    /** The times of the training indices of a discrete schedule, each as likely as any other: DDPM's. */
    record Indices() implements TimeDistribution {
        @Override
        public double sample(RandomGenerator random, NoiseSchedule schedule) {
            int indices = schedule.trainingIndices();
            return (random.nextInt(indices) + 1.0) / indices;
        }

        @Override
        public List<Double> ends(NoiseSchedule schedule) {
            return List.of(1.0 / schedule.trainingIndices(), 1.0);
        }
    }

    /**
     * Logit-normal: {@code sigmoid(mean + std z)} (Stable Diffusion 3, arXiv 2403.03206, section 3.1). It spends more
     * of the training in the middle, where the prediction is hard. For times in (0, 1).
     */
    record LogitNormal(double mean, double std) implements TimeDistribution {

        /** Checks that the standard deviation is positive. */
        public LogitNormal {
            requireNormal("logit-normal", mean, std);
        }

        @Override
        public double sample(RandomGenerator random, NoiseSchedule schedule) {
            return at(random.nextGaussian());
        }

        @Override
        public List<Double> ends(NoiseSchedule schedule) {
            return List.of(at(-WIDEST), at(WIDEST));
        }

        private double at(double normal) {
            return 1 / (1 + StrictMath.exp(-(mean + std * normal)));
        }
    }

    /**
     * {@code 1 - u - s (cos^2(pi u / 2) - 1 + u)} of a uniform {@code u}: with a mode in the middle for {@code s > 0}, at
     * both ends for {@code s < 0} (arXiv 2403.03206, section 3.1). For times in [0, 1].
     *
     * @param scale {@code s}, -1 to {@code 2/(pi - 2)}, within which it is monotone
     */
    record Mode(double scale) implements TimeDistribution {

        private static final double LARGEST = 2 / (Math.PI - 2);

        /** Checks the range. */
        public Mode {
            if (!(scale >= -1 && scale <= LARGEST)) {
                throw new IllegalArgumentException(
                        "the scale of mode times is in [-1, " + LARGEST + "], not " + scale);
            }
        }

        @Override
        public double sample(RandomGenerator random, NoiseSchedule schedule) {
            return at(random.nextDouble());
        }

        @Override
        public List<Double> ends(NoiseSchedule schedule) {
            return List.of(at(1), at(0));
        }

        private double at(double u) {
            double cosine = StrictMath.cos(Math.PI * u / 2);
            return Math.clamp(1 - u - scale * (cosine * cosine - 1 + u), 0, 1);
        }
    }

    /**
     * Times of another distribution in [0, 1], moved towards noise: {@code s t / (1 + (s - 1) t)} (arXiv 2403.03206,
     * equation 23).
     *
     * @param times the times to move
     * @param shift {@code s}, positive; above 1 is towards noise
     */
    record Shifted(TimeDistribution times, double shift) implements TimeDistribution {

        /** Checks the range. */
        public Shifted {
            if (!(shift > 0 && Double.isFinite(shift))) {
                throw new IllegalArgumentException("the shift of times must be positive, not " + shift);
            }
        }

        @Override
        public double sample(RandomGenerator random, NoiseSchedule schedule) {
            return moved(times.sample(random, schedule));
        }

        @Override
        public List<Double> ends(NoiseSchedule schedule) {
            return times.ends(schedule).stream().map(this::moved).toList();
        }

        private double moved(double t) {
            return shift * t / (1 + (shift - 1) * t);
        }
    }

    /**
     * The times at which {@code ln(sigma/alpha)} is normal: EDM's (arXiv 2206.00364, table 1), for any schedule. Where the
     * schedule's times are bounded, a level beyond its ends becomes that of the end; EDM's own are not.
     *
     * @param mean of {@code ln(sigma/alpha)}
     * @param std of {@code ln(sigma/alpha)}, positive
     */
    record LogNormal(double mean, double std) implements TimeDistribution {

        /** Checks that the standard deviation is positive. */
        public LogNormal {
            requireNormal("log-normal", mean, std);
        }

        @Override
        public double sample(RandomGenerator random, NoiseSchedule schedule) {
            return at(random.nextGaussian(), schedule);
        }

        @Override
        public List<Double> ends(NoiseSchedule schedule) {
            return List.of(at(-WIDEST, schedule), at(WIDEST, schedule));
        }

        private double at(double normal, NoiseSchedule schedule) {
            double t = schedule.timeOfHalfLogSnr(-(mean + std * normal));
            return schedule instanceof Edm ? t : Math.clamp(t, schedule.minTime(), schedule.maxTime());
        }
    }

    private static void requireNormal(String name, double mean, double std) {
        if (!(std > 0) || !Double.isFinite(std) || !Double.isFinite(mean)) {
            throw new IllegalArgumentException("a " + name + " needs a finite mean and a positive std, got " + mean
                    + " and " + std);
        }
    }
}
