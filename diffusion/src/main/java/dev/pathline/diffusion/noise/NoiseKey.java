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

    /** Stages from here down are the levels of Brownian paths. */
    private static final int BROWNIAN = -2;

    private static final int BROWNIAN_LEVELS = 32;

    /** Returns the key of the noise that a trajectory starts from. */
    public static NoiseKey initial(long seed, int sample) {
        return new NoiseKey(seed, sample, INITIAL, 0);
    }

    /** Returns the key of node {@code index} at {@code level} (0 to 31) of a sample's Brownian path. */
    static NoiseKey brownian(long seed, int sample, int path, int level, int index) {
        return new NoiseKey(seed, sample, BROWNIAN - path * BROWNIAN_LEVELS - level, index);
    }
}
