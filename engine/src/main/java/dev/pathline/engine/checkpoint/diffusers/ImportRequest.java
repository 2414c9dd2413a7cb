package dev.pathline.engine.checkpoint.diffusers;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What to import, and what the files do not say.
 *
 * @param source a pipeline's folder, or a network's
 * @param variant the weights' variant, such as {@code fp16}; null for the plain ones, or the only ones there are
 * @param scheduler a scheduler's class, or a file of its settings, for a source that has none or another; null for the
 *        source's own
 * @param settings settings of the scheduler by name, in place of the file's; the values are JSON, or else texts
 * @param ownDefaults whether to take what the scheduler says of the model, and not how it samples
 * @param size height and width of a sample, where the network's configuration leaves them open; else null
 * @param classes the names of the classes; null for those of the source
 * @param nullClass whether the last row of a U-Net's class table means 'no label'
 * @param description for people; null for one made of the source's class names
 * @param steps how many steps the model takes by default; null for as many as are usual and its time grid has
 */
public record ImportRequest(
        Path source,
        @Nullable String variant,
        @Nullable String scheduler,
        Map<String, String> settings,
        boolean ownDefaults,
        @Nullable List<Integer> size,
        @Nullable List<String> classes,
        boolean nullClass,
        @Nullable String description,
        @Nullable Integer steps) {

    /** Takes copies. */
    public ImportRequest {
        settings = Map.copyOf(settings);
        size = size == null ? null : List.copyOf(size);
        classes = classes == null ? null : List.copyOf(classes);
    }

    /** A request that leaves the number of steps open. */
    public ImportRequest(Path source, @Nullable String variant, @Nullable String scheduler,
            Map<String, String> settings,
            boolean ownDefaults, @Nullable List<Integer> size, @Nullable List<String> classes, boolean nullClass,
            @Nullable String description) {
        this(source, variant, scheduler, settings, ownDefaults, size, classes, nullClass, description, null);
    }

    /** Returns this request with a number of steps. */
    public ImportRequest withSteps(@Nullable Integer value) {
        return new ImportRequest(source, variant, scheduler, settings, ownDefaults, size, classes, nullClass,
                description,
                value);
    }

    /** Returns a request that leaves everything to the files. */
    public static ImportRequest of(Path source) {
        return new ImportRequest(source, null, null, Map.of(), false, null, null, false, null);
    }
}
