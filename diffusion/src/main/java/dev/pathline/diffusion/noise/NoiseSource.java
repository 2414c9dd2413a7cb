package dev.pathline.diffusion.noise;

/**
 * A source of standard normal noise that is a pure function of its key: element {@code i} of the array of a key does not
 * depend on the array's length, on earlier calls, or on the thread. Implementations are safe for concurrent use.
 */
public interface NoiseSource {

    /** Fills {@code values} with the noise of {@code key}. */
    void fill(NoiseKey key, double[] values);

    /** Fills {@code values} with the noise of {@code key}, which is that of the {@code double[]} form, rounded. */
    void fill(NoiseKey key, float[] values);
}
