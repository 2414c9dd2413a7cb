package dev.pathline.api.request;

import dev.pathline.diffusion.guidance.CfgInterval;
import dev.pathline.diffusion.planner.SamplingSettings;
import dev.pathline.diffusion.solver.SolverOption;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** The fields that say how samples are made, of a request and of an experiment's arm alike. */
final class SamplingFields {

    /** Solver steps. */
    static final int MAX_STEPS = 1000;

    private static final int MAX_NAME = 128;
    private static final double MAX_SCALE = 30;
    private static final double MAX_NOISE = 1e6;

    private SamplingFields() {}

    /**
     * Reads them.
     *
     * @param labelled whether the sample has a label
     */
    static SamplingSettings read(Fields fields, boolean labelled) {
        return new SamplingSettings(
                fields.text("solver", MAX_NAME),
                fields.integer("steps", 1, MAX_STEPS),
                fields.text("timeGrid", MAX_NAME),
                times(fields),
                fields.number("cfgScale", 0, MAX_SCALE),
                interval(fields),
                fields.number("cfgRescale", 0, 1),
                options(fields),
                fields.oneOf("threshold", ordered("none", "none", "clip", "clip", "dynamic", "dynamic")),
                fields.oneOf("noise", ordered("independent", "independent", "brownian", "brownian")),
                labelled);
    }

    private static Map<SolverOption, Double> options(Fields fields) {
        var options = new EnumMap<SolverOption, Double>(SolverOption.class);
        for (SolverOption option : SolverOption.values()) {
            Double value = option(fields, option);
            if (value != null) {
                options.put(option, value);
            }
        }
        return options;
    }

    private static @Nullable Double option(Fields fields, SolverOption option) {
        if (option.whole()) {
            Integer value = fields.integer(option.wire(), (int) option.least(), (int) option.most());
            return value == null ? null : value.doubleValue();
        }
        return fields.number(option.wire(), option.least(), option.most());
    }

    private static @Nullable List<Double> times(Fields fields) {
        JsonNode value = fields.raw("times");
        if (value == null) {
            return null;
        }
        var times = new ArrayList<Double>();
        boolean right = value.isArray() && !value.isEmpty() && value.size() <= MAX_STEPS;
        for (int i = 0; right && i < value.size(); i++) {
            JsonNode time = value.get(i);
            right = time.isNumber() && time.doubleValue() >= 0 && time.doubleValue() <= MAX_NOISE;
            times.add(time.asDouble(0));
        }
        if (right) {
            return times;
        }
        fields.wrong("times", "must be a list of 1 to " + MAX_STEPS
                + " numbers, the times of the schedule at which the steps start, decreasing, such as [1, 0.8]");
        return null;
    }

    private static @Nullable CfgInterval interval(Fields fields) {
        JsonNode value = fields.raw("cfgInterval");
        if (value == null) {
            return null;
        }
        if (value.isArray() && value.size() == 2 && value.get(0).isNumber() && value.get(1).isNumber()) {
            double low = value.get(0).doubleValue();
            double high = value.get(1).doubleValue();
            if (low >= 0 && low < high && high <= MAX_NOISE) {
                return new CfgInterval(low, high);
            }
        }
        fields.wrong("cfgInterval", "must be [low, high] in sigma/alpha with 0 <= low < high <= 1000000");
        return null;
    }

    private static Map<String, String> ordered(String... pairs) {
        Map<String, String> map = new LinkedHashMap<>();
        for (int i = 0; i < pairs.length; i += 2) {
            map.put(pairs[i], pairs[i + 1]);
        }
        return map;
    }
}
