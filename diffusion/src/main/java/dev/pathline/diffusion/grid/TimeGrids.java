package dev.pathline.diffusion.grid;

import dev.pathline.diffusion.schedule.NoiseSchedule;
import java.util.List;
import java.util.Optional;
import java.util.function.DoubleUnaryOperator;
import java.util.function.Predicate;

/**
 * The time grids by name.
 *
 * <p>A grid runs from {@code start} to {@code end} exactly ({@code leading} alone starts later). By default it starts at
 * the schedule's {@link NoiseSchedule#maxTime} and ends at {@code t = 0}, so the last step is the prediction of
 * {@code x_0}.
 *
 * <ul>
 * <li>{@code time}: evenly spaced in {@code t}, then {@link NoiseSchedule#shiftedTime}. On rectified flow it is what
 * diffusers does; elsewhere its 'trailing' spacing, but not rounded to indices.
 * <li>{@code leading}, {@code linspace}, {@code trailing}: the spacings of diffusers over the {@code T} indices of
 * training, where index {@code i} is {@code start (i + 1)/T}, shifted as {@code time} is, and {@code end} appended.
 * {@code leading} leaves out the noisiest indices, more of them the fewer the steps are: for few steps, or zero terminal
 * SNR, take another.
 * <li>{@code leading-open}, {@code linspace-open}: the same for one point more, of which the last, index 0, is left out:
 * what diffusers' multistep solvers (DPM-Solver, UniPC) call leading and linspace.
 * <li>{@code linspace-unrounded}: {@code linspace} without rounding, what diffusers' Euler, Heun and flow matching do.
 * <li>{@code quadratic}: evenly spaced in {@code sqrt(t)} (DDIM, arXiv 2010.02502).
 * <li>{@code log-snr}: evenly spaced in {@code lambda} (DPM-Solver, arXiv 2206.00927).
 * <li>{@code karras}: evenly spaced in {@code (sigma/alpha)^(1/7)} (EDM, arXiv 2206.00364, equation 5).
 * <li>{@code exponential}: as {@code log-snr}, but ended as EDM does.
 * <li>{@code karras-leading}: every so many of the {@code T} levels of a consistency model, which {@code karras} spaces;
 * what diffusers does with them. For EDM's schedule alone. As many steps as there are levels are one fewer where the grid ends
 * at the lowest level.
 * </ul>
 *
 * <p>{@code time} and the spacings of diffusers over the indices of training are refused on a schedule where time is the noise level itself (EDM), see
 * {@link NoiseSchedule#evenTimesFit}.
 *
 * <p>{@code log-snr}, {@code karras} and {@code exponential} live in {@code lambda}, which is infinite at {@code sigma = 0} and at {@code alpha = 0}. So:
 * <ul>
 * <li>Where {@code end = 0}, {@code log-snr} spaces its {@code N + 1} points down to {@link NoiseSchedule#minTime} and
 * then moves the last one to 0: no evaluation is spent on noise that nobody sees, and two or three steps are still well
 * spread. {@code karras} and {@code exponential} do what was published: {@code N} points down to {@code minTime}, and 0
 * appended.
 * <li>Where {@code alpha(start) = 0} (rectified flow at {@code t = 1}) they space their points from {@code sigma/alpha =
 * 80}, EDM's largest noise level, and then move the first one to {@code start}: the sample starts as the pure noise it
 * is, and no more than that one step is spent above 80.
 * </ul>
 */
public final class TimeGrids {
    private static final String KARRAS_LEADING = "karras-leading";
    private static final double KARRAS_RHO = 7;
    private static final double LARGEST_NOISE_RATIO = 80;

    private static final List<Named> GRIDS = List.of(
            new Named("time", NoiseSchedule::evenTimesFit, TimeGrids::time),
            new Named("leading", NoiseSchedule::evenTimesFit,
                    (schedule, steps, start, end) -> TrainingIndices.leading(schedule, steps, start)),
            new Named("linspace", NoiseSchedule::evenTimesFit,
                    (schedule, steps, start, end) -> TrainingIndices.linspace(schedule, steps, start)),
            new Named("trailing", NoiseSchedule::evenTimesFit,
                    (schedule, steps, start, end) -> TrainingIndices.trailing(schedule, steps, start)),
            new Named("leading-open", NoiseSchedule::evenTimesFit,
                    (schedule, steps, start, end) -> TrainingIndices.leadingOpen(schedule, steps, start)),
            new Named("linspace-open", NoiseSchedule::evenTimesFit,
                    (schedule, steps, start, end) -> TrainingIndices.linspaceOpen(schedule, steps, start)),
            new Named("linspace-unrounded", NoiseSchedule::evenTimesFit,
                    (schedule, steps, start, end) -> TrainingIndices.linspaceUnrounded(schedule, steps, start)),
            new Named("quadratic", schedule -> true, TimeGrids::quadratic),
            new Named("log-snr", schedule -> true, TimeGrids::logSnr),
            new Named("karras", schedule -> true, TimeGrids::karras),
            new Named("exponential", schedule -> true, TimeGrids::exponential),
            new Named(KARRAS_LEADING, schedule -> !schedule.evenTimesFit(), TimeGrids::karrasLeading));

    private TimeGrids() {}

    /** Returns the names that {@link #of} knows. */
    public static List<String> names() {
        return GRIDS.stream().map(Named::name).toList();
    }

