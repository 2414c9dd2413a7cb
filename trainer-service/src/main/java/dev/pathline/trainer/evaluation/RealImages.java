package dev.pathline.trainer.evaluation;

import dev.pathline.engine.data.Dataset;
import dev.pathline.engine.data.Shuffle;
import dev.pathline.engine.metrics.ClassAccuracy;
import dev.pathline.engine.metrics.Classifier;
import dev.pathline.engine.metrics.FeatureStatistics;
import java.util.List;

/** A real data set as a classifier sees it. Methods that take a classifier run on the compute thread. */
public final class RealImages {

    private final Dataset data;

    /** A view of a data set. */
    public RealImages(Dataset data) {
        this.data = data;
    }

    /** Returns what a classifier of {@code classes} classes says of all images. */
    public ClassAccuracy accuracy(Classifier classifier, int classes) {
        return accuracy(classifier.classify(data.size(), this::image), classes);
    }

    ClassAccuracy accuracy(List<Classifier.Verdict> verdicts, int classes) {
        var accuracy = new ClassAccuracy(classes);
        for (int i = 0; i < verdicts.size(); i++) {
            accuracy.add(data.label(i), verdicts.get(i).label());
        }
        return accuracy;
    }

    List<Classifier.Verdict> verdicts(Classifier classifier) {
        return classifier.classify(data.size(), this::image);
    }

    /**
     * Returns the statistics of the features of {@code count} images, as many of each class as of any other where the
     * data has them, chosen by {@code seed}.
     *
     * @throws IllegalArgumentException if there are fewer images than that
     */
    FeatureStatistics someFeatures(Classifier classifier, int count, int classes, long seed) {
        int[] chosen = balanced(count, classes, seed);
        return FeatureStatistics.of(classifier.classify(count, i -> image(chosen[i])).stream()
                .map(Classifier.Verdict::features).toList());
    }

    /** Goes through a shuffled data set and takes each image whose class is not full yet. */
    int[] balanced(int count, int classes, long seed) {
        var shuffle = new Shuffle(data.size(), seed);
        int[] taken = new int[classes];
        int[] chosen = new int[count];
        int n = 0;
        for (int i = 0; i < data.size() && n < count; i++) {
            int index = shuffle.at(i);
            int label = data.label(index);
            // Class k of the samples has one more image than others if count is no multiple of the classes.
            if (taken[label] < (count + classes - 1 - label) / classes) {
                taken[label]++;
                chosen[n++] = index;
            }
        }
        if (n < count) {
            throw new IllegalArgumentException("the data has only " + n + " images of balanced classes, not " + count);
        }
        return chosen;
    }

    private float[] image(int index) {
        float[] image = new float[data.sampleSize()];
        data.copy(index, image, 0);
        return image;
    }
}
