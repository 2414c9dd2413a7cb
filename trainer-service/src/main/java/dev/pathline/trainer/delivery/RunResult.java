package dev.pathline.trainer.delivery;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** How a run ended, if it did not fail. */
public sealed interface RunResult {

    /**
     * The run was stopped; the same specification and folder go on from here.
     *
     * @param step the last step that was done, with a snapshot on disk if it is above 0
     * @param steps the number of steps in all
     */
    record Stopped(long step, long steps) implements RunResult {}

    /**
     * The run is done.
     *
     * @param model the registered model, {@code name@version}; null for a classifier
     * @param folder where the model or the classifier is on this machine
     * @param alreadyThere whether it was there before, with the same weights, and nothing was written
     * @param summary what it is, as a phrase for people
     */
    record Finished(@Nullable String model, Path folder, boolean alreadyThere, String summary) implements RunResult {}
}