    /** Returns the names of the grids that fit {@code schedule}; {@link #of} refuses the others. */
    public static List<String> names(NoiseSchedule schedule) {
        return GRIDS.stream().filter(grid -> grid.fits(schedule)).map(Named::name).toList();
    }

    /** Makes a grid from the schedule's {@link NoiseSchedule#maxTime} to 0; see {@link #of(String, NoiseSchedule, int, double, double)}. */
    public static TimeGrid of(String name, NoiseSchedule schedule, int steps) {
        return of(name, schedule, steps, schedule.maxTime(), 0);
    }

    /**
     * Makes the grid {@code name} of {@code steps} steps from {@code start} to {@code end}.
     *
     * @param steps at least 1; but for {@code karras-leading}, as many as the grid has
     * @param start the first time, within the schedule's domain
     * @param end the last time, at least 0 and below {@code start}
     * @throws IllegalArgumentException if the name is unknown or does not fit the schedule, {@code steps} is below 1 or
     *         above what the grid has, or the times do not decrease
     */
    public static TimeGrid of(String name, NoiseSchedule schedule, int steps, double start, double end) {
        Optional<Named> grid = GRIDS.stream().filter(named -> named.name().equals(name)).findFirst();
        if (grid.isEmpty()) {
            throw new IllegalArgumentException(
                    "unknown time grid '" + name + "'; known are " + String.join(", ", names()));
        }
        if (!grid.get().fits(schedule)) {
            String reason = schedule.evenTimesFit()
                    ? "', which is not one of noise levels"
                    : "', whose time is the noise level itself: evenly spaced, nearly all steps are spent where there is"
                            + " no signal";
            throw new IllegalArgumentException("time grid '" + name + "' does not fit schedule '" + schedule.name()
                    + reason + "; use " + String.join(", ", names(schedule)));
        }
        if (steps < 1) {
            throw new IllegalArgumentException("a time grid needs at least 1 step, not " + steps);
        }
        // At the lowest level, where sampling ends, a consistency function is its argument: that step is none.
        boolean identity = name.equals(KARRAS_LEADING) && steps == schedule.timeIndices() && end == schedule.minTime();
        int made = identity ? steps - 1 : steps;
        double[] times = grid.get().maker().times(schedule, made, start, end);
        times[made] = end;
        return new TimeGrid(name, times);
    }

    private static double[] time(NoiseSchedule schedule, int steps, double start, double end) {
        return spaced(start, steps, steps, start, end, schedule::shiftedTime);
    }

    private static double[] quadratic(NoiseSchedule schedule, int steps, double start, double end) {
        return spaced(start, steps, steps, Math.sqrt(start), Math.sqrt(end), root -> root * root);
    }

    private static double[] logSnr(NoiseSchedule schedule, int steps, double start, double end) {
        return inLogSnr(schedule, steps, steps, start, end);
    }

    private static double[] exponential(NoiseSchedule schedule, int steps, double start, double end) {
        return inLogSnr(schedule, steps, end == 0 ? steps - 1 : steps, start, end);
    }

    private static double[] inLogSnr(NoiseSchedule schedule, int steps, int intervals, double start, double end) {
        return spaced(start, steps, intervals, firstLogSnr(schedule, start), lastLogSnr(schedule, end),
                schedule::timeOfHalfLogSnr);
    }

    private static double[] karras(NoiseSchedule schedule, int steps, double start, double end) {
        return spaced(start, steps, end == 0 ? steps - 1 : steps, root(firstLogSnr(schedule, start)),
                root(lastLogSnr(schedule, end)), root -> timeOfRoot(schedule, root));
    }

    private static double[] karrasLeading(NoiseSchedule schedule, int steps, double start, double end) {
        double first = root(firstLogSnr(schedule, start));
        double last = root(schedule.halfLogSnr(schedule.minTime()));
        return TrainingIndices.leadingLevels(schedule, steps,
                share -> share == 0 ? start : timeOfRoot(schedule, first + share * (last - first)));
    }

    /** {@code (sigma/alpha)^(1/7)}. */
    private static double root(double halfLogSnr) {
        return StrictMath.exp(-halfLogSnr / KARRAS_RHO);
    }

    private static double timeOfRoot(NoiseSchedule schedule, double root) {
        return schedule.timeOfHalfLogSnr(-KARRAS_RHO * StrictMath.log(root));
    }

    private static double firstLogSnr(NoiseSchedule schedule, double start) {
        return schedule.alpha(start) == 0 ? -StrictMath.log(LARGEST_NOISE_RATIO) : schedule.halfLogSnr(start);
    }

    private static double lastLogSnr(NoiseSchedule schedule, double end) {
        return schedule.halfLogSnr(end == 0 ? schedule.minTime() : end);
    }

    /**
     * Returns {@code steps + 1} times, of which the first {@code intervals + 1} are evenly spaced in a coordinate, but
     * the first is {@code start} exactly.
     */
    private static double[] spaced(
            double start, int steps, int intervals, double first, double last, DoubleUnaryOperator time) {
        double[] times = new double[steps + 1];
        times[0] = start;
        for (int i = 1; i <= intervals; i++) {
            times[i] = time.applyAsDouble(first + (last - first) * i / intervals);
        }
        return times;
    }

    /** Makes the times but the last, which the caller sets, exactly. */
    private interface Maker {
        double[] times(NoiseSchedule schedule, int steps, double start, double end);
    }

    private record Named(
            String name,
            Predicate<NoiseSchedule> fitting,
            Maker maker) {

        boolean fits(NoiseSchedule schedule) {
            return fitting.test(schedule);
        }
    }
}
