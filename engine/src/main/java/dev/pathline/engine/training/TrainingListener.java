package dev.pathline.engine.training;

import dev.pathline.engine.checkpoint.TensorData;
import java.util.Map;

/** Hears of a run's progress, on the training thread: an implementation must be quick. */
public interface TrainingListener {

    /**
     * A report over the last few steps.
     *
     * @param step the last finished step
     * @param steps the number of steps in all
     * @param loss the mean unweighted loss since the last report
     * @param gradientNorm the norm of the last gradient, before clipping
     * @param samplesPerSecond since the last report
     * @param etaSeconds the time that the remaining steps will take at this pace
     */
    record Progress(
            long step,
            long steps,
            double loss,
            double gradientNorm,
            double samplesPerSecond,
            double etaSeconds) {}

    /** The run starts after {@code step} steps of an earlier process, or at 0. */
    default void started(long step) {}

    /** A few steps have been done. */
    default void progressed(Progress progress) {}

    /** A snapshot is on disk. */
    default void snapshot(long step) {}

    /** Returns whether {@link #averages} is to be called after a step; copying the weights to the host costs time. */
    default boolean wantsAverages(long step) {
        return false;
    }

    /**
     * The weights at a step that {@link #wantsAverages} asked for. The time spent here is not counted as training.
     *
     * @param averages the averaged weights by name
     */
    default void averages(long step, Map<String, TensorData> averages) {}
}
