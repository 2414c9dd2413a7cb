package dev.pathline.engine.data;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The labels in a CSV file, with their lines: either all of them are names of classes, or all are indices from 0. */
final class CsvLabels {

    private final List<String> classes;
    private final List<String> texts = new ArrayList<>();
    private final List<Long> lines = new ArrayList<>();

    CsvLabels(List<String> classes) {
        this.classes = classes;
    }

    void add(String text, long line) {
        texts.add(text);
        lines.add(line);
    }

    /**
     * Returns the classes' indices.
     *
     * @param file what errors name
     * @throws DataException if a label is no class. They are read in the way that fits most of them, so that one that is
     *         misspelt is the one that is named.
     */
    int[] indices(String file) {
        int[] byName = texts.stream().mapToInt(classes::indexOf).toArray();
        int[] byIndex = texts.stream().mapToInt(this::index).toArray();
        int[] indices = fitting(byName) >= fitting(byIndex) ? byName : byIndex;
        for (int i = 0; i < indices.length; i++) {
            if (indices[i] < 0) {
                String label = texts.get(i);
                throw new DataException(file + ":" + lines.get(i) + " has the label '"
                        + (label.length() <= 40 ? label : label.substring(0, 40) + "...")
                        + "'; labels are either all names of " + classes + " or all indices of these, from 0");
            }
        }
        return indices;
    }

    private int index(String text) {
        Optional<Integer> index = StrictNumbers.whole(text);
        return index.isPresent() && index.get() < classes.size() ? index.get() : -1;
    }

    private static int fitting(int[] indices) {
        int count = 0;
        for (int index : indices) {
            count += index >= 0 ? 1 : 0;
        }
        return count;
    }
}
