package dev.pathline.engine.training;

import dev.pathline.engine.checkpoint.TensorData;
import java.util.List;
import java.util.Map;

/** Hears of a run's progress, on the training thread: an implementation must be quick. */
public interface TrainingListener {

    /**
     * A report over the last few steps.
     *
     * @param step the last finished step
     * @param steps the number of steps in all; for a budget of time an estimate
     * @param loss the mean unweighted loss since the last report
     * @param gradientNorm the norm of the last gradient, before clipping
     * @param samplesPerSecond since the last report
     * @param etaSeconds the time that the remaining steps will take at this pace
     * @param byNoise the loss since the last report by noise level, from the cleanest on; empty for a classifier
     */
    record Progress(
            long step,
            long steps,
            double loss,
            double gradientNorm,
            double samplesPerSecond,
            double etaSeconds,
            List<NoiseLevelLoss> byNoise) {

        /** Takes a copy. */
        public Progress {
            byNoise = List.copyOf(byNoise);
        }
    }

    /**
     * The loss of the rows whose noise level was in some interval.
     *
     * @param from the least {@code ln(sigma/alpha)} of the interval
     * @param to where it ends
     * @param rows how many rows fell into it
     * @param loss their mean unweighted loss
     */
    record NoiseLevelLoss(double from, double to, long rows, double loss) {}

    /**
     * The run goes on from a snapshot of the same run; called before {@link #started}.
     *
     * @param notes what {@link #notes} returned when it was written
     */
    default void resumed(Map<String, String> notes) {}

    /** The run starts after {@code step} steps of an earlier process, or at 0. */
    default void started(long step) {}

    /**
     * There is something left to do: a step, or weights to hand out. Not called for a run that is done. Whatever is needed
     * later can be opened here; what is thrown ends the run before it has cost anything.
     */
    default void begins() {}

    /**
     * The last bits of the weights depend on the number of threads, so a run goes on with as many as it began with.
     *
     * @param threads how many one operator uses
     * @param configured how many it was to use
     */
    default void keepsThreads(int threads, int configured) {}

    /** A few steps have been done. */
    default void progressed(Progress progress) {}

    /** A snapshot is on disk. */
    default void snapshot(long step) {}

    /**
     * The run cannot write, and waits with all it has in memory until it can.
     *
     * @param reason what refuses, and what may help, as a sentence for people
     */
    default void blocked(String reason) {}

    /** A blocked run has written, and goes on. */
    default void unblocked() {}

    /**
     * Training went wrong, and the run has gone back to an earlier snapshot; it ends with an exception after this.
     *
     * @param step the step of the snapshot that the run stands at now, or 0
     * @param reason what went wrong, as a sentence for people
     */
    default void steppedBack(long step, String reason) {}

    /** Returns whether {@link #averages} is to be called after a step; copying the weights to the host costs time. */
    default boolean wantsAverages(long step) {
        return false;
    }

    /**
     * The weights at a step that {@link #wantsAverages} asked for. The time spent here is not counted as training. This
     * comes before the step's snapshot: what was due up to a snapshot's step is done when a run goes on from it. A run that
     * is stopped skips it, and makes up for it when it goes on.
     *
     * @param averages the averaged weights by name
     */
    default void averages(long step, Map<String, TensorData> averages) {}

    /** Returns what the next snapshot keeps beside the weights, by name: short texts for {@link #resumed}. */
    default Map<String, String> notes() {
        return Map.of();
    }
}
