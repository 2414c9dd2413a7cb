package dev.pathline.common.wire;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.pathline.common.error.FieldError;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A job as clients see it; what is unknown is left out.
 *
 * @param id the job
 * @param state {@code queued}, {@code running}, {@code succeeded}, {@code failed}, {@code cancelled}, {@code expired}
 * @param model {@code name@version}
 * @param seed the seed, decimal
 * @param solver the solver
 * @param steps solver steps
 * @param cfgScale guidance, 1 is off
 * @param timeGrid the time grid; {@code given} for times of the client's or the model's own
 * @param times the schedule's times at which those steps start; left out for a grid with another name
 * @param options the solver's options by name, such as {@code eta}, defaults included; left out if it has none
 * @param label the class's name
 * @param profile the numeric profile it ran with; before it runs, the one that it asks for
 * @param attempt how often it was started
 * @param arm the experiment's arm, {@code experiment@version/arm}; null outside experiments
 * @param armRole why it has that arm: {@code unit} and {@code shadow} are counted, {@code tester} and {@code outside} are not; left out outside
 *        experiments
 * @param draft the job of the images that come first in a cascade, which is not there if it was refused; left out where none do
 * @param rows the cost in rows of network evaluation
 * @param evaluations evaluations of the network for one image
 * @param createdAt when it was accepted
 * @param position its place in the queue, 1 is next
 * @param etaMs expected time until it is finished
 * @param progress how far it is
 * @param timings where the time went
 * @param images the images, once it has succeeded
 * @param error why it failed
 * @param metadata the client's
 * @param owner the API key that made it; left out where none was asked for
 * @param warnings what was asked for and changes nothing: the field, and why; left out if there is nothing
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record JobAnswer(
        String id,
        String state,
        String model,
        String seed,
        String solver,
        int steps,
        double cfgScale,
        String timeGrid,
        @Nullable List<Double> times,
        @JsonInclude(JsonInclude.Include.NON_EMPTY) Map<String, Double> options,
        @Nullable String label,
        @Nullable String profile,
        int attempt,
        @JsonInclude(JsonInclude.Include.ALWAYS) @Nullable String arm,
        @Nullable String armRole,
        @Nullable String draft,
        long rows,
        int evaluations,
        Instant createdAt,
        @Nullable Integer position,
        @Nullable Long etaMs,
        Progress progress,
        Timings timings,
        List<ImageAnswer> images,
        @Nullable JobError error,
        Map<String, String> metadata,
        @Nullable String owner,
        @JsonInclude(JsonInclude.Include.NON_EMPTY) List<FieldError> warnings) {

    /** Copies the collections. */
    public JobAnswer {
        // What is empty is left out, and comes back as nothing.
        options = options == null ? Map.of() : Collections.unmodifiableMap(new LinkedHashMap<>(options));
        times = times == null ? null : List.copyOf(times);
        images = List.copyOf(images);
        warnings = warnings == null ? List.of() : List.copyOf(warnings);
        metadata = Collections.unmodifiableMap(new LinkedHashMap<>(metadata));
    }

    /**
     * How far a job is.
     *
     * @param rowsDone rows of network evaluation done in this attempt
     * @param rows of how many
     */
    public record Progress(long rowsDone, long rows) {}
}
