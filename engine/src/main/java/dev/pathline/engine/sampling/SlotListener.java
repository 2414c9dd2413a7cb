package dev.pathline.engine.sampling;

/** Hears of one sample's progress, on the compute thread: an implementation hands work over and returns. */
public interface SlotListener {

    /** What is shown of a sample on its way. */
    enum Preview {
        /** Nothing. */
        NONE,
        /** The prediction of {@code x0} that the step's last evaluation gave. */
        DENOISED,
        /** The point that the step ended at. */
        NOISY
    }

    /**
     * Returns what is wanted after a step; asked before the step's last evaluation.
     *
     * @param step the outer step, from 0
     */
    default Preview preview(int step) {
        return Preview.NONE;
    }

    /**
     * An outer step is done.
     *
     * @param step the outer step, from 0
     * @param sigma {@code sigma/alpha} at the step's last evaluation
     * @param preview what was wanted, the listener's own copy, or an empty array for {@link Preview#NONE}
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
