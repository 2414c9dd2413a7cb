package dev.pathline.trainer;

import dev.pathline.diffusion.card.ModelCard;
import dev.pathline.diffusion.card.ModelKind;
import dev.pathline.diffusion.card.TrainingInfo;
import dev.pathline.engine.data.Dataset;
import dev.pathline.engine.objective.Objective;
import java.util.List;
import java.util.Map;

/** The card of a trained model, from its specification. */
final class ModelCards {

    /** The name under which a card's metrics have the standard deviation of the training data, in [-1, 1]. */
    static final String SIGMA_DATA = "sigmaData";

    private ModelCards() {}

    /** The card of a model whose weights are not there yet: what sampling needs, and nothing of its origin. */
    static ModelCard untrained(TrainingSpec spec, TrainingSpec.Task.Denoising task, double sigmaData) {
        Objective objective = task.objective().objective(sigmaData);
        boolean conditional = task.network().labels() > 0;
        return ModelCard
                .of(spec.name(), ModelKind.DIFFUSION, task.network().shape(), objective.schedule().spec(),
                        objective.prediction())
                .withNetworkInput(objective.preconditioning(), objective.timeInput())
                .withDescription(spec.description())
                .withClasses(conditional ? spec.data().classes() : List.of(), conditional)
                .withDefaults(spec.defaults());
    }

    /** The card of a model that {@code run} trained on {@code data}. */
    static ModelCard trained(TrainingSpec spec, TrainingSpec.Task.Denoising task, Dataset data, String run,
            String gitCommit) {
        return untrained(spec, task, data.standardDeviation()).withTraining(origin(spec, data, run, gitCommit))
                .withMetrics(Map.of(SIGMA_DATA, data.standardDeviation()));
    }

    /** Where the weights of a run come from. */
    static TrainingInfo origin(TrainingSpec spec, Dataset data, String run, String gitCommit) {
        return new TrainingInfo(run, spec.data().path() + " (" + spec.data().format() + ", " + data.size()
                + " images, sha256 " + data.sha256() + ")", spec.steps() * spec.batch(), gitCommit,
                spec.source().file() + " (sha256 " + spec.source().sha256() + ")");
    }
}
