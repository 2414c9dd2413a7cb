package dev.pathline.engine.checkpoint.diffusers;

import dev.pathline.engine.checkpoint.CheckpointException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** The shape of a network's samples, from its settings. */
final class SampleShape {

    private SampleShape() {}

    /** Returns {@code [channels, height, width]}. */
    static List<Integer> of(JsonFile config, boolean transformer, @Nullable List<Integer> size) {
        int channels = config.json().path("in_channels").asInt(transformer ? 4 : 3);
        JsonNode out = config.json().path("out_channels");
        int outputs = out.isInt() ? out.asInt() : transformer ? channels : 3;
        // Twice as many are a prediction and a learned variance, which no solver here looks at.
        if (outputs != channels && outputs != 2 * channels) {
            throw new CheckpointException(
                    config.file() + ": out_channels is " + outputs + " and in_channels " + channels
                            + ": a network that takes more than its sample is not supported");
        }
        var shape = new ArrayList<Integer>();
        shape.add(channels);
        shape.addAll(size == null ? size(config, transformer) : size);
        return shape;
    }

    private static List<Integer> size(JsonFile config, boolean transformer) {
        JsonNode value = config.json().path("sample_size");
        if (value.isMissingNode() && transformer) {
            return List.of(32, 32);
        }
        if (value.isInt()) {
            return List.of(value.asInt(), value.asInt());
        }
        if (value.isArray() && value.size() == 2 && value.get(0).isInt() && value.get(1).isInt()) {
            return List.of(value.get(0).asInt(), value.get(1).asInt());
        }
        throw new CheckpointException(config.file() + ": sample_size is "
                + (value.isMissingNode() ? "not given" : value)
                + ", which is no size: name one with --size, for example"
                + " --size 32");
    }
}
