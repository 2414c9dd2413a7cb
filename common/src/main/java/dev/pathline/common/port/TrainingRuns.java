package dev.pathline.common.port;

import org.jspecify.annotations.Nullable;
import dev.pathline.common.wire.TrainingRunAnswer;
import dev.pathline.common.wire.TrainingRunEvent;
import java.util.List;
import java.util.Optional;
import reactor.core.publisher.Flux;

/**
 * The training runs of a trainer. A device trains one run at a time; others wait in the order of their arrival.
 *
 * <p>What cannot be done is an {@link dev.pathline.common.error.ApiException}: {@code UNKNOWN_RUN} for an id that is not
 * known, {@code RUN_STATE} for what makes no sense in a run's state, {@code INVALID_SPECIFICATION} with every mistake,
 * {@code NO_ROOM} for what cannot be written and so has changed nothing, {@code NO_TRAINER} while the trainer is not
 * there.
 */
public interface TrainingRuns {

    /** How a specification is written. */
    enum Format {
        /** JSON. */
        JSON,
        /** YAML. */
        YAML
    }

    /**
     * Accepts a run, after everything that can be checked before it starts was checked.
     *
     * @param specification a text
     * @param format how it is written
     * @param owner the API key whose run it is, or null where nobody needs one
     */
    Submitted submit(String specification, Format format, @Nullable String owner);

    /** Accepts a run of nobody; see {@link #submit(String, Format, String)}. */
    default Submitted submit(String specification, Format format) {
        return submit(specification, format, null);
    }

    /** Returns every run, the newest first, without their specifications. */
    List<TrainingRunAnswer> list();

    /** Returns a run, with its specification. */
    TrainingRunAnswer find(String id);

    /**
     * Stops a run for a while. One that is at work writes a snapshot of the step under way first: it is paused when the
     * event says so. Pausing a paused run changes nothing.
     */
    TrainingRunAnswer pause(String id);

    /**
     * Lets a paused or a failed run go on from its last snapshot, at the end of the queue.
     *
     * @param force whether also from a snapshot of other settings, other data or other code, which is refused otherwise
     */
    TrainingRunAnswer resume(String id, boolean force);

    /**
     * Cancels a run; one that has ended stays as it is. What is answered with {@code cancelled} never leaves a model: once
     * the result is being delivered, it is too late, and {@code RUN_STATE} says so.
     */
    TrainingRunAnswer cancel(String id);

    /** Deletes an ended run with all its files; what it has made stays. Returns the run as it was. */
    TrainingRunAnswer purge(String id);

    /**
     * Reads a run's events from after a position on, first what is there, then what comes; completes after the terminal
     * event, and when the run is deleted. Old {@code progress} events are dropped first, others never.
     *
     * @param after the last position already seen, 0 for everything
     */
    Flux<LoggedRunEvent> events(String id, long after);

    /** Returns the points of a run's curves, in order; at most a few thousand, evenly spread. */
    List<TrainingRunEvent.Progress> progress(String id);

    /** Returns a sample sheet as a PNG file. */
    Optional<byte[]> sheet(String id, long step);

    /** Returns the report as an HTML page. */
    Optional<byte[]> report(String id);

    /**
     * What became of a specification.
     *
     * @param run the run
     * @param isNew false if the same specification is at work already, and this is that run
     */
    record Submitted(TrainingRunAnswer run, boolean isNew) {}

    /**
     * An event in a run's log.
     *
     * @param position from 1
     * @param event what happened
     */
    record LoggedRunEvent(long position, TrainingRunEvent event) {}
}
