package dev.pathline.trainer.specification.objective;

import dev.pathline.diffusion.card.ModelCard;
import dev.pathline.diffusion.card.ModelKind;
import dev.pathline.diffusion.guidance.CfgInterval;
import dev.pathline.diffusion.prediction.Prediction;
import dev.pathline.diffusion.schedule.RectifiedFlow;
import dev.pathline.engine.objective.Objective;
import dev.pathline.engine.objective.ObjectiveFacts.TeacherFacts;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** An objective as a specification asks for it: complete but for what is known of data, run and teacher. */
@FunctionalInterface
public interface ObjectiveSpec {

    /** Stands in for the measured value where only the shape of things counts. */
    double TYPICAL_SIGMA_DATA = 0.5;

    /** Stands in for the number of steps where only the shape of things counts. */
    long TYPICAL_STEPS = 1000;

    /**
     * What is known when a run is set up.
     *
     * @param sigmaData the standard deviation of the training data, positive
     * @param steps how many steps the run has; 0 for a run that ends by the clock
     * @param teacher the teacher, or null
     */
    record Known(double sigmaData, long steps, @Nullable TeacherFacts teacher) {}

    /**
     * Returns the objective.
     *
     * @throws IllegalArgumentException if the parts do not fit each other, or the teacher
     */
    Objective objective(Known known);

    /**
     * Returns something typical, where only the shape of things counts.
     *
     * @param cfgScale the scale at which a teacher of flow matching is guided, or null for no teacher
     */
    static Known typical(@Nullable Double cfgScale) {
        ModelCard card = ModelCard.of("teacher", ModelKind.DIFFUSION, List.of(2), RectifiedFlow.DEFAULT.spec(),
                Prediction.VELOCITY).withClasses(List.of("a class"), true);
        return new Known(TYPICAL_SIGMA_DATA, TYPICAL_STEPS,
                cfgScale == null ? null : new TeacherFacts(card, cfgScale, CfgInterval.ALWAYS));
    }

    /**
     * Returns the objective of a run without a teacher, of which only the data are known.
     *
     * @param sigmaData the standard deviation of the training data, positive
     */
    default Objective objective(double sigmaData) {
        return objective(new Known(sigmaData, TYPICAL_STEPS, null));
    }
}
