package dev.pathline.engine.data;

import java.util.SplittableRandom;

/**
 * An endless stream of indices that goes through a data set once an epoch, in an order that depends on the seed and the
 * epoch alone. So a position in the stream is one number, and a resumed run reads on where it stopped.
 *
 * <p>Not safe for concurrent use: it keeps the current epoch's order.
 */
public final class Shuffle {

    /** Above this size the order is a formula, not a list: a list of 2^31 indices is 8 GiB. */
    private static final int LARGEST_LIST = 1 << 24;

    private static final int ROUNDS = 6;

    private final int size;
    private final long seed;
    private final int[] order;
    private final int halfBits;
    private final int[] roundKeys = new int[ROUNDS];
    private long epoch = -1;

    /** A stream over {@code 0..size-1}. */
    public Shuffle(int size, long seed) {
        this(size, seed, LARGEST_LIST);
    }

    Shuffle(int size, long seed, int largestList) {
        if (size <= 0) {
            throw new IllegalArgumentException("a data set needs at least one element, got " + size);
        }
        this.size = size;
        this.seed = seed;
        this.order = new int[size <= largestList ? size : 0];
        this.halfBits = (Integer.SIZE - Integer.numberOfLeadingZeros(size - 1) + 1) / 2;
    }

    /** Returns the index at a position of the stream, from 0. */
    public int at(long position) {
        long wanted = position / size;
        if (wanted != epoch) {
            begin(wanted);
        }
        int place = (int) (position % size);
        return order.length > 0 ? order[place] : permuted(place);
    }

    private void begin(long newEpoch) {
        var random = new SplittableRandom(seed ^ (newEpoch + 1) * 0x9E3779B97F4A7C15L);
        for (int i = 0; i < order.length; i++) {
            int j = random.nextInt(i + 1);
            order[i] = order[j];
            order[j] = i;
        }
        if (order.length == 0) {
            for (int round = 0; round < ROUNDS; round++) {
                roundKeys[round] = random.nextInt();
            }
        }
        epoch = newEpoch;
    }

    /**
     * A Feistel network is a permutation of {@code 2^(2 halfBits)} numbers whatever its round function is; walking on
     * while the result is too large makes it one of {@code size}. At most four times as many numbers, so about four steps
     * at worst.
     */
    private int permuted(int place) {
        int mask = (1 << halfBits) - 1;
        long value = place;
        do {
            int left = (int) (value >>> halfBits);
            int right = (int) value & mask;
            for (int key : roundKeys) {
                int mixed = (right ^ key) * 0x85EBCA6B;
                mixed = (mixed ^ (mixed >>> 15)) * 0xC2B2AE35;
                int next = left ^ ((mixed >>> 16) & mask);
                left = right;
                right = next;
            }
            value = ((long) left << halfBits) | right;
        } while (value >= size);
        return (int) value;
    }
}
