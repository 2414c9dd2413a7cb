package dev.pathline.common.wire;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The body of {@code POST /generate} as the client sent it: well-formed and within the contract's ranges, but not yet
 * held against a model's card. Null is the default.
 *
 * @param model {@code name}, {@code name@version} or {@code name@alias}
 * @param count images, 1..64
 * @param label the class, null for none
 * @param steps solver steps, 1..1000; null for the model's default
 * @param solver the solver; null for the model's default
 * @param timeGrid the time grid; null for the solver's default
 * @param cfgScale guidance, 0..30; null for the model's default
 * @param cfgInterval low and high end of guidance in sigma/alpha; null for everywhere
 * @param eta stochasticity, 0..1; null for the solver's default
 * @param threshold {@code none}, {@code clip} or {@code dynamic}; null for none
 * @param seed the seed; null for a random one
 * @param preview which steps carry previews; null for none, in a stream for every step
 * @param format how images are written; null for PNG, or NumPy where the samples are not pictures
 * @param detach whether the job goes on when the connection closes
 * @param metadata returned as given, at most 16 strings
 */
public record GenerateRequest(
        String model,
        int count,
        @Nullable Label label,
        @Nullable Integer steps,
        @Nullable String solver,
        @Nullable String timeGrid,
        @Nullable Double cfgScale,
        @Nullable List<Double> cfgInterval,
        @Nullable Double eta,
        @Nullable String threshold,
        @Nullable Long seed,
        @Nullable Preview preview,
        @Nullable ImageFormat format,
        boolean detach,
        Map<String, String> metadata) {

    /** Copies the collections. */
    public GenerateRequest {
        cfgInterval = cfgInterval == null ? null : List.copyOf(cfgInterval);
        metadata = Collections.unmodifiableMap(new LinkedHashMap<>(metadata));
    }

    /** The same request with other previews. */
    public GenerateRequest withPreview(Preview other) {
        return new GenerateRequest(model, count, label, steps, solver, timeGrid, cfgScale, cfgInterval, eta, threshold,
                seed, other, format, detach, metadata);
    }
}
