package dev.pathline.engine.objective.distillation;

import dev.pathline.diffusion.card.ModelGuidance;
import dev.pathline.engine.objective.Distance;
import dev.pathline.engine.objective.Drawing;
import dev.pathline.engine.objective.Objective;
import dev.pathline.engine.objective.ObjectiveFacts;
import dev.pathline.engine.objective.ObjectiveFamily;
import dev.pathline.engine.objective.ObjectiveSettings;
import dev.pathline.engine.objective.ObjectiveSettings.Range;
import dev.pathline.engine.objective.Recipe;
import dev.pathline.engine.objective.Row;
import dev.pathline.engine.objective.flowmap.AverageVelocity;
import dev.pathline.engine.objective.flowmap.Settings;
import dev.pathline.engine.objective.flowmap.StraightPath;
import dev.pathline.engine.objective.flowmap.TeacherField;
import java.util.List;
import java.util.function.Function;

/**
 * Regression along a teacher's trajectories, as consistency mid-training has it: from every state of a solve the jump to a
 * later one is known, {@code u(x_i, t_i, t_j) = (x_i - x_j) / (t_i - t_j)} (Hu et al., CMT, arXiv 2509.24526, section 3,
 * for the jumps to the end; here those to every later state, too).
 *
 * @param path the path and the network's inputs
 * @param fromNoise the share of rows that jump from pure noise to the end
 * @param toData the share of rows that jump from some state to the end
 * @param distance how output and target are compared
 * @param modelGuidance the teacher's guidance, baked in
 */
public record TrajectoryRegression(StraightPath path, double fromNoise, double toData, Distance distance,
        ModelGuidance modelGuidance)
        implements
            AverageVelocity {

    /** Consistency mid-training. */
    public static final ObjectiveFamily FAMILY = ObjectiveFamily.ofTrajectories("cmt", TrajectoryRegression::read);

    private static Function<ObjectiveFacts, Objective> read(ObjectiveSettings settings) {
        double fromNoise = settings.number("fromNoise", Range.SHARE, 0.4);
        double toData = settings.number("toData", Range.SHARE, 0.3);
        if (fromNoise + toData > 1) {
            settings.problem("toData",
                    "is " + toData + ", which with fromNoise, " + fromNoise + ", is more than all rows");
            toData = 0;
        }
        double ends = toData;
        var distance = Settings.distance(settings, "pseudo-huber");
        return facts -> new TrajectoryRegression(StraightPath.of(facts).unguided(), fromNoise, ends,
                distance.apply(facts),
                TeacherField.ofTrajectories(facts));
    }

    @Override
    public Recipe recipe() {
        return Recipe.of(path.names(), List.of(), distance);
    }

    @Override
    public void draw(Drawing drawing, Row row) {
        List<Double> states = drawing.states();
        int last = states.size() - 1;
        double kind = drawing.random().nextDouble();
        int earlier = drawing.random().nextInt(last);
        int later = earlier + 1 + drawing.random().nextInt(last - earlier);
        if (kind < fromNoise + toData) {
            later = last;
            earlier = kind < fromNoise ? 0 : earlier;
        }
        write(path, row, states, earlier, later);
    }

    /** Writes the row of the jump from one state to a later one. */
    static void write(StraightPath path, Row row, List<Double> states, int earlier, int later) {
        double t = states.get(earlier);
        double r = states.get(later);
        row.states(earlier, later);
        row.input(1, path.inputs(t, r, 1)).noise(1);
        row.target().noise(1 / (t - r)).data(-1 / (t - r));
        row.noiseLevel(-StraightPath.SCHEDULE.halfLogSnr(t));
    }

    @Override
    public boolean needsTrajectories() {
        return true;
    }
}
