package dev.pathline.diffusion.noise;

/**
 * Philox4x32-10: a bijection of 128-bit counters for each 64-bit key, whose outputs pass as random. There is no state, so
 * any part of any stream is at hand at once.
 *
 * <p>Source: Salmon, Moraes, Dror and Shaw, 'Parallel random numbers: as easy as 1, 2, 3', SC 2011.
 */
final class Philox {
    private static final long MULTIPLIER_0 = 0xD2511F53L;
    private static final long MULTIPLIER_1 = 0xCD9E8D57L;
    private static final int WEYL_0 = 0x9E3779B9;
    private static final int WEYL_1 = 0xBB67AE85;
    private static final int ROUNDS = 10;
    private static final long LOW = 0xFFFFFFFFL;

    private Philox() {}

    /** Writes the four words of the block of counter {@code (c0, c1, c2, c3)} under {@code (k0, k1)} to {@code words}. */
    static void block(int c0, int c1, int c2, int c3, int k0, int k1, int[] words) {
        for (int round = 0; round < ROUNDS; round++) {
            long product0 = MULTIPLIER_0 * (c0 & LOW);
            long product1 = MULTIPLIER_1 * (c2 & LOW);
            c0 = (int) (product1 >>> 32) ^ c1 ^ k0;
            c1 = (int) product1;
            c2 = (int) (product0 >>> 32) ^ c3 ^ k1;
            c3 = (int) product0;
            k0 += WEYL_0;
            k1 += WEYL_1;
        }
        words[0] = c0;
        words[1] = c1;
        words[2] = c2;
        words[3] = c3;
    }
}
