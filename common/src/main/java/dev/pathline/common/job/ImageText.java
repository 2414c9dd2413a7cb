package dev.pathline.common.job;

import dev.pathline.diffusion.planner.SamplingSettings;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What reproduces an image, as the text of its file. Nothing in it depends on when or under which id it was made: equal
 * requests give equal text.
 */
public final class ImageText {

    private ImageText() {}

    /**
     * The text by keyword, in order.
     *
     * @param profile the numeric profile that it was computed in
     * @param index the index of the image in the request; null for the file of all
     */
    public static Map<String, String> of(JobRequest request, @Nullable String profile, @Nullable Integer index) {
        var text = new LinkedHashMap<String, String>();
        SamplingSettings settings = request.settings();
        text.put("Software", "Pathline");
        text.put("model", request.modelReference());
        put(text, "label", request.labelName());
        text.put("seed", Long.toString(request.seed()));
        // How many others there are says nothing about one of them.
        put(text, "count", index == null ? request.count() : null);
        put(text, "index", index);
        put(text, "solver", settings.solver());
        put(text, "steps", settings.steps());
        put(text, "timeGrid", settings.timeGrid());
        put(text, "times", settings.times());
        put(text, "cfgScale", settings.cfgScale());
        if (settings.cfgInterval() != null) {
            text.put("cfgInterval", "[" + settings.cfgInterval().low() + ", " + settings.cfgInterval().high() + "]");
        }
        put(text, "cfgRescale", settings.cfgRescale());
        settings.options().forEach((option, value) -> text.put(option.wire(), option.text(value)));
        put(text, "threshold", settings.threshold());
        put(text, "noise", settings.noise());
        put(text, "profile", profile);
        if (request.terms().strict()) {
            text.put("strict", "true");
        }
        return text;
    }

    private static void put(Map<String, String> text, String key, @Nullable Object value) {
        if (value != null) {
            text.put(key, value.toString());
        }
    }
}
