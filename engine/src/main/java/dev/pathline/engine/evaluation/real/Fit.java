package dev.pathline.engine.evaluation.real;

import dev.pathline.diffusion.card.ModelCard;
import dev.pathline.engine.metrics.ClassifierCheckpoint;
import java.util.List;
import java.util.Optional;

/** Whether a classifier can judge a model's samples. */
public final class Fit {

    private Fit() {}

    /**
     * Returns what does not fit, of shapes and classes, as a clause. A model without classes can be judged by any classifier
     * of its shape: its features are used, and what it calls the samples is not.
     */
    public static Optional<String> problem(ModelCard card, ClassifierCheckpoint judge) {
        List<Integer> shape = judge.network().inputs().getFirst().shape();
        if (!card.shape().equals(shape)) {
            return Optional.of("classifier " + judge.card().name() + " takes images of shape " + shape + ", model "
                    + card.name() + " makes " + card.shape());
        }
        if (card.conditional() && !card.classes().equals(judge.card().classes())) {
            return Optional.of("classifier " + judge.card().name() + " knows the classes " + judge.card().classes()
                    + ", model " + card.name() + " has " + card.classes());
        }
        return Optional.empty();
    }

    /**
     * Requires that they fit.
     *
     * @throws IllegalArgumentException if they do not; the message says what to do on a command line
     */
    public static void require(ModelCard card, ClassifierCheckpoint judge) {
        problem(card, judge).ifPresent(problem -> {
            throw new IllegalArgumentException(problem + ": train a classifier on the model's data and name it with"
                    + " --classifier, or measure without one with --classifier none");
        });
    }
}
