package dev.pathline.engine.objective;

import dev.pathline.diffusion.schedule.NoiseSchedule;

/**
 * How much an error at each noise level counts. Weights are of the squared error of {@code x0}, so that one weighting
 * means the same for every prediction; with {@code SNR = (alpha/sigma)^2}, weight {@code SNR} is an unweighted error of
 * the noise.
 *
 * <p>At the ends of some schedules the signal-to-noise ratio is 0 or infinite, and so is what an error of the output is
 * for {@code x0}, while their product is a plain number. Therefore a weighting is told both what an error of the output
 * is for {@code x0} and what it is for the noise: {@code noise = -(alpha/sigma) data}, so {@code SNR data^2 = noise^2}.
 */
public sealed interface Weighting {

    /**
     * Returns the weight of the squared error of the network's output.
     *
     * @param data how much {@code x0} moves with the output, at a fixed {@code x}
     * @param noise how much the noise does
     * @return at least 0; infinite or NaN where the weighting has no value for this prediction
     */
    double ofOutput(NoiseSchedule schedule, double t, double data, double noise);

    private static double square(double value) {
        return value * value;
    }

    /** No weight on the network's own output: the 'simple' loss of each prediction. */
    record Plain() implements Weighting {
        @Override
        public double ofOutput(NoiseSchedule schedule, double t, double data, double noise) {
            return 1;
        }
    }

    /** {@code SNR}: all noise levels count alike for a prediction of the noise (arXiv 2006.11239, equation 14). */
    record Snr() implements Weighting {
        @Override
        public double ofOutput(NoiseSchedule schedule, double t, double data, double noise) {
            return square(noise);
        }
    }

    /** {@code SNR + 1}: an unweighted error of Salimans and Ho's v (arXiv 2202.00512, section 4). */
    record SnrPlusOne() implements Weighting {
        @Override
        public double ofOutput(NoiseSchedule schedule, double t, double data, double noise) {
            return square(noise) + square(data);
        }
    }

    /** {@code max(SNR, 1)}: much noise counts, too (arXiv 2202.00512, section 4). */
    record TruncatedSnr() implements Weighting {
        @Override
        public double ofOutput(NoiseSchedule schedule, double t, double data, double noise) {
            return Math.max(square(noise), square(data));
        }
    }

    /**
     * {@code min(SNR, gamma)}: little noise does not count more and more (arXiv 2303.09556, section 3.4).
     *
     * @param gamma the largest weight, positive; published 5
     */
    record MinSnr(double gamma) implements Weighting {

        /** Checks the range. */
        public MinSnr {
            requirePositive("gamma", gamma);
        }

        @Override
        public double ofOutput(NoiseSchedule schedule, double t, double data, double noise) {
            return Math.min(square(noise), gamma * square(data));
        }
    }

    /**
     * {@code SNR gamma / (SNR + gamma)}, the same without the corner (arXiv 2401.11605, section 3.5).
     *
     * @param gamma the weight that little noise approaches, positive; published 4
     */
    record SoftMinSnr(double gamma) implements Weighting {

        /** Checks the range. */
        public SoftMinSnr {
            requirePositive("gamma", gamma);
        }

        @Override
        public double ofOutput(NoiseSchedule schedule, double t, double data, double noise) {
            // As a sum of reciprocals it is finite where there is no noise, and where there is nothing else.
            return 1 / (1 / square(noise) + 1 / (gamma * square(data)));
        }
    }

    /**
     * {@code (rho^2 + sigmaData^2) / (rho sigmaData)^2} with {@code rho = sigma/alpha}: an unweighted error of the output
     * under EDM's preconditioning (arXiv 2206.00364, table 1).
     *
     * @param sigmaData the standard deviation of the data, positive
     */
    record Edm(double sigmaData) implements Weighting {

        /** Checks the range. */
        public Edm {
            requirePositive("sigmaData", sigmaData);
        }

        @Override
        public double ofOutput(NoiseSchedule schedule, double t, double data, double noise) {
            return square(noise) + square(data / sigmaData);
        }
    }

    /**
     * The weight of the variational bound, {@code -SNR'(t)/2 = -lambda' SNR}, which for the score is {@code g^2/2}
     * (arXiv 2101.09258, theorem 1; arXiv 2107.00630, equation 17). The bound is an integral over the time: it wants
     * evenly drawn times. Where there is no noise it has no value, so times begin a little above.
     */
    record Likelihood() implements Weighting {
        @Override
        public double ofOutput(NoiseSchedule schedule, double t, double data, double noise) {
            // -lambda' = Delta/(alpha sigma); without alpha below, it is finite down to alpha = 0 (zero terminal SNR).
            return schedule.delta(t) * Math.abs(data * noise) / square(schedule.sigma(t));
        }
    }

    private static void requirePositive(String name, double value) {
        if (!(value > 0 && Double.isFinite(value))) {
            throw new IllegalArgumentException(name + " must be positive, not " + value);
        }
    }
}
