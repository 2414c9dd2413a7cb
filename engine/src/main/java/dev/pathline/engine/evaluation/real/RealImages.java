package dev.pathline.engine.evaluation.real;

import dev.pathline.engine.data.Dataset;
import dev.pathline.engine.data.Shuffle;
import dev.pathline.engine.metrics.ClassAccuracy;
import dev.pathline.engine.metrics.Classifier;
import dev.pathline.engine.metrics.VectorSet;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** A real data set as a measurement sees it. Methods that take a classifier run on the compute thread. */
public final class RealImages {

    /** As many values of samples are kept at once as the reference, 1 GiB of them. */
    static final long MOST_VALUES = 1L << 28;

    /** A sample counts as so many values at least: its projections for the sliced Wasserstein distance take as much. */
    static final int LEAST_VALUES = 512;

    private static final long SEED = 1;

    private final Dataset data;

    /** A view of a data set. */
    public RealImages(Dataset data) {
        this.data = data;
    }

    /** Returns what a classifier of {@code classes} classes says of all images. */
    public ClassAccuracy accuracy(Classifier classifier, int classes) {
        return features(classifier, all()).accuracy(data::label, classes);
    }

    /** Returns what a classifier says of some of the images. */
    public Features features(Classifier classifier, int[] chosen) {
        return Features.of(classifier.classify(chosen.length, i -> values(chosen[i])));
    }

    /** Returns the values of some of the samples. */
    public VectorSet values(int[] chosen) {
        List<float[]> values = Arrays.stream(chosen).mapToObj(this::values).toList();
        return VectorSet.of(values);
    }

    /** Returns the indices of all of them. */
    public int[] all() {
        return IntStream.range(0, data.size()).toArray();
    }

    /**
     * Returns the indices of all samples if they have at most {@value #MOST_VALUES} values together, else of as many as
     * have, chosen by a fixed seed. A sample counts as {@value #LEAST_VALUES} values at least.
     */
    public int[] fitting() {
        return fitting(MOST_VALUES);
    }

    int[] fitting(long mostValues) {
        int fits = fits(data, mostValues);
        if (fits == data.size()) {
            return all();
        }
        var shuffle = new Shuffle(data.size(), SEED);
        return IntStream.range(0, fits).map(shuffle::at).sorted().toArray();
    }

    /** Returns how many samples have so many values together; a distance needs two, however large they are. */
    static int fits(Dataset data, long mostValues) {
        return (int) Math.min(data.size(), Math.max(2, mostValues / Math.max(LEAST_VALUES, data.sampleSize())));
    }

    /**
     * Returns how many samples can be chosen by {@link #balanced}, or {@code wanted} if there are as many.
     *
     * @param classes how many classes take turns; at most 1 to ignore them
     */
    public int most(int wanted, int classes) {
        if (classes <= 1) {
            return Math.min(wanted, data.size());
        }
        int[] counts = new int[classes];
        int most = 0;
        for (int i = 0; i < data.size() && most < wanted; i++) {
            int label = data.label(i);
            if (label >= 0 && label < classes) {
                counts[label]++;
                most = rounds(counts);
            }
        }
        return Math.min(wanted, most);
    }

    /** How far turns go until a class whose turn it is has no sample left. */
    private static int rounds(int[] counts) {
        long most = Integer.MAX_VALUE;
        for (int label = 0; label < counts.length; label++) {
            most = Math.min(most, (long) counts[label] * counts.length + label);
        }
        return (int) most;
    }

    /**
     * Chooses {@code count} samples by {@code seed}. With classes, number {@code i} is of class {@code i mod classes}, as it
     * is among a model's samples: the shuffled data is gone through, and each image takes the next place of its class.
     *
     * @param classes how many classes take turns; at most 1 to ignore them
     * @throws IllegalArgumentException if there are fewer than that
     */
    public int[] balanced(int count, int classes, long seed) {
        var shuffle = new Shuffle(data.size(), seed);
        int[] next = IntStream.range(0, Math.max(1, classes)).toArray();
        int[] chosen = new int[count];
        int n = 0;
        for (int i = 0; i < data.size() && n < count; i++) {
            int index = shuffle.at(i);
            int label = classes > 1 ? data.label(index) : 0;
            if (label >= 0 && label < next.length && next[label] < count) {
                chosen[next[label]] = index;
                next[label] += next.length;
                n++;
            }
        }
        if (n < count) {
            throw new IllegalArgumentException("the training data has only " + most(count, classes) + " samples"
                    + (classes > 1 ? " of balanced classes" : "") + ", not " + count
                    + ": measure as many with --samples");
        }
        return chosen;
    }

    private float[] values(int index) {
        float[] values = new float[data.sampleSize()];
        data.copy(index, values, 0);
        return values;
    }
}
