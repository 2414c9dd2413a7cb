package dev.pathline.trainer;

import dev.pathline.engine.training.TrainingListener;
import java.nio.file.Path;

/** Hears of a run's progress, on the training thread: an implementation must be quick. */
public interface RunListener extends TrainingListener {

    /** A sheet of samples was written. */
    default void sheet(Path file) {}

    /**
     * Something failed that the run can do without.
     *
     * @param message a sentence for people
     */
    default void warning(String message) {}
}
