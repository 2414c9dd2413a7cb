package dev.pathline.diffusion.adaptive;

import dev.pathline.diffusion.schedule.NoiseSchedule;
import java.util.function.DoubleUnaryOperator;

/**
 * A part of the way from noise to data in one coordinate, with both ends exact in time too.
 *
 * @param t the time where it starts
 * @param u the time where it ends
 * @param from the position of {@code t}
 * @param to the position of {@code u}
 * @param inner the time of a position between them
 */
record TimeSegment(
        double t,
        double u,
        double from,
        double to,
        DoubleUnaryOperator inner) {

    /** The way in {@code lambda}, which is finite at both ends. */
    static TimeSegment inLogSnr(NoiseSchedule schedule, double t, double u) {
        return new TimeSegment(t, u, schedule.halfLogSnr(t), schedule.halfLogSnr(u), schedule::timeOfHalfLogSnr);
    }

    /** The way from pure noise at {@code t} in {@code alpha/sigma}. */
    static TimeSegment fromPureNoise(NoiseSchedule schedule, double t, double u) {
        return new TimeSegment(t, u, 0, 1 / schedule.noiseRatio(u),
                position -> schedule.timeOfHalfLogSnr(StrictMath.log(position)));
    }

    double time(double position) {
        if (position == from) {
            return t;
        }
        return position == to ? u : inner.applyAsDouble(position);
    }
}
