package dev.pathline.engine.metrics;

import java.util.stream.IntStream;

/**
 * Improved precision and recall (arXiv 1904.06991, section 2): a set's manifold is the union of the balls around its
 * vectors that reach to their {@code k}-th nearest neighbour in the set. Precision is the share of samples in the
 * reference's manifold: how many look real. Recall is the share of the reference in the samples' manifold: how much of
 * what is real gets sampled. Both depend on the sizes of the sets, so a number stands beside that of real samples.
 *
 * <p>Keeps the reference's manifold. Immutable and safe for concurrent use.
 */
public final class PrecisionRecall {

    /** The number of neighbours that the authors recommend. */
    public static final int NEIGHBOURS = 3;

    private final VectorSet reference;
    private final SquaredDistances distances;
    private final double[] radii;
    private final int k;

    /**
     * The manifold of a reference.
     *
     * @param k which neighbour a ball reaches to, at least 1
     * @throws IllegalArgumentException if the reference has no more than {@code k} vectors
     */
    public PrecisionRecall(VectorSet reference, int k) {
        if (k < 1 || reference.size() <= k) {
            throw new IllegalArgumentException("a manifold by the " + k + "-th neighbour needs more vectors than "
                    + reference.size());
        }
        this.reference = reference;
        this.distances = new SquaredDistances(reference);
        this.k = k;
        this.radii = new double[reference.size()];
        distances.forEach(reference, (i, row) -> radii[i] = Neighbours.radius(row, k, j -> j == i));
    }

    /**
     * Returns the share of samples in the reference's manifold, with Wilson's interval: given the reference, each sample
     * is in or out by itself.
     *
     * @throws IllegalArgumentException if the samples have another width than the reference
     */
    public Estimate precision(VectorSet samples) {
        samples.requireSameWidth(reference);
        boolean[] real = new boolean[samples.size()];
        distances.forEach(samples, (i, row) -> {
            for (int j = 0; j < row.length && !real[i]; j++) {
                real[i] = row[j] <= radii[j];
            }
        });
        return Estimate.ofShare(IntStream.range(0, real.length).filter(i -> real[i]).count(), real.length);
    }

    /**
     * Returns the share of the reference in the samples' manifold, with the interval of {@link GroupJackknife} over the
     * samples. Balls grow where a group is left out, so neighbours make up for part of what the others lose less evenly than
     * samples drawn anew would: on the normal data that was tried the interval came out as wide as it need be or up to twice
     * as wide. That is no bound for other data.
     *
     * @param groups the samples' groups
     * @throws IllegalArgumentException if the samples have another width than the reference, the groups another size, or
     *         there are too few samples for a manifold without one of the groups
     */
    public Estimate recall(VectorSet samples, SampleGroups groups) {
        samples.requireSameWidth(reference);
        groups.requireOf(samples);
        var to = new SquaredDistances(samples);
        var balls = new Neighbours(samples, to, groups, k);
        long[] covers = new long[reference.size()];
        boolean[] covered = new boolean[reference.size()];
        to.forEach(reference, (j, row) -> {
            for (int i = 0; i < row.length; i++) {
                covered[j] |= balls.contains(i, row[i]);
                covers[j] |= balls.groupsWithoutWhichContains(i, row[i]);
            }
        });
        double[] without = new double[groups.count()];
        for (int g = 0; g < without.length; g++) {
            int group = g;
            without[g] = share(IntStream.range(0, covers.length).filter(j -> (covers[j] >>> group & 1) != 0).count());
        }
        double value = share(IntStream.range(0, covered.length).filter(j -> covered[j]).count());
        return GroupJackknife.interval(value, without).within(0, 1);
    }

    private double share(long count) {
        return (double) count / reference.size();
    }
}
