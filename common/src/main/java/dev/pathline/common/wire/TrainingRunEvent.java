package dev.pathline.common.wire;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What happened to a training run. The type is not part of the JSON: it is the {@code event:} line of a server-sent
 * event. The last event of an ended run is terminal. A failed run may be resumed, and any that has ended may be begun again
 * by its command: the log goes on after the end then.
 */
public sealed interface TrainingRunEvent {

    /** The name on the wire. */
    @JsonIgnore
    default String type() {
        return switch (this) {
            case Queued e -> "queued";
            case Preparation e -> "preparation";
            case Started e -> "started";
            case Progress e -> "progress";
            case Snapshot e -> "snapshot";
            case Sheet e -> "sheet";
            case Evaluation e -> "evaluation";
            case Warning e -> "warning";
            case Blocked e -> "blocked";
            case Unblocked e -> "unblocked";
            case SteppedBack e -> "stepped-back";
            case Paused e -> "paused";
            case Resumed e -> "resumed";
            case Succeeded e -> "succeeded";
            case Failed e -> "failed";
            case Cancelled e -> "cancelled";
        };
    }

    /** Whether this event ends the run. */
    @JsonIgnore
    default boolean terminal() {
        return this instanceof Succeeded || this instanceof Failed || this instanceof Cancelled;
    }

    /**
     * The run waits for the device; comes again when the server stops, and the run goes on at its next start, and when the
     * command of a run that has ended is given again.
     *
     * @param position 1 is next
     */
    record Queued(int position) implements TrainingRunEvent {}

    /**
     * The run trains from here on.
     *
     * @param step the last step of an earlier part, or 0
     * @param steps of how many
     */
    record Started(long step, long steps) implements TrainingRunEvent {}

    /**
     * Something is made that the run trains on.
     *
     * @param what what it is, a phrase for people
     * @param done how much of it is there
     * @param of of how much
     */
    record Preparation(String what, long done, long of) implements TrainingRunEvent {}

    /**
     * Some steps are done. Numbers that are not finite are left out.
     *
     * @param step the last finished step
     * @param steps of how many
     * @param images training images seen up to that step
     * @param loss the mean loss since the last report
     * @param gradientNorm the norm of the last gradient, before clipping
     * @param imagesPerSecond since the last report
     * @param etaMs the time that the remaining steps will take at this pace
     * @param byNoise the loss since the last report by noise level, from the cleanest on; empty for a classifier
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Progress(
            long step,
            long steps,
            long images,
            @Nullable Double loss,
            @Nullable Double gradientNorm,
            @Nullable Double imagesPerSecond,
            @Nullable Long etaMs,
            List<NoiseLevel> byNoise) implements TrainingRunEvent {

        /** JSON has no infinity: such numbers are left out. */
        public Progress {
            loss = finite(loss);
            gradientNorm = finite(gradientNorm);
            imagesPerSecond = finite(imagesPerSecond);
            byNoise = List.copyOf(byNoise);
        }
    }

    /**
     * The loss of the images whose noise level was in some interval.
     *
     * @param from the least {@code ln(sigma/alpha)} of the interval; left out where infinite
     * @param to where it ends; left out where infinite
     * @param rows how many images fell into it
     * @param loss their mean loss; left out where not finite
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record NoiseLevel(@Nullable Double from, @Nullable Double to, long rows, @Nullable Double loss) {

        /** JSON has no infinity: such numbers are left out. */
        public NoiseLevel {
            from = finite(from);
            to = finite(to);
            loss = finite(loss);
        }
    }

    /**
     * A snapshot is on disk.
     *
     * @param step of this step
     */
    record Snapshot(long step) implements TrainingRunEvent {}

    /**
     * A sheet of samples is there.
     *
     * @param step of the weights after this step
     * @param url where to get it
     */
    record Sheet(long step, String url) implements TrainingRunEvent {}

    /**
     * The averaged weights were measured.
     *
     * @param step after so many steps
     * @param frechetDistance of their samples from real images, in a classifier's features
     * @param low where its 95% interval begins
     * @param high where it ends
     * @param floor what as many real images get
     */
    record Evaluation(
            long step,
            double frechetDistance,
            double low,
            double high,
            double floor) implements TrainingRunEvent {}

    /**
     * Something failed that the run can do without.
     *
     * @param message a sentence for people
     */
    record Warning(String message) implements TrainingRunEvent {}

    /**
     * The run cannot write, and waits until it can.
     *
     * @param reason what refuses, and what may help
     */
    record Blocked(String reason) implements TrainingRunEvent {}

    /** A blocked run has written, and goes on. */
    record Unblocked() implements TrainingRunEvent {}

    /**
     * Training went wrong, and the run has gone back to an earlier snapshot.
     *
     * @param step of that snapshot, or 0
     * @param reason what went wrong
     */
    record SteppedBack(long step, String reason) implements TrainingRunEvent {}

    /**
     * The run has stopped, and waits to be resumed.
     *
     * @param step the step that it goes on after
     */
    record Paused(long step) implements TrainingRunEvent {}

    /**
     * A paused or failed run is in the queue again.
     *
     * @param position 1 is next
     */
    record Resumed(int position) implements TrainingRunEvent {}

    /**
     * The run is done.
     *
     * @param model what it made, {@code name@version}; null for a classifier
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Succeeded(@Nullable String model) implements TrainingRunEvent {}

    /**
     * The run failed.
     *
     * @param error why
     */
    record Failed(JobError error) implements TrainingRunEvent {}

    /** The run was cancelled. */
    record Cancelled() implements TrainingRunEvent {}

    private static @Nullable Double finite(@Nullable Double value) {
        return value != null && Double.isFinite(value) ? value : null;
    }
}
