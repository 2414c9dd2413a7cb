package dev.pathline.engine.evaluation.real;

import dev.pathline.engine.metrics.ClassAccuracy;
import dev.pathline.engine.metrics.Classifier;
import dev.pathline.engine.metrics.VectorSet;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntUnaryOperator;

/** What a classifier says of a set of images: their features, and the class it calls each. Immutable. */
public final class Features {

    private final VectorSet vectors;
    private final int[] said;

    private Features(VectorSet vectors, int[] said) {
        this.vectors = vectors;
        this.said = said;
    }

    /** Takes what was said of each image. */
    public static Features of(List<Classifier.Verdict> verdicts) {
        return new Features(VectorSet.of(verdicts.stream().map(Classifier.Verdict::features).toList()),
                verdicts.stream().mapToInt(Classifier.Verdict::label).toArray());
    }

    /** Features row by row, {@code width} a row, and one class a row. */
    static Features of(float[] values, int width, float[] labels) {
        var rows = new ArrayList<float[]>();
        int[] said = new int[labels.length];
        for (int i = 0; i < labels.length; i++) {
            rows.add(Arrays.copyOfRange(values, i * width, (i + 1) * width));
            said[i] = (int) labels[i];
        }
        return new Features(VectorSet.of(rows), said);
    }

    /** Returns the features, a row an image. */
    public VectorSet vectors() {
        return vectors;
    }

    int said(int index) {
        return said[index];
    }

    /** Counts what was said against what each image is, among {@code classes} classes. */
    public ClassAccuracy accuracy(IntUnaryOperator expected, int classes) {
        var accuracy = new ClassAccuracy(classes);
        for (int i = 0; i < said.length; i++) {
            accuracy.add(expected.applyAsInt(i), said[i]);
        }
        return accuracy;
    }
}
