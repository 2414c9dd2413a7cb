package dev.pathline.trainer;

import java.util.List;

/**
 * Where the training data is.
 *
 * @param format {@code idx}
 * @param path a folder
 * @param classes the classes' names in the order of their indices
 */
public record DataSpec(String format, String path, List<String> classes) {

    /** Takes a copy. */
    public DataSpec {
        classes = List.copyOf(classes);
    }
}
