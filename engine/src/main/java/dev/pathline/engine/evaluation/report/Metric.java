package dev.pathline.engine.evaluation.report;

import java.util.Arrays;
import java.util.Optional;

/** What is measured of samples. Its floor is what as many real training images get. */
public enum Metric {
    /** Frechet distance of the classifier's features; the square of their unit. */
    FRECHET("cnnFrechetDistance", "Frechet", false, 1),
    /** Kernel distance of the classifier's features by the cubic kernel, times 1000. */
    KERNEL("cnnKernelDistance", "kernel x1000", false, 1000),
    /** The share of samples among the test set's features. */
    PRECISION("precision", "precision %", true, 100),
    /** The share of the test set among the samples' features. */
    RECALL("recall", "recall %", true, 100),
    /** The share of samples that the classifier calls the class they were asked for; the floor is that of the test set. */
    OWN_CLASS("ownClass", "own class %", true, 100),
    /** Sliced Wasserstein distance of the samples themselves, in their unit. */
    SLICED_WASSERSTEIN("slicedWasserstein", "sliced W", false, 1),
    /** Energy distance of the samples themselves, in their unit; of vectors only. */
    ENERGY("energyDistance", "energy", false, 1);

    private final String key;
    private final String heading;
    private final boolean moreIsBetter;
    private final double factor;

    Metric(String key, String heading, boolean moreIsBetter, double factor) {
        this.key = key;
        this.heading = heading;
        this.moreIsBetter = moreIsBetter;
        this.factor = factor;
    }

    /** Returns the name in JSON and CSV. */
    public String key() {
        return key;
    }

    /** Returns the heading of a table's column. */
    public String heading() {
        return heading;
    }

    /** Returns whether more is better; of distances, less is. */
    public boolean moreIsBetter() {
        return moreIsBetter;
    }

    /** Returns what a table multiplies the number by. */
    public double factor() {
        return factor;
    }

    /** Returns the metric of a name in JSON. */
    public static Optional<Metric> of(String key) {
        return Arrays.stream(values()).filter(metric -> metric.key.equals(key)).findFirst();
    }
}
