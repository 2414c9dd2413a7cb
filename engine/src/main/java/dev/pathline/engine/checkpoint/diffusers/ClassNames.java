package dev.pathline.engine.checkpoint.diffusers;

import dev.pathline.engine.checkpoint.CheckpointException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** The classes of a network, and their names. */
final class ClassNames {

    private ClassNames() {}

    /** Returns how many classes a network has that mean something; 0 for none. */
    static int count(JsonFile config, boolean transformer, boolean nullClass) {
        JsonNode type = config.json().path("class_embed_type");
        if (!type.isNull() && !type.isMissingNode()) {
            throw new CheckpointException(config.file() + ": class_embed_type is " + type
                    + ": such a network is conditioned on numbers, and a card names classes; supported is null");
        }
        String key = transformer ? "num_embeds_ada_norm" : "num_class_embeds";
        JsonNode value = config.json().path(key);
        int rows = value.isMissingNode() && transformer ? 1000 : value.asInt(0);
        if (transformer) {
            return rows;
        }
        if (nullClass && rows < 2) {
            throw new CheckpointException(config.file() + ": num_class_embeds is " + config.json().path(key)
                    + ", so there is no row for a null class; leave --null-class out");
        }
        return nullClass ? rows - 1 : rows;
    }

    /** Returns the names: those asked for, else those of the source, else the numbers. */
    static List<String> of(int count, @Nullable List<String> wanted, Map<Integer, String> labels) {
        if (wanted != null) {
            if (wanted.size() != count) {
                throw new CheckpointException("--classes has " + wanted.size() + " names; the network has " + count
                        + " classes");
            }
            return wanted;
        }
        var names = new ArrayList<String>();
        var seen = new HashSet<String>();
        for (int i = 0; i < count; i++) {
            String name = labels.getOrDefault(i, "").strip();
            if (name.isEmpty()) {
                name = Integer.toString(i);
            }
            // ImageNet has two cranes: the bird and the machine.
            if (!seen.add(name.toLowerCase(Locale.ROOT))) {
                name = name + " (" + i + ")";
                seen.add(name.toLowerCase(Locale.ROOT));
            }
            names.add(name);
        }
        return names;
    }
}
