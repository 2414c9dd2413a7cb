package dev.pathline.trainer.specification;

import dev.pathline.engine.objective.Objective;
import dev.pathline.engine.objective.Source;
import dev.pathline.engine.script.NumericProfile.Precision;
import dev.pathline.engine.training.TaskRules;
import dev.pathline.trainer.specification.fields.SpecFields;
import dev.pathline.trainer.specification.objective.ObjectiveSpec;
import dev.pathline.trainer.specification.objective.ObjectiveSpec.Known;

/** What an objective asks of the rest of a specification. */
final class ObjectiveRules {

    private ObjectiveRules() {}

    static void check(SpecFields root, TrainingSpec spec) {
        if (!(spec.task() instanceof TrainingSpec.Task.Denoising task)) {
            return;
        }
        Known typical = ObjectiveSpec.typical(1.0);
        try {
            Objective objective = task.objective()
                    .objective(new Known(typical.sigmaData(), spec.steps(), typical.teacher()));
            if (objective.needsSinglePrecision() && spec.profile().precision() != Precision.FLOAT32) {
                root.problem("profile",
                        "is " + spec.profile().name() + ", but the objective takes differences of nearby"
                                + " evaluations, which need f32 or f32-cl");
            }
            boolean guides = objective.recipe().auxiliaries().stream()
                    .anyMatch(evaluation -> evaluation.source() == Source.STUDENT && !evaluation.labelled());
            if (guides && task.network().labels() == 0) {
                root.problem("objective.guidance", "is there, but the network has no classes to be guided to: leave it"
                        + " out");
            } else if (guides && task.labelDropout() == 0) {
                root.problem("objective.labelDropout",
                        "is 0, but guidance is learned from what the network says without"
                                + " a label: give more, such as 0.1");
            }
            TaskRules.requireShares(objective.recipe(), spec.batch() / spec.microBatches());
        } catch (IllegalArgumentException e) {
            root.problem("objective", "does not fit the run: " + e.getMessage());
        }
    }
}
