package dev.pathline.trainer.specification;

import dev.pathline.diffusion.card.ModelCard;
import dev.pathline.diffusion.card.TrainingInfo;
import dev.pathline.engine.data.Dataset;
import dev.pathline.engine.data.MixtureDataset;
import dev.pathline.engine.data.source.DataSource;
import dev.pathline.engine.objective.Objective;
import dev.pathline.trainer.specification.objective.ObjectiveSpec;
import java.util.List;

/** The card of a trained model, from its specification. */
public final class ModelCards {

    /** The name under which a card's metrics have the standard deviation of the training data, in [-1, 1]. */
    public static final String SIGMA_DATA = "sigmaData";

    private ModelCards() {}

    /**
     * The card of a model whose weights are not there yet: what sampling needs, and nothing of its origin. Where no label was
     * dropped, the row for 'no label' was never trained: there is no such class then.
     */
    public static ModelCard untrained(TrainingSpec spec, TrainingSpec.Task.Denoising task, double sigmaData) {
        return untrained(spec, task, new ObjectiveSpec.Known(sigmaData, ObjectiveSpec.TYPICAL_STEPS, null));
    }

    /**
     * The card of a model whose weights are not there yet, and that may have a teacher.
     *
     * @param known what the objective is made of
     * @throws IllegalArgumentException if the objective does not fit what is known
     */
    public static ModelCard untrained(TrainingSpec spec, TrainingSpec.Task.Denoising task, ObjectiveSpec.Known known) {
        Objective objective = task.objective().objective(known);
        boolean conditional = task.network().labels() > 0;
        ModelCard card = ModelCard
                .of(spec.name(), objective.kind(), task.network().shape(), objective.schedule().spec(),
                        objective.prediction())
                .withNetworkInput(objective.preconditioning(), objective.timeInput())
                .withTargetInput(objective.targetInput())
                .withDescription(spec.description())
                .withClasses(conditional ? spec.data().classes() : List.of(), conditional && task.labelDropout() > 0)
                .withDefaults(spec.defaults()).withGuidance(objective.modelGuidance());
        return inRange(spec.data().source()) ? card.withBounded(true) : card;
    }

    /**
     * Where the weights of a run come from. Of the specification it has the name and the hash of its text, not the file: the
     * same text in another place is the same origin.
     *
     * @param step the number of the run's last step
     */
    public static TrainingInfo origin(TrainingSpec spec, Dataset data, String run, String gitCommit, long step) {
        return new TrainingInfo(run, spec.data().path() + " (" + spec.data().format() + ", " + amount(data)
                + ", sha256 " + data.sha256() + ")", step * spec.batch(), gitCommit,
                spec.name() + " (sha256 " + spec.source().sha256() + ")");
    }

    /** Whether a range says which numbers become -1 and 1; pictures have one of themselves. */
    private static boolean inRange(DataSource source) {
        return switch (source) {
            case DataSource.Csv csv -> csv.range() != null;
            case DataSource.Npy npy -> npy.range() != null;
            default -> false;
        };
    }

    private static String amount(Dataset data) {
        String what = data.shape().size() == 3 ? " images" : " vectors";
        return (data.size() == MixtureDataset.ENDLESS ? "endless" : Integer.toString(data.size())) + what;
    }
}
