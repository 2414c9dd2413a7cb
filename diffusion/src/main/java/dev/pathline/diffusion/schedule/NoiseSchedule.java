package dev.pathline.diffusion.schedule;

/**
 * The forward process {@code x_t = alpha(t) x_0 + sigma(t) eps}, {@code eps ~ N(0, I)}; {@code t = 0} is data and larger
 * is noisier. Everything is float64 and free of units.
 *
 * <p>Source: 'The Principles of Diffusion Models' (arXiv 2510.21890), section 4.4, whose Lemma 4.4.1 gives the derived
 * quantities below. A time outside the schedule's domain gives NaN or an infinity, never an exception: schedules are
 * called in inner loops, and grids are validated when they are made.
 *
 * <p>Implementations are immutable, and their equality is that of their parameters.
 */
public interface NoiseSchedule {

    /** Returns the name under which {@link NoiseSchedules#of} makes this schedule. */
    String name();

    /** Returns the name and the parameters, from which {@link NoiseSchedules#of} makes an equal schedule. */
    ScheduleSpec spec();

    /** Returns {@code alpha(t)}, the scale of the data in {@code x_t}, in {@code [0, 1]}. */
    double alpha(double t);

    /** Returns {@code sigma(t)}, the standard deviation of the noise in {@code x_t}, at least 0. */
    double sigma(double t);

    /** Returns {@code d alpha / dt}. */
    double dAlpha(double t);

    /** Returns {@code d sigma / dt}; it may be infinite at {@code t = 0}. */
    double dSigma(double t);

    /**
     * Returns {@code lambda(t) = ln(alpha / sigma)}, half the logarithm of the signal-to-noise ratio, computed without
     * cancellation near both ends: {@code +inf} where {@code sigma = 0} and {@code -inf} where {@code alpha = 0}.
     */
    double halfLogSnr(double t);

    /** Returns the time at which {@link #halfLogSnr} is {@code halfLogSnr}, its inverse: 0 at
     * {@code +inf}, and at {@code -inf} the end where {@code alpha} reaches 0. */
    double timeOfHalfLogSnr(double halfLogSnr);

    /**
     * Returns the smallest time worth an evaluation: sampling goes from about here to {@code t = 0} in one step, the
     * prediction of {@code x_0}. {@code lambda} is finite here.
     */
    double minTime();

    /** Returns the time at which sampling starts; {@code lambda} may be {@code -inf} here. */
    double maxTime();

    /** Returns whether {@code alpha^2 + sigma^2 = 1} at every time. */
    boolean variancePreserving();

    /**
     * Returns the standard deviation of the noise that sampling starts from at time {@code t}: 1 for a
     * variance-preserving schedule, else {@code sigma(t)} (1 for rectified flow at {@code t = 1}).
     */
    default double priorScale(double t) {
        return variancePreserving() ? 1 : sigma(t);
    }

    /**
     * Returns where an evenly spaced time goes: the resolution shift of rectified flow, and {@code t} itself elsewhere.
     * It moves the points of a time grid (and a trainer's times), never the process itself.
     */
    default double shiftedTime(double t) {
        return t;
    }

    /**
     * Returns whether evenly spaced times are spread over all noise levels. They are not where time is the noise level
     * itself and spans decades: nearly all of them then lie at levels that decide nothing.
     */
    default boolean evenTimesFit() {
        return true;
    }

    /**
     * Returns how many time indices there are for a time grid to choose from; index {@code i} is {@code t = maxTime (i + 1)
     * / timeIndices}. They are those of the training of a discrete schedule up to {@link #maxTime}, and 1000 where time is
     * continuous.
     */
    default int timeIndices() {
        return 1000;
    }

    /**
     * Returns how many time indices training had: more than {@link #timeIndices} where sampling does not start at the
     * last of them.
     */
    default int trainingIndices() {
        return timeIndices();
    }

    /** Returns {@code sigma / alpha}, EDM's noise level; infinite where {@code alpha = 0}. */
    default double noiseRatio(double t) {
        return sigma(t) / alpha(t);
    }

    /**
     * Returns whether another schedule is the same process at every time: what moves the times that are drawn, a shift, does not
     * move the process.
     */
    default boolean isSameProcess(NoiseSchedule other) {
        return spec().equals(other.spec());
    }

    /**
     * Returns {@code Delta(t) = alpha sigma' - sigma alpha'}, positive: the determinant that links {@code (x, velocity)}
     * to {@code (x_0, eps)}.
     */
    default double delta(double t) {
        return alpha(t) * dSigma(t) - sigma(t) * dAlpha(t);
    }

    /** Returns {@code d lambda / dt = -Delta / (alpha sigma)}, negative. */
    default double dHalfLogSnr(double t) {
        return -delta(t) / (alpha(t) * sigma(t));
    }

    /** Returns {@code f(t) = alpha' / alpha}, the drift of the forward SDE {@code dx = f x dt + g dw}. */
    default double drift(double t) {
        return dAlpha(t) / alpha(t);
    }

    /** Returns {@code g(t)^2 = -2 sigma^2 lambda' = 2 sigma Delta / alpha}, the forward SDE's squared diffusion. */
    default double diffusionSquared(double t) {
        return 2 * sigma(t) * delta(t) / alpha(t);
    }
}
