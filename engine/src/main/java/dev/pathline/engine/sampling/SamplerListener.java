package dev.pathline.engine.sampling;

import dev.pathline.engine.sampling.SlotListener.Preview;

/**
 * Hears of the samples that a {@link Sampler} makes, on the compute thread. What a method throws ends the sampling and comes out
 * of it.
 */
public interface SamplerListener {

    /** Hears nothing. */
    SamplerListener NONE = new SamplerListener() {
    };

    /**
     * Returns what is wanted of a sample after a step; asked before the step's last evaluation.
     *
     * @param sample the sample's index, from 0
     * @param step the outer step, from 0
     */
    default Preview preview(int sample, int step) {
        return Preview.NONE;
    }

    /**
     * A sample has done an outer step.
     *
     * @param sample the sample's index, from 0
     * @param step the outer step, from 0
     * @param sigma {@code sigma/alpha} at the step's last evaluation
     * @param preview what was wanted, the listener's own copy, or an empty array for {@link Preview#NONE}
     */
    default void stepped(int sample, int step, double sigma, float[] preview) {}

    /**
     * A sample is finished.
     *
     * @param done how many are finished now
     */
    default void finished(int done) {}
}
