package dev.pathline.trainer.run;

import dev.pathline.engine.network.SmallConvNetConfigJson;
import dev.pathline.engine.torch.Torch;
import dev.pathline.engine.training.Snapshots;
import dev.pathline.trainer.specification.TrainingSpec;
import dev.pathline.trainer.specification.TrainingSpecs;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import tools.jackson.databind.node.ObjectNode;

/**
 * What determines the weights of a run, by name: network, objective, optimiser, batch, budget, seed, numeric profile
 * and data. Neither the model's name nor its defaults, nor how often something is written, is part of it: they may
 * change while a run is interrupted.
 */
final class RunIdentity {

    /** The first words of the settings that count. */
    private static final Set<String> COUNTS = Set.of("objective", "optimizer", "averages", "batch", "microBatches",
            "images", "minutes", "seed", "profile");

    /** Where the data lies does not count, since their hash does; how they are varied does. */
    private static final String AUGMENTATION = "data.augmentation.";

    private RunIdentity() {}

    /**
     * Returns the settings, as texts.
     *
     * @param dataHash the hash of the training data
     */
    static SortedMap<String, String> of(TrainingSpec spec, String dataHash) {
        var settings = new TreeMap<String, String>();
        spec.settings().forEach((name, value) -> {
            if (COUNTS.contains(name.split("[.\\[]", 2)[0]) || name.startsWith(AUGMENTATION)) {
                settings.put(name, value);
            }
        });
        network(switch (spec.task()) {
            case TrainingSpec.Task.Denoising task -> task.network().config().json();
            case TrainingSpec.Task.Classification task -> SmallConvNetConfigJson.write(task.network());
        }, settings);
        settings.put("data", dataHash);
        return settings;
    }

    /** Returns an identity with the code that trains, which counts while there is something left to train. */
    static Map<String, String> withCode(Map<String, String> identity, String commit) {
        var held = new TreeMap<>(identity);
        held.put(Snapshots.CODE, commit + ", libtorch " + Torch.version());
        return held;
    }

    /**
     * Returns a short name for a run's result: the same for every run that must end with the same weights, and another for
     * another of its averages.
     */
    static String name(TrainingSpec spec, Map<String, String> identity) {
        return spec.name() + "-" + TrainingSpecs.sha256(new TreeMap<>(identity).toString()).substring(0, 12)
                + (spec.averages().size() == 1 ? "" : "/" + spec.averages().getFirst().name());
    }

    private static void network(ObjectNode config, Map<String, String> settings) {
        config.properties().forEach(field -> {
            if (!field.getKey().equals("_diffusers_version")) {
                settings.put("network." + field.getKey(), field.getValue().toString());
            }
        });
    }
}
