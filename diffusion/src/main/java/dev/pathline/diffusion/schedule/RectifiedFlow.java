package dev.pathline.diffusion.schedule;

import java.util.Map;

/**
 * The straight path {@code x_t = (1 - t) x_0 + t eps}: {@code alpha = 1 - t}, {@code sigma = t}. Domain {@code [0, 1]}.
 *
 * <p>Sampling starts at {@code t = 1} exactly, where {@code x} is pure noise and {@code lambda = -inf}: the velocity and
 * the {@code x_0} form are bounded there, and starting below 1 would give every sample a slightly wrong mean.
 *
 * <p>Sources: Liu et al., arXiv 2209.03003; Lipman et al., arXiv 2210.02747 (with time reversed). The shift is that of
 * Stable Diffusion 3, arXiv 2403.03206, equation 23, and of diffusers. It moves the points of evenly spaced grids,
 * {@link #shiftedTime}, and leaves the process alone, so that the velocity stays {@code eps - x_0} and a network trained
 * with one shift may be sampled with another.
 *
 * @param shift the resolution shift {@code s}, positive; 1 is none
 */
public record RectifiedFlow(double shift) implements NoiseSchedule {

    /** The schedule's name. */
    public static final String NAME = "rectified-flow";

    /** The plain path, without a shift. */
    public static final RectifiedFlow DEFAULT = new RectifiedFlow(1);

    /** @throws IllegalArgumentException if {@code shift} is not positive and finite */
    public RectifiedFlow {
        if (!(shift > 0 && Double.isFinite(shift))) {
            throw new IllegalArgumentException("rectified-flow needs a positive shift, not " + shift);
        }
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public ScheduleSpec spec() {
        return new ScheduleSpec(NAME, Map.of("shift", shift));
    }

    @Override
    public double alpha(double t) {
        return 1 - t;
    }

    @Override
    public double sigma(double t) {
        return t;
    }

    @Override
    public double dAlpha(double t) {
        return -1;
    }

    @Override
    public double dSigma(double t) {
        return 1;
    }

    @Override
    public double delta(double t) {
        return 1;
    }

    @Override
    public double halfLogSnr(double t) {
        return StrictMath.log1p(-t) - StrictMath.log(t);
    }

    @Override
    public double timeOfHalfLogSnr(double halfLogSnr) {
        return 1 / (1 + StrictMath.exp(halfLogSnr));
    }

    @Override
    public boolean isSameProcess(NoiseSchedule other) {
        return other instanceof RectifiedFlow;
    }

    @Override
    public double shiftedTime(double t) {
        return shift * t / (1 + (shift - 1) * t);
    }

    @Override
    public double minTime() {
        return 2e-3;
    }

    @Override
    public double maxTime() {
        return 1;
    }

    @Override
    public boolean variancePreserving() {
        return false;
    }
}
