package dev.pathline.engine.checkpoint.diffusers;

import dev.pathline.diffusion.card.ModelKind;
import dev.pathline.diffusion.prediction.TargetInput;
import dev.pathline.engine.checkpoint.CheckpointException;
import dev.pathline.engine.checkpoint.scheduler.Schedulers;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/**
 * What number a flow map's network takes as its second time. Our cards say so; among diffusers' files it is a setting of the
 * network, {@value #KEY}, with the name and the words that {@code AnyFlowTransformer3DModel} has for it: {@code r}, where the
 * jump ends, or {@code t-r}, its length, both in the scheduler's timesteps.
 */
final class SecondTime {

    /** The setting. */
    static final String KEY = "deltatime_type";

    /** The settings of ours that docs/python/flow_map.py computes. */
    static final Set<String> EXTENSIONS = Set.of("time_embedding_type", "target_embedding_type",
            "target_embedding_scale");

    private static final Map<TargetInput, String> WORDS = Map.of(TargetInput.TIME, "r", TargetInput.LENGTH, "t-r");

    private SecondTime() {}

    /**
     * Refuses a network with two times and a scheduler for one, and the other way round.
     *
     * @param second whether the network has a second time
     * @throws CheckpointException if the two do not fit each other; the message names both
     */
    static void requireFit(JsonFile config, boolean second, ModelKind kind, String scheduler) {
        if (second && kind != ModelKind.FLOW_MAP) {
            throw new CheckpointException(config.file() + ": the network has a second time, target_embedding_type, and "
                    + scheduler + " does not say what it means; supported is " + Schedulers.FLOW_MAP);
        }
        if (!second && kind == ModelKind.FLOW_MAP) {
            throw new CheckpointException(config.file() + ": target_embedding_type is null, and " + scheduler
                    + " is for networks with a second time; one with a single time takes the same steps with"
                    + " --set _class_name=FlowMatchEulerDiscreteScheduler");
        }
    }

    /**
     * Returns what a network's settings say; where they say nothing it is the end of the jump, the default of diffusers.
     *
     * @throws CheckpointException if the setting is none of its words
     */
    static TargetInput read(JsonFile config) {
        JsonNode value = config.json().path(KEY);
        if (value.isMissingNode() || value.isNull()) {
            return TargetInput.TIME;
        }
        return WORDS.entrySet().stream().filter(word -> word.getValue().equals(value.asString(""))).findFirst()
                .map(Map.Entry::getKey).orElseThrow(() -> new CheckpointException(
                        config.file() + ": " + KEY + " is " + value + "; supported are r, t-r"));
    }

    /** Returns settings that say it; the same where they say so already, nothing where diffusers has no word for it. */
    static Optional<JsonFile> write(JsonFile config, TargetInput input) {
        String word = WORDS.get(input);
        if (word == null || word.equals(config.json().path(KEY).asString(""))) {
            return Optional.ofNullable(word).map(_ -> config);
        }
        return Optional.of(JsonFile.of(config.file(), config.json().deepCopy().put(KEY, word)));
    }
}
