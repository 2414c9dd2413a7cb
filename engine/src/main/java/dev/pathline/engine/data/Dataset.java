package dev.pathline.engine.data;

import java.util.List;

/**
 * Samples to train on or to compare with: images with values in [-1, 1], or vectors. Implementations are immutable and
 * safe for concurrent use.
 */
public interface Dataset {

    /** The label of samples that have none. */
    int NO_LABEL = -1;

    /** Returns the number of samples. */
    int size();

    /** Returns the shape of one sample: {@code [channels, height, width]}, or {@code [dimension]} for vectors. */
    List<Integer> shape();

    /** Returns the number of values of one sample. */
    default int sampleSize() {
        return shape().stream().reduce(1, Math::multiplyExact);
    }

    /** Returns the class of a sample, from 0, or {@link #NO_LABEL}. */
    int label(int index);

    /** Writes a sample's values to {@code target} from {@code offset}. */
    void copy(int index, float[] target, int offset);

    /** Returns the standard deviation of all values around their common mean: {@code sigma_data}. */
    double standardDeviation();

    /** Returns the SHA-256 of the samples, in hexadecimal: two data sets with the same hash train the same model. */
    String sha256();

    /** Returns what whoever starts a run should know of the data, each a sentence; such as files that were left out. */
    default List<String> warnings() {
        return List.of();
    }
}
