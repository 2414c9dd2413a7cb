package dev.pathline.engine.data;

import java.util.Arrays;
import java.util.List;

/**
 * A data set in two, for data of which nobody says which samples are kept for measurements. The choice is one of a fixed
 * seed, so that whoever opens the same data has the same parts: of images one in {@value #IMAGES_SHARE} of each class is
 * kept, or fewer so that they are about {@value #MOST_IMAGES} in all, of vectors one in {@value #VECTORS_SHARE}.
 *
 * @param train the samples that are not kept, in an order of the seed
 * @param test the samples that are kept
 * @param share one in how many is kept
 */
public record HeldOut(Dataset train, Dataset test, int share) {

    /** One image in so many is kept. */
    public static final int IMAGES_SHARE = 5;

    /** More images tell hardly more, and each is looked at in every measurement of the reference. */
    public static final int MOST_IMAGES = 10_000;

    /** One vector in so many is kept. */
    public static final int VECTORS_SHARE = 2;

    /** The fewest samples that are cut in two. */
    public static final int FEWEST = 4;

    private static final long SEED = 1;

    /**
     * Cuts a data set. Of a class with at least two samples at least one is kept; samples without labels are one class.
     *
     * @param place where the data is, for errors
     * @throws DataException if there are fewer than {@value #FEWEST} samples, or no class has two
     */
    public static HeldOut of(Dataset all, String place) {
        if (all.size() < FEWEST) {
            throw new DataException(place + " has " + all.size() + (all.size() == 1 ? " sample" : " samples")
                    + " where at least " + FEWEST + " are needed: some of them are kept for measurements");
        }
        int share = all.shape().size() == 1
                ? VECTORS_SHARE
                : Math.max(IMAGES_SHARE, Math.ceilDiv(all.size(), MOST_IMAGES));
        int[] quotas = quotas(all, share);
        int kept = Arrays.stream(quotas).sum();
        if (kept == 0) {
            throw new DataException(place + " has one sample of each class: none of them can be kept for measurements");
        }
        int[] test = new int[kept];
        int[] train = new int[all.size() - kept];
        var shuffle = new Shuffle(all.size(), SEED);
        int tests = 0;
        int trains = 0;
        for (int i = 0; i < all.size(); i++) {
            int index = shuffle.at(i);
            if (quotas[group(all, index)]-- > 0) {
                test[tests++] = index;
            } else {
                train[trains++] = index;
            }
        }
        return new HeldOut(new Subset(all, train, all.warnings()), new Subset(all, test, List.of()), share);
    }

    private static int[] quotas(Dataset all, int share) {
        int[] counts = new int[1];
        for (int i = 0; i < all.size(); i++) {
            int group = group(all, i);
            if (group >= counts.length) {
                counts = Arrays.copyOf(counts, group + 1);
            }
            counts[group]++;
        }
        return Arrays.stream(counts).map(count -> count < 2 ? 0 : Math.max(1, count / share)).toArray();
    }

    /** Samples without a label are all of one group. */
    private static int group(Dataset all, int index) {
        return Math.max(0, all.label(index));
    }
}
