package dev.pathline.common.wire;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import dev.pathline.common.error.FieldError;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What happened to a job. The type is not part of the JSON: it is the {@code event:} line of a server-sent event and
 * a column of the log. A job's log holds exactly one terminal event, and it is the last.
 */
public sealed interface JobEvent {

    /** The name on the wire. */
    @JsonIgnore
    default String type() {
        return switch (this) {
            case Queued q -> "queued";
            case Started s -> "started";
            case Step s -> "step";
            case Succeeded s -> "succeeded";
            case Failed f -> "failed";
            case Cancelled c -> "cancelled";
            case Expired e -> "expired";
        };
    }

    /** Whether this event ends the job. */
    @JsonIgnore
    default boolean terminal() {
        return switch (this) {
            case Queued q -> false;
            case Started s -> false;
            case Step s -> false;
            case Succeeded s -> true;
            case Failed f -> true;
            case Cancelled c -> true;
            case Expired e -> true;
        };
    }

    /**
     * The job waits.
     *
     * @param position 1 is next
     * @param etaMs expected time until it is finished, or null when unknown
     * @param warnings what was asked for and changes nothing: the field, and why; left out if there is nothing
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Queued(int position, @Nullable Long etaMs,
            @JsonInclude(JsonInclude.Include.NON_EMPTY) List<FieldError> warnings) implements JobEvent {

        /** Copies the list; an event that was stored without one has none. */
        public Queued {
            warnings = warnings == null ? List.of() : List.copyOf(warnings);
        }

        /** A job of which nothing is without effect. */
        public Queued(int position, @Nullable Long etaMs) {
            this(position, etaMs, List.of());
        }
    }

    /**
     * The first row is about to be evaluated; comes again when another worker takes over.
     *
     * @param attempt from 1
     * @param worker the worker's name
     */
    record Started(int attempt, String worker) implements JobEvent {}

    /**
     * A solver step is done.
     *
     * @param step which, from 1; 0 is the noise before the first, where a request wants to see it
     * @param steps of how many
     * @param rowsDone rows of network evaluation done in this attempt, of all that the job costs
     * @param sigma the noise to signal ratio {@code sigma/alpha} that was evaluated; null where infinite
     * @param logSnr {@code log(alpha^2/sigma^2)} there; null where infinite
     * @param etaMs expected time until the job is finished, or null when unknown
     * @param images the previews, possibly none
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Step(
            int step,
            int steps,
            long rowsDone,
            @Nullable Double sigma,
            @Nullable Double logSnr,
            @Nullable Long etaMs,
            List<StepImage> images) implements JobEvent {

        /** JSON has no infinity: such numbers are left out. */
        public Step {
            sigma = finite(sigma);
            logSnr = finite(logSnr);
            images = List.copyOf(images);
        }

        /** The same event without its previews. */
        public Step withoutImages() {
            return withImages(List.of());
        }

        /** The same event with other previews. */
        public Step withImages(List<StepImage> others) {
            return new Step(step, steps, rowsDone, sigma, logSnr, etaMs, others);
        }

        private static @Nullable Double finite(@Nullable Double value) {
            return value != null && Double.isFinite(value) ? value : null;
        }
    }

    /**
     * The images are there.
     *
     * @param images where to get them
     * @param seed the seed, decimal
     * @param nfe evaluations of the network for one image
     * @param timings where the time went
     */
    record Succeeded(List<ImageAnswer> images, String seed, int nfe, Timings timings) implements JobEvent {

        /** Copies the list. */
        public Succeeded {
            images = List.copyOf(images);
        }

        /** The same event, for a client that reaches the server below a path; nothing for none. */
        public Succeeded under(String prefix) {
            return new Succeeded(images.stream().map(image -> image.under(prefix)).toList(), seed, nfe, timings);
        }
    }

    /**
     * The job failed.
     *
     * @param error why
     */
    record Failed(JobError error) implements JobEvent {}

    /** The job was cancelled. */
    record Cancelled() implements JobEvent {}

    /** The job's deadline passed. */
    record Expired() implements JobEvent {}
}
