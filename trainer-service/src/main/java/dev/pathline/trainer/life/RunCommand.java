package dev.pathline.trainer.life;

import dev.pathline.trainer.life.RunRecord.Owner;
import dev.pathline.common.wire.JobError;
import dev.pathline.common.wire.TrainingRunEvent;
import org.jspecify.annotations.Nullable;

/** What can be done to a training run. */
public sealed interface RunCommand {

    /**
     * The trainer begins.
     *
     * @param step the last step of an earlier part, or 0
     * @param steps of how many
     */
    record Start(long step, long steps) implements RunCommand {}

    /**
     * The trainer reports.
     *
     * @param report what it says
     */
    record Report(TrainingRunEvent.Progress report) implements RunCommand {}

    /**
     * A snapshot is on disk.
     *
     * @param step of this step
     */
    record Snapshot(long step) implements RunCommand {}

    /**
     * The trainer waits until it can write.
     *
     * @param reason what refuses
     */
    record Block(String reason) implements RunCommand {}

    /** The trainer can write again. */
    record Unblock() implements RunCommand {}

    /**
     * The trainer went back to an earlier snapshot.
     *
     * @param step its step, or 0
     * @param reason what went wrong
     */
    record StepBack(long step, String reason) implements RunCommand {}

    /**
     * The trainer has stopped before the end, because it was asked to.
     *
     * @param step the last step that was done, or that is known to be
     */
    record Stopped(long step) implements RunCommand {}

    /**
     * Nobody trains it any more, though its record may say so: its process has died. Somebody else will.
     *
     * @param owner who runs it from here on
     */
    record TakeOver(Owner owner) implements RunCommand {}

    /**
     * Training is done, and its result is about to be put where it is used. From here on the run cannot be cancelled:
     * whoever is told that a run is cancelled never finds its model.
     */
    record Deliver() implements RunCommand {}

    /** The result could not be put there, and nothing of it is: the run can be cancelled until it is tried again. */
    record Undelivered() implements RunCommand {}

    /** Somebody wants it to stop for a while. */
    record Pause() implements RunCommand {}

    /**
     * Somebody wants it to go on.
     *
     * @param owner who runs it from here on
     * @param arrival its new place in the order of arrival
     * @param position its place in the queue, 1 is next
     * @param force whether it goes on from a snapshot of other settings
     */
    record Resume(Owner owner, long arrival, int position, boolean force) implements RunCommand {}

    /** Somebody does not want it any more. */
    record Cancel() implements RunCommand {}

    /**
     * The result is written.
     *
     * @param model {@code name@version}, or null for a classifier
     */
    record Succeed(@Nullable String model) implements RunCommand {}

    /**
     * It cannot go on.
     *
     * @param error why
     */
    record Fail(JobError error) implements RunCommand {}
}
