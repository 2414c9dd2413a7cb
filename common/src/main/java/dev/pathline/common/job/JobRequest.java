package dev.pathline.common.job;

import dev.pathline.common.error.FieldError;
import dev.pathline.common.experiment.ArmOf;
import dev.pathline.common.wire.ImageFormat;
import dev.pathline.common.wire.JobTerms;
import dev.pathline.common.wire.Preview;
import dev.pathline.common.wire.Webhook;
import dev.pathline.diffusion.planner.SamplingSettings;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a job makes, completely resolved when it was accepted: nothing in it depends on defaults, aliases or chance any
 * more, so every attempt makes the same images.
 *
 * @param model the model's name
 * @param version its version, never an alias
 * @param count how many images, at least 1; image {@code i} is made from (seed, i)
 * @param label the class index, or null for none
 * @param labelName the class's name as the card writes it, or null for none
 * @param settings what the planner is given, with every default filled in: the same plan for every attempt
 * @param seed the seed
 * @param preview which steps carry previews, or null for none
 * @param format in which format the answer gives the images
 * @param rows the cost in rows of network evaluation, all images together
 * @param evaluations evaluations of the network for one image
 * @param terms when and how it is run
 * @param metadata the client's, returned as given
 * @param warnings what was asked for and changes nothing: the field, and why
 * @param arm the arm of an experiment that it is made in, or null for none
 * @param webhook who is told of its end, or null for nobody
 */
public record JobRequest(
        String model,
        String version,
        int count,
        @Nullable Integer label,
        @Nullable String labelName,
        SamplingSettings settings,
        long seed,
        @Nullable Preview preview,
        ImageFormat format,
        long rows,
        int evaluations,
        JobTerms terms,
        Map<String, String> metadata,
        List<FieldError> warnings,
        @Nullable ArmOf arm,
        @Nullable Webhook webhook) {

    /** Copies the collections; a record that was stored without warnings has none. */
    public JobRequest {
        warnings = warnings == null ? List.of() : List.copyOf(warnings);
        metadata = Collections.unmodifiableMap(new LinkedHashMap<>(metadata));
    }

    /** A request in which nothing is without effect. */
    public JobRequest(String model, String version, int count, @Nullable Integer label, @Nullable String labelName,
            SamplingSettings settings, long seed, @Nullable Preview preview, ImageFormat format, long rows,
            int evaluations, JobTerms terms, Map<String, String> metadata) {
        this(model, version, count, label, labelName, settings, seed, preview, format, rows, evaluations, terms,
                metadata,
                List.of(), null, null);
    }

    /** Returns the same request in an arm. */
    public JobRequest in(@Nullable ArmOf other) {
        return new JobRequest(model, version, count, label, labelName, settings, seed, preview, format, rows,
                evaluations, terms, metadata, warnings, other, webhook);
    }

    /** Returns the same request with other warnings. */
    public JobRequest warnedOf(List<FieldError> others) {
        return new JobRequest(model, version, count, label, labelName, settings, seed, preview, format, rows,
                evaluations, terms, metadata, others, arm, webhook);
    }

    /** The model with its version, {@code name@version}. */
    public String modelReference() {
        return model + "@" + version;
    }

    /** Whether it is of a model, given as {@code name} or {@code name@version}. */
    public boolean isOf(String reference) {
        return reference.equals(model) || reference.equals(modelReference());
    }
}
