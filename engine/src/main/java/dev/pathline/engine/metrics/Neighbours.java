package dev.pathline.engine.metrics;

import java.util.Arrays;
import java.util.function.IntPredicate;

/**
 * The balls of a set's manifold, and what becomes of them without one group of the set. A ball grows only where the group
 * holds one of its {@code k} nearest, so each has its radius and at most {@code k} other ones. Radii are squared.
 */
final class Neighbours {

    private final SampleGroups groups;
    private final long all;
    private final double[] radii;
    private final double[] largest;
    private final long[] grownGroups;
    private final double[][] grown;

    /** Measures a set, whose distances are {@code to}. */
    Neighbours(VectorSet set, SquaredDistances to, SampleGroups groups, int k) {
        int fewest = set.size();
        for (int g = 0; g < groups.count(); g++) {
            fewest = Math.min(fewest, set.size() - groups.size(g));
        }
        if (fewest <= k) {
            throw new IllegalArgumentException("a manifold by the " + k + "-th neighbour needs more samples than "
                    + set.size() + " where intervals leave groups of them out");
        }
        this.groups = groups;
        this.all = -1L >>> (Long.SIZE - groups.count());
        radii = new double[set.size()];
        largest = new double[set.size()];
        grownGroups = new long[set.size()];
        grown = new double[set.size()][];
        to.forEach(set, (i, row) -> measure(i, row, k));
    }

    private void measure(int i, double[] row, int k) {
        radii[i] = radius(row, k, j -> j == i);
        largest[i] = radii[i];
        for (int j = 0; j < row.length; j++) {
            if (j != i && row[j] <= radii[i] && groups.of(j) != groups.of(i)) {
                grownGroups[i] |= 1L << groups.of(j);
            }
        }
        grown[i] = new double[Long.bitCount(grownGroups[i])];
        long left = grownGroups[i];
        for (int at = 0; at < grown[i].length; at++, left &= left - 1) {
            int group = Long.numberOfTrailingZeros(left);
            grown[i][at] = radius(row, k, j -> j == i || groups.of(j) == group);
            largest[i] = Math.max(largest[i], grown[i][at]);
        }
    }

    /** Returns whether a point at this distance of a sample is in its ball. */
    boolean contains(int sample, double distance) {
        return distance <= radii[sample];
    }

    /** Returns the set of groups, a bit each, without any one of which the sample is there and its ball holds the point. */
    long groupsWithoutWhichContains(int sample, double distance) {
        if (distance > largest[sample]) {
            return 0;
        }
        if (distance <= radii[sample]) {
            return all & ~(1L << groups.of(sample));
        }
        long holding = 0;
        long left = grownGroups[sample];
        for (int at = 0; left != 0; at++, left &= left - 1) {
            if (distance <= grown[sample][at]) {
                holding |= Long.lowestOneBit(left);
            }
        }
        return holding;
    }

    /** Returns the {@code k}-th smallest of the distances but those left out. */
    static double radius(double[] distances, int k, IntPredicate leftOut) {
        double[] nearest = new double[k];
        Arrays.fill(nearest, Double.POSITIVE_INFINITY);
        for (int j = 0; j < distances.length; j++) {
            double distance = distances[j];
            if (distance < nearest[k - 1] && !leftOut.test(j)) {
                int at = k - 1;
                while (at > 0 && nearest[at - 1] > distance) {
                    nearest[at] = nearest[at - 1];
                    at--;
                }
                nearest[at] = distance;
            }
        }
        return nearest[k - 1];
    }
}
