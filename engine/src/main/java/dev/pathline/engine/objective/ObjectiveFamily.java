package dev.pathline.engine.objective;

import java.util.function.Function;

/**
 * An objective that can be asked for by name: its word, what it needs, and how its settings are read. A new objective is one
 * class that has one of these, and its line in {@link dev.pathline.engine.objective.flowmap.FlowMaps}.
 *
 * @param word its name in specifications
 * @param teacher whether its targets are taken from a teacher's evaluations
 * @param trajectories whether its rows are made of a teacher's trajectories
 * @param reader reads the settings, and returns what makes the objective when the rest is known; what that throws is an
 *        {@link IllegalArgumentException} that says what does not fit
 */
public record ObjectiveFamily(
        String word,
        boolean teacher,
        boolean trajectories,
        Function<ObjectiveSettings, Function<ObjectiveFacts, Objective>> reader) {

    /** An objective that needs data alone. */
    public static ObjectiveFamily ofData(String word,
            Function<ObjectiveSettings, Function<ObjectiveFacts, Objective>> reader) {
        return new ObjectiveFamily(word, false, false, reader);
    }

    /** An objective whose targets are taken from a teacher's evaluations. */
    public static ObjectiveFamily ofTeacher(String word,
            Function<ObjectiveSettings, Function<ObjectiveFacts, Objective>> reader) {
        return new ObjectiveFamily(word, true, false, reader);
    }

    /** An objective whose rows are made of a teacher's trajectories. */
    public static ObjectiveFamily ofTrajectories(String word,
            Function<ObjectiveSettings, Function<ObjectiveFacts, Objective>> reader) {
        return new ObjectiveFamily(word, false, true, reader);
    }
}
