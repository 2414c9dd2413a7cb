package dev.pathline.trainer.run;

import dev.pathline.engine.metrics.Estimate;
import dev.pathline.engine.training.TrainingListener;
import java.nio.file.Path;

/** Hears of a run's progress, on the training thread: an implementation must be quick. */
public interface RunListener extends TrainingListener {

    /**
     * Training is done, and the result is about to be put where it is used: asked right before, each time that it is tried.
     * Returns whether it still is to be; if not, nothing is put anywhere.
     */
    default boolean delivers() {
        return true;
    }

    /** The result could not be put there, and nothing of it is; it is tried again. */
    default void undelivered() {}

    /**
     * Something that the run trains on is being made, before training begins.
     *
     * @param what a phrase for people
     * @param done how much of it is there
     * @param of of how much
     */
    default void prepared(String what, long done, long of) {}

    /** A sheet of samples was written. */
    default void sheet(Path file) {}

    /**
     * The averaged weights of a step were measured.
     *
     * @param distance the Frechet distance of their samples from real images, in a classifier's features
     * @param floor what as many real images get
     */
    default void evaluated(long step, Estimate distance, Estimate floor) {}

    /**
     * Something failed that the run can do without.
     *
     * @param message a sentence for people
     */
    default void warning(String message) {}
}
