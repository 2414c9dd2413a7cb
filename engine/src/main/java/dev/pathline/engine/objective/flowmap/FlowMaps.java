package dev.pathline.engine.objective.flowmap;

import dev.pathline.engine.objective.ObjectiveFamily;
import java.util.List;

/** The objectives that learn flow maps and consistency functions from data alone, in the order of the documentation. */
public final class FlowMaps {

    /** All of them. */
    public static final List<ObjectiveFamily> ALL = List.of(
            MeanFlow.FAMILY,
            MeanFlow.IMPROVED,
            AlphaFlow.FAMILY,
            SplitMeanFlow.FAMILY,
            Shortcut.FAMILY,
            LagrangianMap.FAMILY,
            ConsistencyTraining.FAMILY,
            ConsistencyTraining.IMPROVED,
            ConsistencyTraining.EASY,
            ContinuousConsistency.FAMILY,
            ConsistencyTrajectory.FAMILY);

    private FlowMaps() {}
}
