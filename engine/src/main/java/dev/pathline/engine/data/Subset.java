package dev.pathline.engine.data;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Some samples of a data set. Its hash is that of its samples: the same as if they were a file of floating-point numbers.
 *
 * <p>Immutable and safe for concurrent use.
 */
final class Subset implements Dataset {

    private final Dataset all;
    private final int[] chosen;
    private final List<String> warnings;
    private @Nullable Summary summary;

    /**
     * Chooses samples.
     *
     * @param chosen their indices in the order in which they are wanted, at least one; taken over
     * @param warnings what is to be said of them
     */
    Subset(Dataset all, int[] chosen, List<String> warnings) {
        this.all = all;
        this.chosen = chosen;
        this.warnings = List.copyOf(warnings);
    }

    @Override
    public int size() {
        return chosen.length;
    }

    @Override
    public List<Integer> shape() {
        return all.shape();
    }

    @Override
    public int label(int index) {
        return all.label(chosen[index]);
    }

    @Override
    public void copy(int index, float[] target, int offset) {
        all.copy(chosen[index], target, offset);
    }

    @Override
    public double standardDeviation() {
        return summary().standardDeviation();
    }

    @Override
    public String sha256() {
        return summary().sha256();
    }

    @Override
    public List<String> warnings() {
        return warnings;
    }

    private synchronized Summary summary() {
        if (summary == null) {
            int[] labels = new int[label(0) == NO_LABEL ? 0 : chosen.length];
            for (int i = 0; i < labels.length; i++) {
                labels[i] = label(i);
            }
            summary = Summary.ofValues(shape(), chosen.length, this::copy, labels, (index, value) -> {
            });
        }
        return summary;
    }
}
