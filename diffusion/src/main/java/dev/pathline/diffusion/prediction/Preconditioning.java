package dev.pathline.diffusion.prediction;

import dev.pathline.diffusion.schedule.NoiseSchedule;

/**
 * How a network {@code F} is wrapped into the predictor {@code P = skip*x + out*F(in*x, ...)}.
 *
 * <p>Source: Karras et al., arXiv 2206.00364, equation 7 and table 1.
 */
public sealed interface Preconditioning {

    /** No wrapping: the network sees {@code x} and its output is the prediction. */
    Preconditioning NONE = new None();

    /** Returns the scale of the network's input, {@code c_in}. */
    double inputScale(NoiseSchedule schedule, double t);

    /** Returns the map from {@code (x, F)} to the prediction. */
    Affine prediction(NoiseSchedule schedule, double t);

    /** No wrapping. */
    record None() implements Preconditioning {
        @Override
        public double inputScale(NoiseSchedule schedule, double t) {
            return 1;
        }

        @Override
        public Affine prediction(NoiseSchedule schedule, double t) {
            return Affine.OUTPUT;
        }
    }

    /**
     * EDM's wrapping with the boundary that makes it a consistency function, {@code f(x, sigmaMin) = x}: in
     * {@code rho = sigma/alpha}, {@code c_skip = sigmaData^2 / ((rho - sigmaMin)^2 + sigmaData^2)} and
     * {@code c_out = (rho - sigmaMin) sigmaData / sqrt(rho^2 + sigmaData^2)} act on {@code x/alpha}. For a schedule whose
     * {@code alpha} is never 0.
     *
     * <p>Source: Song et al., arXiv 2303.01469, appendix C.
     *
     * @param sigmaData the standard deviation of the data, positive
     * @param sigmaMin the noise level that counts as clean, not negative
     */
    record Consistency(
            double sigmaData,
            double sigmaMin) implements Preconditioning {

        /** @throws IllegalArgumentException if a parameter is out of range */
        public Consistency {
            if (!(sigmaData > 0 && Double.isFinite(sigmaData) && sigmaMin >= 0 && Double.isFinite(sigmaMin))) {
                throw new IllegalArgumentException("consistency preconditioning needs sigmaData > 0 and sigmaMin >= 0,"
                        + " not " + sigmaData + " and " + sigmaMin);
            }
        }

        @Override
        public double inputScale(NoiseSchedule schedule, double t) {
            return new Edm(sigmaData).inputScale(schedule, t);
        }

        @Override
        public Affine prediction(NoiseSchedule schedule, double t) {
            double rho = schedule.noiseRatio(t);
            double gap = rho - sigmaMin;
            return new Affine(
                    sigmaData * sigmaData / (gap * gap + sigmaData * sigmaData) / schedule.alpha(t),
                    gap * sigmaData / StrictMath.hypot(rho, sigmaData));
        }
    }

    /**
     * EDM's wrapping for any {@code (alpha, sigma)}, whose prediction is {@code x_0}: with
     * {@code S^2 = alpha^2 sigmaData^2 + sigma^2}, {@code c_in = 1/S}, {@code c_skip = alpha sigmaData^2 / S^2} and
     * {@code c_out = sigma sigmaData / S}.
     *
     * @param sigmaData the standard deviation of the data, positive
     */
    record Edm(double sigmaData) implements Preconditioning {

        /** @throws IllegalArgumentException if {@code sigmaData} is not positive and finite */
        public Edm {
            if (!(sigmaData > 0 && Double.isFinite(sigmaData))) {
                throw new IllegalArgumentException("sigmaData must be positive, not " + sigmaData);
            }
        }

        @Override
        public double inputScale(NoiseSchedule schedule, double t) {
            return 1 / StrictMath.hypot(schedule.alpha(t) * sigmaData, schedule.sigma(t));
        }

        @Override
        public Affine prediction(NoiseSchedule schedule, double t) {
            double inverse = inputScale(schedule, t);
            return new Affine(
                    schedule.alpha(t) * sigmaData * sigmaData * inverse * inverse,
                    schedule.sigma(t) * sigmaData * inverse);
        }
    }

    /**
     * The wrapping whose prediction is the score, from an output of order one at every noise level: {@code s = F/sigma},
     * with EDM's {@code c_in}. A network that gave the score itself would have to be as large as {@code 1/sigma}.
     *
     * <p>Source: Song et al., arXiv 2011.13456, appendix C, whose models divide by the standard deviation.
     *
     * @param sigmaData the standard deviation of the data, positive; 1 leaves a variance-preserving input as it is
     */
    record Score(double sigmaData) implements Preconditioning {

        /** @throws IllegalArgumentException if {@code sigmaData} is not positive and finite */
        public Score {
            if (!(sigmaData > 0 && Double.isFinite(sigmaData))) {
                throw new IllegalArgumentException("sigmaData must be positive, not " + sigmaData);
            }
        }

        @Override
        public double inputScale(NoiseSchedule schedule, double t) {
            return new Edm(sigmaData).inputScale(schedule, t);
        }

        @Override
        public Affine prediction(NoiseSchedule schedule, double t) {
            return new Affine(0, 1 / schedule.sigma(t));
        }
    }
}
