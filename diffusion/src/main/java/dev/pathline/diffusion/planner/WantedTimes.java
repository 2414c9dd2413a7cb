package dev.pathline.diffusion.planner;

import dev.pathline.diffusion.card.InvalidSettingException;
import dev.pathline.diffusion.card.ModelCard;
import dev.pathline.diffusion.card.ModelKind;
import dev.pathline.diffusion.grid.GivenTimes;
import dev.pathline.diffusion.grid.TimeGrid;
import dev.pathline.diffusion.prediction.TargetInput;
import dev.pathline.diffusion.schedule.NoiseSchedule;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The times that a request or a card chooses for the steps, or a refusal that says what would be accepted. */
final class WantedTimes {

    private static final String TIMES = "times";
    private static final double TOLERANCE = 1e-9;

    private WantedTimes() {}

    /**
     * Returns the times at which the steps are to start: those that are asked for, or the card's for its own solver, where
     * nothing else is asked of the steps than perhaps their number; null where a named grid makes them.
     *
     * @throws InvalidSettingException if the number of steps, or a time grid, is asked for beside times
     */
    static @Nullable List<Double> of(ModelCard card, SamplingSettings settings, String solver) {
        List<Double> asked = settings.times();
        Integer steps = settings.steps();
        if (asked != null) {
            if (steps != null) {
                throw refusal("times and steps exclude each other: so many times are so many steps.");
            }
            if (settings.timeGrid() != null) {
                throw refusal("times and timeGrid exclude each other: a grid makes the times.");
            }
            if (asked.isEmpty() || asked.size() > Planner.MAX_STEPS) {
                throw refusal(
                        "There must be 1 to " + Planner.MAX_STEPS + " times, one for each step, not " + asked.size()
                                + ".");
            }
            return asked;
        }
        List<Double> own = card.defaults().times();
        boolean fits = own != null && settings.timeGrid() == null && solver.equals(card.defaults().solver())
                && (steps == null || steps == own.size());
        return fits ? own : null;
    }

    /**
     * Makes the grid of times.
     *
     * @param jumps whether the solver jumps from each of them to the next
     * @throws InvalidSettingException if there is no such grid, or the network cannot be told of a jump
     */
    static TimeGrid grid(ModelCard card, NoiseSchedule schedule, List<Double> times, double end, boolean jumps) {
        TimeGrid grid;
        try {
            grid = GivenTimes.of(schedule, times, end);
        } catch (IllegalArgumentException e) {
            throw refusal("The times " + e.getMessage() + ".");
        }
        if (jumps && card.kind() == ModelKind.FLOW_MAP && card.targetInput() == TargetInput.LEVEL) {
            requireLevels(card, schedule, grid);
        }
        return grid;
    }

    /** A network that is told how often the range was halved knows no other lengths, and would take the nearest. */
    private static void requireLevels(ModelCard card, NoiseSchedule schedule, TimeGrid grid) {
        for (int i = 0; i < grid.steps(); i++) {
            double from = grid.time(i);
            double to = grid.time(i + 1);
            double level = card.targetInput().of(card.timeInput(), schedule, from, to);
            double told = Math.scalb(schedule.maxTime(), -(int) level);
            if (Math.abs(told - (from - to)) > TOLERANCE * schedule.maxTime()) {
                throw refusal("The network of model '" + card.name() + "' can be told of jumps of " + schedule.maxTime()
                        + ", halved up to 7 times, and not of one from " + from + " to " + to + ".");
            }
        }
    }

    static InvalidSettingException refusal(String message) {
        return new InvalidSettingException(TIMES, message);
    }
}
