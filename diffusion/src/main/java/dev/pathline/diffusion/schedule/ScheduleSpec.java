package dev.pathline.diffusion.schedule;

import java.util.Map;

/**
 * A schedule as data: what a model's card stores.
 *
 * @param name the schedule's name, see {@link NoiseSchedules#names}
 * @param parameters parameters by name; the ones left out have the published values
 */
public record ScheduleSpec(
        String name,
        Map<String, Double> parameters) {

    /** Takes a copy of the parameters. */
    public ScheduleSpec {
        parameters = Map.copyOf(parameters);
    }

    /** Returns the schedule {@code name} with its published parameters. */
    public static ScheduleSpec of(String name) {
        return new ScheduleSpec(name, Map.of());
    }
}
