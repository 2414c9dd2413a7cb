package dev.pathline.trainer;

import dev.pathline.engine.network.SmallConvNetConfigJson;
import dev.pathline.engine.training.TimeDistribution;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import tools.jackson.databind.node.ObjectNode;

/**
 * What determines the weights of a run, by name: network, objective, optimiser, batch, budget, seed, numeric profile
 * and data. Neither the model's name nor its defaults, nor how often something is written, is part of it: they may
 * change while a run is interrupted.
 */
final class RunIdentity {

    private static final String OBJECTIVE = "objective.type";

    private RunIdentity() {}

    /**
     * Returns the settings, as texts.
     *
     * @param dataHash the hash of the training data
     */
    static SortedMap<String, String> of(TrainingSpec spec, String dataHash) {
        var settings = new TreeMap<String, String>();
        switch (spec.task()) {
            case TrainingSpec.Task.FlowMatching task -> {
                settings.put(OBJECTIVE, "flow-matching");
                times(task.times(), settings);
                settings.put("objective.labelDropout", Double.toString(task.labelDropout()));
                network(task.network().json(), settings);
            }
            case TrainingSpec.Task.Classification task -> {
                settings.put(OBJECTIVE, "classification");
                settings.put("objective.labelSmoothing", Double.toString(task.labelSmoothing()));
                settings.put("objective.maxShift", Integer.toString(task.augmentation().maxShift()));
                settings.put("objective.mirror", Boolean.toString(task.augmentation().mirror()));
                network(SmallConvNetConfigJson.write(task.network()), settings);
            }
        }
        settings.put("optimizer.learningRate", Double.toString(spec.learningRate().peak()));
        settings.put("optimizer.warmupSteps", Long.toString(spec.learningRate().warmupSteps()));
        settings.put("optimizer.finalShare", Double.toString(spec.learningRate().finalShare()));
        settings.put("optimizer.beta1", Double.toString(spec.optimizer().beta1()));
        settings.put("optimizer.beta2", Double.toString(spec.optimizer().beta2()));
        settings.put("optimizer.epsilon", Double.toString(spec.optimizer().epsilon()));
        settings.put("optimizer.weightDecay", Double.toString(spec.optimizer().weightDecay()));
        settings.put("optimizer.clipNorm", Double.toString(spec.optimizer().clipNorm()));
        settings.put("optimizer.emaDecay", Double.toString(spec.average().decay()));
        settings.put("batch", Integer.toString(spec.batch()));
        settings.put("images", Long.toString(spec.images()));
        settings.put("seed", Long.toString(spec.seed()));
        settings.put("profile", spec.profile().name());
        settings.put("data", dataHash);
        return settings;
    }

    /** Returns a short name for a run: the same for every run that must end with the same weights. */
    static String name(TrainingSpec spec, Map<String, String> identity) {
        return spec.name() + "-" + TrainingSpecs.sha256(new TreeMap<>(identity).toString()).substring(0, 12);
    }

    private static void times(TimeDistribution times, Map<String, String> settings) {
        switch (times) {
            case TimeDistribution.Uniform uniform -> settings.put("objective.time", "uniform");
            case TimeDistribution.LogitNormal normal -> settings.put("objective.time",
                    "logit-normal, mean " + normal.mean() + ", std " + normal.std());
        }
    }

    private static void network(ObjectNode config, Map<String, String> settings) {
        config.properties().forEach(field -> {
            if (!field.getKey().equals("_diffusers_version")) {
                settings.put("network." + field.getKey(), field.getValue().toString());
            }
        });
    }
}
