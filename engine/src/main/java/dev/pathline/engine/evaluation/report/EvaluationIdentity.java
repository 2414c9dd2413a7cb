package dev.pathline.engine.evaluation.report;

import java.util.ArrayList;
import java.util.List;

/**
 * What must be the same for two measurements to stand in one table, and for one to be taken as known.
 *
 * @param model the model's name and version
 * @param weightsSha256 the hash of its weights, empty where its card does not know it
 * @param classifier the classifier's name, or {@code none}
 * @param classifierSha256 the hash of its weights; empty without one
 * @param trainSha256 the hash of the training set
 * @param testSha256 the hash of the test set, which is the reference
 * @param samples how many samples each setting makes
 * @param seed their seed
 * @param profile the numeric profile that the model computed in
 * @param protocol what else determines the numbers: neighbours, directions, groups, seeds
 */
public record EvaluationIdentity(
        String model,
        String weightsSha256,
        String classifier,
        String classifierSha256,
        String trainSha256,
        String testSha256,
        int samples,
        long seed,
        String profile,
        String protocol) {

    /** Returns what differs, each as {@code name: this, not that}; the model's name alone is no difference. */
    public List<String> differences(EvaluationIdentity wanted) {
        var found = new ArrayList<String>();
        add(found, "weights", weightsSha256, wanted.weightsSha256);
        add(found, "classifier", classifierSha256, wanted.classifierSha256);
        add(found, "training set", trainSha256, wanted.trainSha256);
        add(found, "test set", testSha256, wanted.testSha256);
        add(found, "samples", samples, wanted.samples);
        add(found, "seed", seed, wanted.seed);
        add(found, "profile", profile, wanted.profile);
        add(found, "protocol", protocol, wanted.protocol);
        return found;
    }

    private static void add(List<String> found, String name, Object has, Object wanted) {
        if (!has.equals(wanted)) {
            found.add(name + " " + shown(has) + ", not " + shown(wanted));
        }
    }

    /** A hash by its beginning. */
    private static String shown(Object value) {
        String text = value.toString();
        return text.isEmpty() ? "none" : text.length() == 64 ? text.substring(0, 12) : text;
    }
}
