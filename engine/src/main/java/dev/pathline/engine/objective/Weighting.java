package dev.pathline.engine.objective;

import dev.pathline.diffusion.schedule.NoiseSchedule;

/**
 * How much an error at each noise level counts. Weights are of the squared error of {@code x0}, so that one weighting
 * means the same for every prediction; with {@code SNR = (alpha/sigma)^2}, weight {@code SNR} is an unweighted error of
 * the noise.
 */
public sealed interface Weighting {

    /** Returns the weight of the squared error of {@code x0} at time {@code t}. */
    double ofData(NoiseSchedule schedule, double t);

    private static double snr(NoiseSchedule schedule, double t) {
        return StrictMath.exp(2 * schedule.halfLogSnr(t));
    }

    /** No weight on the network's own output: the 'simple' loss of each prediction. What that means for {@code x0}
     * depends on the prediction, so this one has no weight of its own. */
    record Plain() implements Weighting {
        @Override
        public double ofData(NoiseSchedule schedule, double t) {
            throw new UnsupportedOperationException("a plain weighting is one of the output, not of the data");
        }
    }

    /** {@code SNR}: all noise levels count alike for a prediction of the noise (arXiv 2006.11239, equation 14). */
    record Snr() implements Weighting {
        @Override
        public double ofData(NoiseSchedule schedule, double t) {
            return snr(schedule, t);
        }
    }

    /** {@code SNR + 1}: an unweighted error of Salimans and Ho's v (arXiv 2202.00512, section 4). */
    record SnrPlusOne() implements Weighting {
        @Override
        public double ofData(NoiseSchedule schedule, double t) {
            return snr(schedule, t) + 1;
        }
    }

    /** {@code max(SNR, 1)}: much noise counts, too (arXiv 2202.00512, section 4). */
    record TruncatedSnr() implements Weighting {
        @Override
        public double ofData(NoiseSchedule schedule, double t) {
            return Math.max(snr(schedule, t), 1);
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
        public double ofData(NoiseSchedule schedule, double t) {
            return Math.min(snr(schedule, t), gamma);
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
        public double ofData(NoiseSchedule schedule, double t) {
            // 1 / (1/SNR + 1/gamma): finite where there is no noise, and where there is nothing else.
            return 1 / (StrictMath.exp(-2 * schedule.halfLogSnr(t)) + 1 / gamma);
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
        public double ofData(NoiseSchedule schedule, double t) {
            return snr(schedule, t) + 1 / (sigmaData * sigmaData);
        }
    }

    /**
     * The weight of the variational bound, {@code -SNR'(t)/2 = -lambda' SNR}, which for the score is {@code g^2/2}
     * (arXiv 2101.09258, theorem 1; arXiv 2107.00630, equation 17). The bound is an integral over the time: it wants
     * evenly drawn times.
     */
    record Likelihood() implements Weighting {
        @Override
        public double ofData(NoiseSchedule schedule, double t) {
            return -schedule.dHalfLogSnr(t) * snr(schedule, t);
        }
    }

    private static void requirePositive(String name, double value) {
        if (!(value > 0 && Double.isFinite(value))) {
            throw new IllegalArgumentException(name + " must be positive, not " + value);
        }
    }
}
