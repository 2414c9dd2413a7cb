package dev.pathline.engine.data;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

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
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(data.sha256().getBytes(StandardCharsets.UTF_8));
            for (int label : labels) {
                digest.update((byte) ' ');
                digest.update(Integer.toString(label).getBytes(StandardCharsets.UTF_8));
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    @Override
    public List<String> warnings() {
        return data.warnings();
    }
}
