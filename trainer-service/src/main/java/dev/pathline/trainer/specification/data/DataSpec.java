package dev.pathline.trainer.specification.data;

import dev.pathline.engine.data.augment.AugmentationSettings;
import dev.pathline.engine.data.source.DataSource;
import java.util.List;

/**
 * The training data.
 *
 * @param source where it is
 * @param classes the classes' names in the order of their indices; none for data without labels
 * @param augmentation how samples are varied
 */
public record DataSpec(DataSource source, List<String> classes, AugmentationSettings augmentation) {

    /** Takes a copy. */
    public DataSpec {
        classes = List.copyOf(classes);
    }

    /** Returns the format's name in a specification. */
    public String format() {
        return source.format();
    }

    /** Returns where the data is, for people. */
    public String path() {
        return source.path();
    }
}
