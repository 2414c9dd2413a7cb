package dev.pathline.diffusion.schedule;

import java.util.Map;

/**
 * The variance-preserving cosine schedule: with {@code theta = (t + s) / (1 + s) * pi/2} and {@code theta0} its value at
 * {@code t = 0}, {@code alpha = cos(theta) / cos(theta0)}. Domain {@code [0, 1]}, with {@code alpha(1) = 0}.
 *
 * <p>Source: Nichol and Dhariwal, arXiv 2102.09672, equation 17; sampling starts at {@code t = 0.9946}, the choice of
 * DPM-Solver (arXiv 2206.00927, code) that keeps {@code lambda} above -4.8.
 *
 * @param offset {@code s}, positive and below 1
 */
public record VpCosine(double offset) implements NoiseSchedule {

    /** The schedule's name. */
    public static final String NAME = "vp-cosine";

    /** The published schedule, {@code s = 0.008}. */
    public static final VpCosine DEFAULT = new VpCosine(0.008);

    /** @throws IllegalArgumentException if {@code offset} is not in {@code (0, 1)} */
    public VpCosine {
        if (!(offset > 0 && offset < 1)) {
            throw new IllegalArgumentException("vp-cosine needs an offset between 0 and 1, not " + offset);
        }
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public ScheduleSpec spec() {
        return new ScheduleSpec(NAME, Map.of("offset", offset));
    }

    @Override
    public double alpha(double t) {
        // cos(theta) as the sine of its complement, which is exact down to alpha = 0.
        return StrictMath.sin(angle(1 - t)) / StrictMath.cos(start());
    }

    @Override
    public double sigma(double t) {
        return Math.sqrt(variance(t));
    }

    @Override
    public double dAlpha(double t) {
        return -rate() * StrictMath.sin(start() + angle(t)) / StrictMath.cos(start());
    }

    @Override
    public double dSigma(double t) {
        return -alpha(t) * dAlpha(t) / sigma(t);
    }

    @Override
    public double halfLogSnr(double t) {
        return StrictMath.log(alpha(t)) - StrictMath.log(variance(t)) / 2;
    }

    @Override
    public double timeOfHalfLogSnr(double halfLogSnr) {
        double alpha = 1 / Math.sqrt(1 + StrictMath.exp(-2 * halfLogSnr));
        double variance = 1 / (1 + StrictMath.exp(2 * halfLogSnr));
        double cos0 = StrictMath.cos(start());
        double sin0 = StrictMath.sin(start());
        double sin = StrictMath.hypot(sin0, cos0 * Math.sqrt(variance));
        // theta - theta0 from its sine and cosine; the sine is multiplied out so that nothing cancels near t = 0.
        double difference = StrictMath.atan2(cos0 * variance / (sin + alpha * sin0), alpha * cos0 * cos0 + sin0 * sin);
        // Rounding must not leave the domain: beyond 1 alpha is negative.
        return Math.min(difference / rate(), 1);
    }

    @Override
    public double minTime() {
        return 1e-3;
    }

    @Override
    public double maxTime() {
        return 0.9946;
    }

    @Override
    public boolean variancePreserving() {
        return true;
    }

    /** sigma^2 = (cos^2 theta0 - cos^2 theta) / cos^2 theta0, as a product of sines: 1 - alpha^2 would cancel near 0. */
    private double variance(double t) {
        double cos0 = StrictMath.cos(start());
        return StrictMath.sin(angle(t)) * StrictMath.sin(angle(t) + 2 * start()) / (cos0 * cos0);
    }

    private double rate() {
        return Math.PI / 2 / (1 + offset);
    }

    private double angle(double t) {
        return t * rate();
    }

    private double start() {
        return angle(offset);
    }
}
