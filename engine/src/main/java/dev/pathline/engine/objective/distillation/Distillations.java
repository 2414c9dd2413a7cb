package dev.pathline.engine.objective.distillation;

import dev.pathline.engine.objective.ObjectiveFamily;
import dev.pathline.engine.objective.flowmap.ContinuousConsistency;
import java.util.List;

/** The objectives that learn from a teacher, in the order of the documentation. */
public final class Distillations {

    /** All of them. */
    public static final List<ObjectiveFamily> ALL = List.of(
            KnowledgeDistillation.FAMILY,
            Reflow.FAMILY,
            TrajectoryRegression.FAMILY,
            ProgressiveDistillation.FAMILY,
            ConsistencyDistillation.FAMILY,
            ContinuousConsistency.DISTILLATION,
            LagrangianDistillation.FAMILY);

    private Distillations() {}
}
