package dev.pathline.standalone.cli;

import dev.pathline.diffusion.card.ModelCard;
import dev.pathline.engine.checkpoint.Checkpoint;
import dev.pathline.engine.metrics.ClassifierCheckpoint;
import dev.pathline.engine.evaluation.RealData;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that say what a model's samples are measured with. */
final class JudgeOptions {

    private static final String NONE = "none";

    @Option(names = "--classifier", paramLabel = "DIR",
            description = "the classifier whose features are compared, or none (default: none for models of vectors,"
                    + " else ${env:PATHLINE_METRICS:-metrics}/fashion-classifier)")
    private @Nullable String classifier;

    @Option(names = "--data", paramLabel = "PATH",
            description = "the real data: a folder of images (default: where the classifier was trained on them), or a"
                    + " NumPy file [count, dimension] of vectors that the model was not trained on (default: draws from"
                    + " the closed form, where the model is one)")
    private @Nullable Path data;

    /** Returns the classifier, or null to measure without one. */
    @Nullable
    ClassifierCheckpoint classifier(ModelCard card) {
        String wanted = classifier == null && card.shape().size() == 1 ? NONE : classifier;
        if (NONE.equals(wanted)) {
            return null;
        }
        return ClassifierCheckpoint.read(wanted == null
                ? Path.of(System.getenv().getOrDefault("PATHLINE_METRICS", "metrics"), "fashion-classifier")
                : Path.of(wanted));
    }

    /** Returns what samples are compared with. */
    RealData data(Checkpoint model, @Nullable ClassifierCheckpoint judge) {
        return RealData.of(model, judge, data);
    }
}
