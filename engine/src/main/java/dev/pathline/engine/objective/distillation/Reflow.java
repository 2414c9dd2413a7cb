package dev.pathline.engine.objective.distillation;

import dev.pathline.engine.graph.InputNames;
import dev.pathline.diffusion.card.ModelGuidance;
import dev.pathline.diffusion.prediction.Prediction;
import dev.pathline.diffusion.prediction.Preconditioning;
import dev.pathline.diffusion.prediction.TimeInput;
import dev.pathline.diffusion.schedule.NoiseSchedule;
import dev.pathline.engine.objective.Distance;
import dev.pathline.engine.objective.Drawing;
import dev.pathline.engine.objective.Objective;
import dev.pathline.engine.objective.ObjectiveFamily;
import dev.pathline.engine.objective.Recipe;
import dev.pathline.engine.objective.Row;
import dev.pathline.engine.objective.TimeDistribution;
import dev.pathline.engine.objective.flowmap.Settings;
import dev.pathline.engine.objective.flowmap.StraightPath;
import dev.pathline.engine.objective.flowmap.TeacherField;
import java.util.List;

/**
 * Reflow: flow matching between the teacher's own pairs of noise and sample, whose lines do not cross, so that paths become
 * straight and few steps follow them (Liu et al., arXiv 2209.03003, section 2.2).
 *
 * @param timeInput the network's time coordinate
 * @param times how times are drawn
 * @param distance how output and target are compared
 * @param modelGuidance the teacher's guidance, baked in
 */
public record Reflow(TimeInput timeInput, TimeDistribution times, Distance distance, ModelGuidance modelGuidance)
        implements
            Objective {

    /** Reflow. */
    public static final ObjectiveFamily FAMILY = ObjectiveFamily.ofTrajectories("reflow", settings -> {
        TimeDistribution times = settings.times("time", StraightPath.SCHEDULE, new TimeDistribution.Uniform(0, 1));
        var distance = Settings.distance(settings);
        return facts -> new Reflow(facts.timeInput().apply(StraightPath.SCHEDULE), times, distance.apply(facts),
                TeacherField.ofTrajectories(facts));
    });

    @Override
    public Recipe recipe() {
        return Recipe.of(List.of(InputNames.TIME), List.of(), distance);
    }

    @Override
    public void draw(Drawing drawing, Row row) {
        double t = times.sample(drawing.random(), StraightPath.SCHEDULE);
        row.states(0, drawing.states().size() - 1);
        row.input(1, timeInput.of(StraightPath.SCHEDULE, t)).data(1 - t).noise(t);
        row.target().add(StraightPath.VELOCITY, 1);
        row.noiseLevel(-StraightPath.SCHEDULE.halfLogSnr(t));
    }

    @Override
    public boolean needsTrajectories() {
        return true;
    }

    @Override
    public NoiseSchedule schedule() {
        return StraightPath.SCHEDULE;
    }

    @Override
    public Prediction prediction() {
        return Prediction.VELOCITY;
    }

    @Override
    public Preconditioning preconditioning() {
        return Preconditioning.NONE;
    }
}
