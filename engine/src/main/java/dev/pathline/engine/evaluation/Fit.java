package dev.pathline.engine.evaluation;

import dev.pathline.diffusion.card.ModelCard;
import dev.pathline.engine.metrics.ClassifierCheckpoint;
import java.util.List;

/** Whether a classifier can judge a model's samples. */
final class Fit {

    private Fit() {}

    /**
     * Checks shapes and classes. A model without classes can be judged by any classifier of its shape: its features are
     * used, and what it calls the samples is not.
     *
     * @throws IllegalArgumentException if they do not fit
     */
    static void require(ModelCard card, ClassifierCheckpoint judge) {
        List<Integer> shape = judge.network().inputs().getFirst().shape();
        if (!card.shape().equals(shape)) {
            throw new IllegalArgumentException("classifier " + judge.card().name() + " takes images of shape " + shape
                    + ", model " + card.name() + " makes " + card.shape()
                    + ": train a classifier on the model's data and name it with --classifier, or measure without one"
                    + " with --classifier none");
        }
        if (card.conditional() && !card.classes().equals(judge.card().classes())) {
            throw new IllegalArgumentException("classifier " + judge.card().name() + " knows the classes "
                    + judge.card().classes() + ", model " + card.name() + " has " + card.classes()
                    + ": train a classifier on the model's data and name it with --classifier");
        }
    }
}
