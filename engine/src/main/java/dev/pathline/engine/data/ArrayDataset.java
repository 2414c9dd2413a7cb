package dev.pathline.engine.data;

import java.util.ArrayList;
import java.util.List;

/**
 * Samples of floating-point numbers: vectors as they are, or images. All of them are looked at once, when the data set is
 * made: a number that is none, or an image's outside [-1, 1], is found before training and not by its loss.
 *
 * <p>Immutable and safe for concurrent use.
 */
public final class ArrayDataset implements Dataset {

    /** How far a rounded number may be outside [-1, 1]. */
    private static final float SLACK = 1e-4f;

    /** Images whose values are all nearer to each other are hardly meant so. */
    private static final float NARROW = 0.1f;

    private final List<Integer> shape;
    private final int size;
    private final Values values;
    private final int[] labels;
    private final Summary summary;
    private final List<String> warnings;
    private float least = Float.POSITIVE_INFINITY;
    private float most = Float.NEGATIVE_INFINITY;

    /**
     * Looks at all samples.
     *
     * @param shape of one sample; three dimensions mean an image
     * @param labels one class index a sample, or none at all
     * @param source what errors name: the file
     * @param notes what is to be said of the data, each a sentence; that images use a part of their range only is added
     * @throws DataException if a number is not finite, or an image's is outside [-1, 1]
     */
    ArrayDataset(List<Integer> shape, int size, Values values, int[] labels, String source, List<String> notes) {
        this.shape = List.copyOf(shape);
        this.size = size;
        this.values = values;
        this.labels = labels;
        this.summary = summarize(source);
        var all = new ArrayList<>(notes);
        if (shape.size() == 3 && (least >= 0 || most <= 0 || most - least < NARROW)) {
            all.add("the images of " + source + " have values from " + least + " to " + most
                    + ", where -1 is black and 1 is white: if this is not meant, let data.range name the numbers in the"
                    + " file that are black and white, such as [0, 1]");
        }
        this.warnings = List.copyOf(all);
    }

    /**
     * Returns vectors that are in memory.
     *
     * @param values the vectors, one after the other; taken over
     * @param labels the class of each, or none at all
     * @param source what errors name
     * @throws DataException if a number is not finite
     */
    public static ArrayDataset ofVectors(int dimension, float[] values, int[] labels, String source) {
        return new ArrayDataset(List.of(dimension), values.length / dimension,
                (index, target, offset) -> System.arraycopy(values, index * dimension, target, offset, dimension),
                labels, source, List.of());
    }

    @Override
    public int size() {
        return size;
    }

    @Override
    public List<Integer> shape() {
        return shape;
    }

    @Override
    public int label(int index) {
        return labels.length == 0 ? NO_LABEL : labels[index];
    }

    @Override
    public void copy(int index, float[] target, int offset) {
        values.read(index, target, offset);
    }

    @Override
    public double standardDeviation() {
        return summary.standardDeviation();
    }

    @Override
    public String sha256() {
        return summary.sha256();
    }

    @Override
    public List<String> warnings() {
        return warnings;
    }

    private Summary summarize(String source) {
        return Summary.ofValues(shape, size, values, labels, (index, value) -> {
            requireGood(value, index, source);
            least = Math.min(least, value);
            most = Math.max(most, value);
        });
    }

    private void requireGood(float value, int index, String source) {
        if (!Float.isFinite(value)) {
            throw new DataException(source + ": sample " + index + ", counted from 0, has a value that is " + value);
        }
        if (shape.size() == 3 && Math.abs(value) > 1 + SLACK) {
            throw new DataException(source + ": image " + index + ", counted from 0, has the value " + value
                    + " outside [-1, 1]; give the range of the file's numbers, such as [0, 1]");
        }
    }
}
