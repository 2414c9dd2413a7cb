package dev.pathline.trainer.evaluation;

import dev.pathline.engine.checkpoint.Hashes;
import dev.pathline.engine.data.Dataset;
import java.nio.ByteBuffer;
import java.util.List;

/** Vectors in memory. Immutable and safe for concurrent use. */
final class VectorData implements Dataset {

    private final int dimension;
    private final float[] values;
    private final int[] labels;

    /**
     * Takes over the arrays.
     *
     * @param values the vectors, one after the other
     * @param labels the class of each, or {@link Dataset#NO_LABEL}
     */
    VectorData(int dimension, float[] values, int[] labels) {
        this.dimension = dimension;
        this.values = values;
        this.labels = labels;
    }

    @Override
    public int size() {
        return labels.length;
    }

    @Override
    public List<Integer> shape() {
        return List.of(dimension);
    }

    @Override
    public int label(int index) {
        return labels[index];
    }

    @Override
    public void copy(int index, float[] target, int offset) {
        System.arraycopy(values, index * dimension, target, offset, dimension);
    }

    @Override
    public double standardDeviation() {
        double sum = 0;
        double squares = 0;
        for (float value : values) {
            sum += value;
            squares += (double) value * value;
        }
        double mean = sum / values.length;
        return Math.sqrt(squares / values.length - mean * mean);
    }

    @Override
    public String sha256() {
        ByteBuffer bytes = ByteBuffer.allocate(4 * (values.length + labels.length + 1)).putInt(dimension);
        for (float value : values) {
            bytes.putFloat(value);
        }
        for (int label : labels) {
            bytes.putInt(label);
        }
        return Hashes.sha256(bytes.array());
    }
}
