package dev.pathline.engine.data.augment;

import java.util.random.RandomGenerator;

/**
 * Makes a variation of a sample. What was done may be told to the network as a vector of conditioning, so that it learns
 * the variations and still makes what was not varied: at sampling the vector is zero (arXiv 2206.00364, appendix F.2).
 *
 * <p>Implementations are immutable and safe for concurrent use: what they draw is the generator's alone.
 */
public interface Augmentation {

    /** Returns the length of the vector that says what was done; 0 where the network is told nothing. */
    int labels();

    /**
     * Writes a variation of a sample.
     *
     * @param image the sample, of the shape that the augmentation was made for, from index 0; it is not changed
     * @param target where the variation is written, from {@code offset}; another array
     * @param labels where the vector is written, from {@code labelOffset}: {@link #labels()} numbers, all zero when
     *        nothing was done that the network is to be told
     * @param random what all draws are made with
     */
    void apply(float[] image, float[] target, int offset, float[] labels, int labelOffset, RandomGenerator random);
}
