package dev.pathline.engine.network;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** The settings of time features that all networks of this package have in common, diffusers' own and ours. */
final class TimeFeaturesJson {

    /** Which features the time has: diffusers' key; the value {@value #LOW_FREQUENCY} is ours. */
    static final String TIME_TYPE = "time_embedding_type";

    /** Which features a flow map's second time has, or null for a network with one time: our key. */
    static final String TARGET_TYPE = "target_embedding_type";

    /** Which features the scale of guidance has, or null for a network that does not take it: our key. */
    static final String GUIDANCE_TYPE = "guidance_embedding_type";

    /** The largest angular frequency of {@value #LOW_FREQUENCY}, in radians: our key. */
    static final String MAX_FREQUENCY = "time_embedding_max_frequency";

    /**
     * What the second time is multiplied with before its features of {@value #LOW_FREQUENCY}, where the first is positional and
     * both go up to 1000: our key.
     */
    static final String TARGET_SCALE = "target_embedding_scale";

    static final String POSITIONAL = "positional";
    static final String LOW_FREQUENCY = "low_frequency";

    private static final String NONE = "null";

    private TimeFeaturesJson() {}

    /** Reads a type of features that every network has. */
    static TimeFeatures read(JsonSettings settings, TimeFeatures.Positional positional) {
        return named(settings, settings.word(TIME_TYPE, List.of(POSITIONAL, LOW_FREQUENCY)), positional);
    }

    /** Reads the features of the second time. */
    static @Nullable TimeFeatures readTarget(JsonSettings settings, TimeFeatures.Positional positional) {
        String type = settings.word(TARGET_TYPE, List.of(NONE, POSITIONAL, LOW_FREQUENCY));
        if (type.equals(LOW_FREQUENCY)) {
            return new TimeFeatures.LowFrequency(positional.width(), settings.positiveNumber(MAX_FREQUENCY),
                    settings.positiveNumber(TARGET_SCALE));
        }
        return type.equals(NONE) ? null : positional;
    }

    /** Reads the features of the scale of guidance. */
    static @Nullable TimeFeatures readGuidance(JsonSettings settings, TimeFeatures.Positional positional) {
        String type = settings.word(GUIDANCE_TYPE, List.of(NONE, LOW_FREQUENCY));
        return type.equals(NONE) ? null : named(settings, type, positional);
    }

    static TimeFeatures named(JsonSettings settings, String type, TimeFeatures.Positional positional) {
        return type.equals(LOW_FREQUENCY)
                ? new TimeFeatures.LowFrequency(positional.width(), settings.positiveNumber(MAX_FREQUENCY))
                : positional;
    }

    /** Writes what {@link #read}, {@link #readTarget} and {@link #readGuidance} read. */
    static void write(ObjectNode json, TimeFeatures time, @Nullable TimeFeatures target,
            @Nullable TimeFeatures guidance) {
        json.put(TIME_TYPE, type(time)).put(TARGET_TYPE, target == null ? null : type(target));
        if (guidance != null) {
            json.put(GUIDANCE_TYPE, type(guidance));
        }
        if (target instanceof TimeFeatures.LowFrequency low && low.scale() != 1) {
            json.put(TARGET_SCALE, low.scale());
        }
        for (TimeFeatures features : Arrays.asList(time, target, guidance)) {
            if (features instanceof TimeFeatures.LowFrequency low) {
                json.put(MAX_FREQUENCY, low.maxFrequency());
            }
        }
    }

    /** Returns a new list of the keys of ours that these features need; see {@link NetworkConfig#extensions}. */
    static List<String> extensions(TimeFeatures time, @Nullable TimeFeatures target,
            @Nullable TimeFeatures guidance) {
        var used = new ArrayList<String>();
        if (time instanceof TimeFeatures.LowFrequency) {
            used.add(TIME_TYPE);
        }
        if (target != null) {
            used.add(TARGET_TYPE);
        }
        if (target instanceof TimeFeatures.LowFrequency low && low.scale() != 1) {
            used.add(TARGET_SCALE);
        }
        if (guidance != null) {
            used.add(GUIDANCE_TYPE);
        }
        return used;
    }

    private static String type(TimeFeatures features) {
        return features instanceof TimeFeatures.LowFrequency ? LOW_FREQUENCY : POSITIONAL;
    }
}
