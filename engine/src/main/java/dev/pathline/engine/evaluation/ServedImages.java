package dev.pathline.engine.evaluation;

import dev.pathline.engine.data.source.DataParts;
import dev.pathline.engine.data.source.FoundData;
import dev.pathline.engine.evaluation.real.FeatureCache;
import dev.pathline.engine.evaluation.real.RealFeatures;
import dev.pathline.engine.metrics.Classifier;
import dev.pathline.engine.metrics.Classifier.Verdict;
import dev.pathline.engine.metrics.ClassifierCheckpoint;
import dev.pathline.engine.metrics.Estimate;
import dev.pathline.engine.metrics.FeatureStatistics;
import dev.pathline.engine.metrics.FrechetDistance;
import dev.pathline.engine.metrics.SampleGroups;
import dev.pathline.engine.metrics.VectorSet;
import dev.pathline.engine.torch.ComputeThread;
import dev.pathline.engine.torch.Torch;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a classifier says of images that a server has made for whoever asked: their classes, and how far all of them together are from the
 * real ones. Unlike {@link ModelEvaluation} it makes none itself, and takes what came.
 */
public final class ServedImages implements AutoCloseable {

    private final ComputeThread thread;
    private final Classifier classifier;
    private final List<Integer> shape;
    private final @Nullable FrechetDistance distance;

    private ServedImages(ComputeThread thread, Classifier classifier, List<Integer> shape,
            @Nullable FrechetDistance distance) {
        this.thread = thread;
        this.classifier = classifier;
        this.shape = shape;
        this.distance = distance;
    }

    /**
     * Opens a classifier, with the test samples of its own data as the real ones where they are there.
     *
     * @throws dev.pathline.engine.data.DataException if the data cannot be read
     */
    public static ServedImages open(Torch torch, ComputeThread thread, FeatureCache cache,
            ClassifierCheckpoint checkpoint) {
        int size = checkpoint.config().sampleSize();
        List<Integer> shape = List.of(checkpoint.config().inChannels(), size, size);
        Classifier classifier = thread.call(() -> new Classifier(torch, checkpoint));
        try {
            return new ServedImages(thread, classifier, shape, real(thread, cache, checkpoint, classifier, shape));
        } catch (RuntimeException e) {
            close(thread, classifier);
            throw e;
        }
    }

    private static @Nullable FrechetDistance real(ComputeThread thread, FeatureCache cache,
            ClassifierCheckpoint checkpoint, Classifier classifier, List<Integer> shape) {
        Path place = Path.of(checkpoint.card().dataPath());
        if (!Files.exists(place)) {
            return null;
        }
        DataParts parts = DataParts.open(FoundData.at(place, shape), checkpoint.card().classes());
        VectorSet features = thread.call(() -> RealFeatures
                .all(cache, checkpoint.card().weightsSha256(), parts.test(), classifier).vectors());
        return new FrechetDistance(FeatureStatistics.of(features));
    }

    /** Returns the shape of the images that it can judge: channels, height, width. */
    public List<Integer> shape() {
        return shape;
    }

    /** Returns what it says of images of its shape, in [-1, 1]. */
    public List<Verdict> classify(List<float[]> images) {
        return thread.call(() -> classifier.classify(images.size(), images::get));
    }

    /**
     * Returns the Frechet distance of images from the real ones, with its 95 % interval over the images, or empty where the real ones are
     * not there. Two numbers stand beside each other only if they are of as many images, of the same classes.
     *
     * @param features of at least {@value SampleGroups#FEWEST_SAMPLES} images
     */
    public Optional<Estimate> distance(List<float[]> features) {
        return distance == null
                ? Optional.empty()
                : Optional.of(distance.of(VectorSet.of(features), new SampleGroups(features.size(), 1)));
    }

    @Override
    public void close() {
        close(thread, classifier);
    }

    private static void close(ComputeThread thread, Classifier classifier) {
        thread.call(() -> {
            classifier.close();
            return true;
        });
    }
}
