package dev.pathline.diffusion.noise;

/**
 * The name of one array of noise. Equal keys give equal noise, on every machine, and different keys independent noise.
 *
 * @param seed the request's seed
 * @param sample the index of the sample within the request
 * @param stage the index of the plan's stage that uses the noise, or {@link #INITIAL} for the start of the trajectory
 * @param draw the number of the array within the stage, from 0
 */
public record NoiseKey(
        long seed,
        int sample,
        int stage,
        int draw) {

    /** The stage of the noise that a trajectory starts from. */
    public static final int INITIAL = -1;

    /** Returns the key of the noise that a trajectory starts from. */
    public static NoiseKey initial(long seed, int sample) {
        return new NoiseKey(seed, sample, INITIAL, 0);
    }
}
