package dev.pathline.api.experiments;

import dev.pathline.api.experiments.statistics.Power;
import dev.pathline.common.experiment.Arm;
import dev.pathline.common.experiment.ExperimentDesign;
import dev.pathline.common.experiment.Goal;
import dev.pathline.common.experiment.Mode;

/** How many units an experiment needs to find the difference that matters four times in five. */
final class PlannedUnits {

    /** How seldom a difference is found where there is none, in the whole experiment. */
    static final double ALPHA = 0.05;
    private static final double POWER = 0.8;

    private PlannedUnits() {}

    /** Returns the share of the errors that each arm's comparison has. */
    static double alpha(ExperimentDesign design) {
        return ALPHA / design.treatments().size();
    }

    /** Returns the number of units, of all arms together. */
    static long of(ExperimentDesign design) {
        Goal goal = design.goal();
        if (design.mode() != Mode.SPLIT) {
            // Of pairs, the deviation is that of the difference within them.
            return Power.pairs(goal.difference(), goal.deviation(), alpha(design), POWER);
        }
        double all = design.arms().stream().mapToDouble(Arm::weight).sum();
        double control = design.control().weight();
        return design.treatments().stream().mapToLong(arm -> {
            double both = control + arm.weight();
            long needed = Power.observations(goal.difference(), goal.deviation(), control / both, alpha(design),
                    POWER);
            return (long) Math.ceil(needed * all / both);
        }).max().orElseThrow();
    }
}
