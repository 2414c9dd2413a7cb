package dev.pathline.engine.metrics;

/**
 * A division of samples into groups of about the same size, for {@link GroupJackknife}. Sample {@code i} is taken to be of
 * class {@code i mod classes}, and every group has as many of each class as any other where the count allows it: samples
 * whose classes are chosen, not drawn, differ less than samples whose classes are drawn.
 */
public final class SampleGroups {

    /** How many groups there are where there are enough samples; a set of them fits into a {@code long}. */
    public static final int MOST = 50;

    /** How few samples have an interval at all. */
    public static final int FEWEST_SAMPLES = 10;

    private final int[] groups;
    private final int[] sizes;

    /**
     * Divides samples.
     *
     * @param samples how many there are, at least {@value #FEWEST_SAMPLES}
     * @param classes how many classes take turns, at least 1
     * @throws IllegalArgumentException if there are fewer
     */
    public SampleGroups(int samples, int classes) {
        if (samples < FEWEST_SAMPLES || classes < 1) {
            throw new IllegalArgumentException("an interval needs at least " + FEWEST_SAMPLES + " samples, got "
                    + samples);
        }
        // Where a group of whole rounds of the classes would leave too few groups, single samples are dealt out.
        int round = samples / classes >= FEWEST_SAMPLES ? classes : 1;
        int count = Math.min(MOST, samples / round);
        groups = new int[samples];
        sizes = new int[count];
        for (int i = 0; i < samples; i++) {
            groups[i] = i / round % count;
            sizes[groups[i]]++;
        }
    }

    /** Returns the number of groups, 10 to {@value #MOST}. */
    public int count() {
        return sizes.length;
    }

    /** Returns the group of a sample, from 0. */
    public int of(int sample) {
        return groups[sample];
    }

    /** Returns the number of samples of a group. */
    public int size(int group) {
        return sizes[group];
    }

    /**
     * Checks that these are the groups of a set.
     *
     * @throws IllegalArgumentException if the set has another size
     */
    void requireOf(VectorSet set) {
        if (set.size() != groups.length) {
            throw new IllegalArgumentException("groups of " + groups.length + " samples for " + set.size());
        }
    }
}
