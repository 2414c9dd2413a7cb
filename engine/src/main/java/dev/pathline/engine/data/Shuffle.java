package dev.pathline.engine.data;

import java.util.SplittableRandom;

/**
 * An endless stream of indices that goes through a data set once an epoch, in an order that depends on the seed and the
 * epoch alone. So a position in the stream is one number, and a resumed run reads on where it stopped.
 *
 * <p>Not safe for concurrent use: it keeps the current epoch's order.
 */
public final class Shuffle {

    private final int size;
    private final long seed;
    private final int[] order;
    private long epoch = -1;

    /** A stream over {@code 0..size-1}. */
    public Shuffle(int size, long seed) {
        if (size <= 0) {
            throw new IllegalArgumentException("a data set needs at least one element, got " + size);
        }
        this.size = size;
        this.seed = seed;
        this.order = new int[size];
    }

    /** Returns the index at a position of the stream, from 0. */
    public int at(long position) {
        long wanted = position / size;
        if (wanted != epoch) {
            shuffle(wanted);
        }
        return order[(int) (position % size)];
    }

    private void shuffle(long newEpoch) {
        var random = new SplittableRandom(seed ^ (newEpoch + 1) * 0x9E3779B97F4A7C15L);
        for (int i = 0; i < size; i++) {
            int j = random.nextInt(i + 1);
            order[i] = order[j];
            order[j] = i;
        }
        epoch = newEpoch;
    }
}
