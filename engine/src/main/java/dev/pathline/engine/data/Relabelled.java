package dev.pathline.engine.data;

import dev.pathline.engine.checkpoint.Hashes;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A data set whose classes stand in another order.
 *
 * <p>Immutable and safe for concurrent use.
 */
public final class Relabelled implements Dataset {

    private final Dataset data;
    private final int[] labels;

    private Relabelled(Dataset data, int[] labels) {
        this.data = data;
        this.labels = labels;
    }

    /**
     * Returns data whose labels follow another order of the same names; the data itself where the order is the same.
     *
     * @param has the names in the order of the data's labels
     * @param wanted the same names in the order that is wanted
     * @throws IllegalArgumentException if the names are not the same
     */
    public static Dataset of(Dataset data, List<String> has, List<String> wanted) {
        if (has.equals(wanted)) {
            return data;
        }
        int[] labels = has.stream().mapToInt(wanted::indexOf).toArray();
        for (int i = 0; i < labels.length; i++) {
            if (labels[i] < 0 || has.size() != wanted.size()) {
                throw new IllegalArgumentException("the classes " + has + " are not those of " + wanted);
            }
        }
        return new Relabelled(data, labels);
    }

    @Override
    public int size() {
        return data.size();
    }

    @Override
    public List<Integer> shape() {
        return data.shape();
    }

    @Override
    public int label(int index) {
        int label = data.label(index);
        return label == NO_LABEL ? NO_LABEL : labels[label];
    }

    @Override
    public void copy(int index, float[] target, int offset) {
        data.copy(index, target, offset);
    }

    @Override
    public double standardDeviation() {
        return data.standardDeviation();
    }

    @Override
    public String sha256() {
        String order = Arrays.stream(labels).mapToObj(label -> " " + label).collect(Collectors.joining());
        return Hashes.sha256((data.sha256() + order).getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public List<String> warnings() {
        return data.warnings();
    }
}
