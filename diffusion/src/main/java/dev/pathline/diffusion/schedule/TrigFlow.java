package dev.pathline.diffusion.schedule;

import java.util.Map;

/**
 * The arc from data to noise: {@code alpha = cos t}, {@code sigma = sigmaData sin t}. Domain {@code [0, pi/2]}.
 *
 * <p>Source: Lu and Song, arXiv 2410.11081 (sCM), section 3: there {@code x_t = cos(t) x_0 + sin(t) z} with
 * {@code z ~ N(0, sigmaData^2)}, so their {@code t} is that of EDM's noise level {@code sigmaData tan t}. Sampling
 * starts at {@code t = pi/2}, where {@code x} is pure noise, as on {@link RectifiedFlow}.
 *
 * @param sigmaData the standard deviation of the noise, which the paper takes equal to the data's; positive
 */
public record TrigFlow(double sigmaData) implements NoiseSchedule {

    /** The schedule's name. */
    public static final String NAME = "trig-flow";

    /** Noise of unit variance. */
    public static final TrigFlow DEFAULT = new TrigFlow(1);

    private static final double RIGHT_ANGLE = Math.PI / 2;

    /** @throws IllegalArgumentException if {@code sigmaData} is not positive and finite */
    public TrigFlow {
        if (!(sigmaData > 0 && Double.isFinite(sigmaData))) {
            throw new IllegalArgumentException("trig-flow needs a positive sigmaData, not " + sigmaData);
        }
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public ScheduleSpec spec() {
        return new ScheduleSpec(NAME, Map.of("sigmaData", sigmaData));
    }

    @Override
    public double alpha(double t) {
        // The sine of the complement is exact down to alpha = 0; cos of the double nearest to pi/2 is 6e-17.
        return StrictMath.sin(RIGHT_ANGLE - t);
    }

    @Override
    public double sigma(double t) {
        return sigmaData * StrictMath.sin(t);
    }

    @Override
    public double dAlpha(double t) {
        return -StrictMath.sin(t);
    }

    @Override
    public double dSigma(double t) {
        return sigmaData * alpha(t);
    }

    @Override
    public double delta(double t) {
        return sigmaData;
    }

    @Override
    public double halfLogSnr(double t) {
        return StrictMath.log(alpha(t)) - StrictMath.log(sigma(t));
    }

    @Override
    public double timeOfHalfLogSnr(double halfLogSnr) {
        return StrictMath.atan(StrictMath.exp(-halfLogSnr) / sigmaData);
    }

    /** Returns the time of EDM's smallest noise level, 0.002. */
    @Override
    public double minTime() {
        return StrictMath.atan(Edm.DEFAULT.sigmaMin() / sigmaData);
    }

    @Override
    public double maxTime() {
        return RIGHT_ANGLE;
    }

    @Override
    public boolean variancePreserving() {
        return sigmaData == 1;
    }
}
