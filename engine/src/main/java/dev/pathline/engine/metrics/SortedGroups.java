package dev.pathline.engine.metrics;

import java.util.Arrays;

/**
 * Numbers in ascending order that remember their groups. The group takes the place of the last six of a number's 52 bits
 * of fraction, so an array of {@code long} is sorted and no index; the numbers lose what is far below their errors.
 */
final class SortedGroups {

    private static final int GROUP_BITS = 6;
    private static final long GROUP = (1L << GROUP_BITS) - 1;

    private final long[] keys;

    /** Sorts {@code values}; value {@code i} is that of sample {@code i}. */
    SortedGroups(double[] values, SampleGroups groups) {
        keys = new long[values.length];
        for (int i = 0; i < values.length; i++) {
            keys[i] = (ordered(Double.doubleToRawLongBits(values[i])) & ~GROUP) | groups.of(i);
        }
        Arrays.sort(keys);
    }

    int size() {
        return keys.length;
    }

    /** Writes the numbers that are not of a group, in ascending order, and returns how many there are. */
    int without(int group, double[] target) {
        int n = 0;
        for (long key : keys) {
            if ((key & GROUP) != group) {
                target[n++] = Double.longBitsToDouble(ordered(key & ~GROUP));
            }
        }
        return n;
    }

    /** Negative numbers' bits are turned, so that bits are in the order of the numbers; its own inverse. */
    private static long ordered(long bits) {
        return bits ^ ((bits >> (Long.SIZE - 1)) & Long.MAX_VALUE);
    }
}
