package dev.pathline.common.wire;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A training run as clients see it; what is unknown is left out.
 *
 * @param id the run
 * @param name the name of what is trained
 * @param state {@code queued}, {@code running}, {@code paused}, {@code blocked}, {@code succeeded}, {@code failed} or
 *        {@code cancelled}
 * @param stopping whether the run was asked to pause and will, after a snapshot of the step under way; left out otherwise
 * @param position its place in the queue, 1 is next; only while it is queued
 * @param step the last step that was reported
 * @param steps of how many
 * @param images training images seen up to that step
 * @param loss the mean loss since the report before
 * @param gradientNorm the norm of the last gradient, before clipping
 * @param imagesPerSecond since the report before; only while it runs
 * @param etaMs expected time until the training is done; only while it runs
 * @param blocked why it waits; only while it is blocked
 * @param error why it failed
 * @param model what it made, {@code name@version}; none for a classifier
 * @param sheets the steps of which there are sample sheets, in order
 * @param createdAt when it was accepted
 * @param startedAt when its first step began
 * @param endedAt when it ended
 * @param owner the API key that made it; left out where none was asked for
 * @param spec the specification; only where one run is asked for
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record TrainingRunAnswer(
        String id,
        String name,
        String state,
        @Nullable Boolean stopping,
        @Nullable Integer position,
        long step,
        long steps,
        long images,
        @Nullable Double loss,
        @Nullable Double gradientNorm,
        @Nullable Double imagesPerSecond,
        @Nullable Long etaMs,
        @Nullable String blocked,
        @Nullable JobError error,
        @Nullable String model,
        List<Long> sheets,
        Instant createdAt,
        @Nullable Instant startedAt,
        @Nullable Instant endedAt,
        @Nullable String owner,
        @Nullable JsonNode spec) {

    private static final Set<String> ENDS = Set.of("succeeded", "failed", "cancelled");

    /** Copies the list. */
    public TrainingRunAnswer {
        sheets = List.copyOf(sheets);
    }

    /** Returns whether nothing more happens to the run, unless somebody resumes it. */
    public boolean hasEnded() {
        return ENDS.contains(state);
    }
}
