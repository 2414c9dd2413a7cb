package dev.pathline.common.wire;

import dev.pathline.diffusion.planner.SamplingSettings;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The body of {@code POST /generate} as the client sent it: well-formed and within the contract's ranges, but not yet
 * held against a model's card. Null is the default.
 *
 * @param model {@code name}, {@code name@version} or {@code name@alias}; empty where an experiment chooses it
 * @param experiment the experiment whose arm makes the samples, or null for none
 * @param subject for whom, so that an experiment serves them the same arm every time; null for somebody new
 * @param count images, 1..64, or vectors, 1..2000
 * @param label the class, null for none
 * @param settings how samples are made
 * @param seed the seed; null for a random one
 * @param preview which steps carry previews; null for none, in a stream for every step
 * @param format how images are written; null for PNG, or NumPy where the samples are not pictures
 * @param terms when and how it is run
 * @param detach whether the job goes on when the connection closes
 * @param metadata returned as given, at most 16 strings
 * @param webhook who is told of the job's end, or null for nobody
 */
public record GenerateRequest(
        String model,
        @Nullable String experiment,
        @Nullable String subject,
        int count,
        @Nullable Label label,
        SamplingSettings settings,
        @Nullable Long seed,
        @Nullable Preview preview,
        @Nullable ImageFormat format,
        JobTerms terms,
        boolean detach,
        Map<String, String> metadata,
        @Nullable Webhook webhook) {

    /** Copies the metadata. */
    public GenerateRequest {
        metadata = Collections.unmodifiableMap(new LinkedHashMap<>(metadata));
    }

    /** Returns the same request of another model, with other settings and on other terms. */
    public GenerateRequest by(String otherModel, SamplingSettings otherSettings, JobTerms otherTerms) {
        return new GenerateRequest(otherModel, experiment, subject, count, label, otherSettings, seed, preview, format,
                otherTerms, detach, metadata, webhook);
    }

    /** Returns the same request of a class. */
    public GenerateRequest of(Label other) {
        return new GenerateRequest(model, experiment, subject, count, other, settings.withConditional(true), seed,
                preview,
                format, terms, detach, metadata, webhook);
    }

    /** Returns the same request with other previews. */
    public GenerateRequest previewed(@Nullable Preview other) {
        return new GenerateRequest(model, experiment, subject, count, label, settings, seed, other, format, terms,
                detach, metadata, webhook);
    }

    /** Returns the same request with a seed, without previews, and of whose end nobody is told. */
    public GenerateRequest unwatched(long otherSeed) {
        return new GenerateRequest(model, experiment, subject, count, label, settings, otherSeed, null, format, terms,
                detach, metadata, null);
    }
}
