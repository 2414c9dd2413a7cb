package dev.pathline.standalone.cli;

import dev.pathline.engine.checkpoint.Checkpoint;
import dev.pathline.trainer.evaluation.Comparison;
import dev.pathline.trainer.evaluation.Comparisons;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that say what a model's samples are measured with. */
final class JudgeOptions {

    @Option(names = "--classifier", paramLabel = "DIR",
            description = "the classifier whose features are compared, or none (default: none for models of vectors, else"
                    + " ${env:PATHLINE_METRICS:-metrics}/fashion-classifier where it was trained on these images)")
    private @Nullable String classifier;

    @Option(names = "--data", paramLabel = "PATH",
            description = "the real data: a folder of images, in folders by class or without, with or without train and"
                    + " test; a folder of IDX files or of CIFAR's batches; a NumPy or CSV file; or a specification,"
                    + " SPEC.yaml, whose section data is read as training reads it (default: what the model was trained"
                    + " on, by its own specification; else the classifier's data; else draws from the closed form, where"
                    + " the model is one)")
    private @Nullable Path data;

    /**
     * Returns with what a model is measured.
     *
     * @param folder the model's files
     */
    Comparison comparison(Checkpoint model, Path folder) {
        if (classifier != null && !classifier.equals("none")) {
            Folders.require("--classifier", Path.of(classifier));
        }
        if (data != null && data.toString().isEmpty()) {
            throw new IllegalArgumentException("--data names nothing");
        }
        return new Comparisons(Path.of(System.getenv().getOrDefault("PATHLINE_METRICS", "metrics"),
                "fashion-classifier")).find(model, folder, classifier, data);
    }
}
