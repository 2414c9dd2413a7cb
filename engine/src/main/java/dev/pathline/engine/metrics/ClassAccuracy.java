package dev.pathline.engine.metrics;

/** Counts how often a classifier says what was expected, in all and a class. Not safe for concurrent use. */
public final class ClassAccuracy {

    private final long[][] counts;

    /** Starts at nothing, for {@code classes} classes. */
    public ClassAccuracy(int classes) {
        counts = new long[classes][classes];
    }

    /** Returns the number of classes. */
    public int classes() {
        return counts.length;
    }

    /** Counts one image. */
    public void add(int expected, int said) {
        add(expected, said, 1);
    }

    /** Counts images that are all alike. */
    public void add(int expected, int said, long images) {
        counts[expected][said] += images;
    }

    /** Returns the number of images. */
    public long total() {
        long total = 0;
        for (int i = 0; i < counts.length; i++) {
            total += total(i);
        }
        return total;
    }

    /** Returns the number of images of which {@code expected} was expected. */
    public long total(int expected) {
        long total = 0;
        for (long count : counts[expected]) {
            total += count;
        }
        return total;
    }

    /** Returns how many images of {@code expected} were said to be {@code said}. */
    public long count(int expected, int said) {
        return counts[expected][said];
    }

    /** Returns the share of all images that were said to be what was expected; NaN of none. */
    public double share() {
        return (double) right() / total();
    }

    /**
     * Returns the share with Wilson's interval: each image is right or wrong by itself.
     *
     * @throws IllegalArgumentException if there are none
     */
    public Estimate estimate() {
        return Estimate.ofShare(right(), total());
    }

    /** Returns the number of images that were said to be what was expected. */
    public long right() {
        long right = 0;
        for (int i = 0; i < counts.length; i++) {
            right += counts[i][i];
        }
        return right;
    }

    /** Returns the share of a class's images that were said to be of it; NaN of none. */
    public double share(int expected) {
        return (double) counts[expected][expected] / total(expected);
    }

    /** Returns the wrong class that images of {@code expected} were most often taken for, or -1 if none was. */
    public int mostMistakenFor(int expected) {
        int most = -1;
        for (int said = 0; said < counts.length; said++) {
            if (said != expected && counts[expected][said] > 0
                    && (most < 0 || counts[expected][said] > counts[expected][most])) {
                most = said;
            }
        }
        return most;
    }
}
