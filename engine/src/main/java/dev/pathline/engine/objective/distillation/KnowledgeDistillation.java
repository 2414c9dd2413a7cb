package dev.pathline.engine.objective.distillation;

import dev.pathline.diffusion.card.ModelGuidance;
import dev.pathline.engine.objective.Distance;
import dev.pathline.engine.objective.Drawing;
import dev.pathline.engine.objective.ObjectiveFamily;
import dev.pathline.engine.objective.Recipe;
import dev.pathline.engine.objective.Row;
import dev.pathline.engine.objective.flowmap.AverageVelocity;
import dev.pathline.engine.objective.flowmap.Settings;
import dev.pathline.engine.objective.flowmap.StraightPath;
import dev.pathline.engine.objective.flowmap.TeacherField;
import java.util.List;

/**
 * Knowledge distillation: the jump from noise to data regresses on the teacher's own pairs of noise and sample
 * (Luhman and Luhman, arXiv 2101.02388, equation 5). It is learned for that jump alone.
 *
 * @param path the path and the network's inputs
 * @param distance how output and target are compared
 * @param modelGuidance the teacher's guidance, baked in
 */
public record KnowledgeDistillation(StraightPath path, Distance distance, ModelGuidance modelGuidance)
        implements
            AverageVelocity {

    /** Knowledge distillation. */
    public static final ObjectiveFamily FAMILY = ObjectiveFamily.ofTrajectories("knowledge-distillation", settings -> {
        var distance = Settings.distance(settings);
        return facts -> new KnowledgeDistillation(StraightPath.of(facts).unguided(), distance.apply(facts),
                TeacherField.ofTrajectories(facts));
    });

    @Override
    public Recipe recipe() {
        return Recipe.of(path.names(), List.of(), distance);
    }

    @Override
    public void draw(Drawing drawing, Row row) {
        List<Double> states = drawing.states();
        TrajectoryRegression.write(path, row, states, 0, states.size() - 1);
    }

    @Override
    public boolean needsTrajectories() {
        return true;
    }
}
