package dev.pathline.engine.metrics;

import dev.pathline.diffusion.card.TrainingInfo;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one must know of a classifier that measures images.
 *
 * @param name its name
 * @param description a sentence for people
 * @param classes the classes' names, in the order of its scores
 * @param testAccuracy the share of the test set that it calls right, in [0, 1]
 * @param testImages the size of the test set
 * @param dataPath the folder or the file of the data, where it was trained
 * @param trainSha256 the hash of the training set
 * @param testSha256 the hash of the test set
 * @param training where the weights come from
 * @param parameters the number of weights
 * @param weightsSha256 the hash of the weights' file
 */
public record ClassifierCard(
        String name,
        String description,
        List<String> classes,
        double testAccuracy,
        int testImages,
        String dataPath,
        String trainSha256,
        String testSha256,
        TrainingInfo training,
        long parameters,
        String weightsSha256) {

    /** Takes a copy, and refuses what a file may lack. */
    public ClassifierCard {
        require(name, "name");
        require(description, "description");
        require(classes, "classes");
        require(dataPath, "dataPath");
        require(trainSha256, "trainSha256");
        require(testSha256, "testSha256");
        require(training, "training");
        require(weightsSha256, "weightsSha256");
        classes = List.copyOf(classes);
    }

    /** Returns this card with other weights. */
    public ClassifierCard withWeights(long count, String sha256) {
        return new ClassifierCard(name, description, classes, testAccuracy, testImages, dataPath, trainSha256,
                testSha256, training, count, sha256);
    }

    private static void require(@Nullable Object value, String field) {
        if (value == null) {
            throw new IllegalArgumentException("the classifier's card lacks " + field);
        }
    }
}
