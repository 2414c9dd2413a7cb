package dev.pathline.diffusion.noise;

/**
 * Standard normal noise from {@link Philox}: the seed is the key, the block number, draw, stage and sample are the
 * counter, and each block of four words gives four normals by Box and Muller's transform. So element {@code i} is a
 * function of the key and {@code i} alone, and bit for bit the same on every JVM (see {@link BoxMuller}). Stateless, safe
 * for concurrent use.
 *
 * <p>The words have 32 bits, so normals beyond 6.8 do not occur; one in 10^11 would.
 */
public final class PhiloxNoise implements NoiseSource {
    private static final int BLOCK = 4;

    @Override
    public void fill(NoiseKey key, double[] values) {
        int[] words = new int[BLOCK];
        double[] normals = new double[BLOCK];
        for (int i = 0; i < values.length; i += BLOCK) {
            block(key, i / BLOCK, words, normals);
            System.arraycopy(normals, 0, values, i, Math.min(BLOCK, values.length - i));
        }
    }

    @Override
    public void fill(NoiseKey key, float[] values) {
        int[] words = new int[BLOCK];
        double[] normals = new double[BLOCK];
        for (int i = 0; i < values.length; i += BLOCK) {
            block(key, i / BLOCK, words, normals);
            int count = Math.min(BLOCK, values.length - i);
            for (int lane = 0; lane < count; lane++) {
                values[i + lane] = (float) normals[lane];
            }
        }
    }

    private static void block(NoiseKey key, int number, int[] words, double[] normals) {
        Philox.block(number, key.draw(), key.stage(), key.sample(),
                (int) key.seed(), (int) (key.seed() >>> 32), words);
        BoxMuller.transform(words[0], words[1], normals, 0);
        BoxMuller.transform(words[2], words[3], normals, 2);
    }
}
