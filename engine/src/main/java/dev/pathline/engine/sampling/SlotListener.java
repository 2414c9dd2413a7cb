package dev.pathline.engine.sampling;

/** Hears of one sample's progress, on the compute thread: an implementation hands work over and returns. */
public interface SlotListener {

    /**
     * Returns whether the prediction of {@code x0} after a step is wanted; asked before the step's last evaluation.
     *
     * @param step the outer step, from 0
     */
    default boolean wantsPreview(int step) {
        return false;
    }

    /**
     * An outer step is done.
     *
     * @param step the outer step, from 0
     * @param sigma {@code sigma/alpha} at the step's last evaluation
     * @param preview the prediction of {@code x0}, the listener's own copy, or an empty array if it was not wanted
     */
    default void stepped(int step, double sigma, float[] preview) {}

    /**
     * The sample is finished.
     *
     * @param sample its values, the listener's own copy
     */
    void finished(float[] sample);

    /**
     * The sample cannot be finished; its slot is free again.
     *
     * @param reason a sentence for people
     */
    void failed(String reason);
}
