package dev.pathline.trainer.life;

import dev.pathline.trainer.life.RunRecord.Owner;
import dev.pathline.trainer.life.RunTransition.Moved;
import dev.pathline.trainer.life.RunTransition.Refused;
import dev.pathline.trainer.life.RunTransition.Unchanged;
import dev.pathline.common.wire.TrainingRunEvent;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The life of a training run as one pure function.
 *
 * <pre>
 *              start              succeed
 *   QUEUED ------------> RUNNING ----------> SUCCEEDED
 *    ^  ^                 |  ^ |   fail
 *    |  +-- stopped ------+  | +-----------> FAILED --- resume ---> QUEUED
 *    |                    |  | block, unblock
 *    |                    |  +-----> BLOCKED                        (succeeds, fails and stops like RUNNING)
 *    |     stopped, when  |
 *  resume  asked to pause |
 *    |                    v
 *    +---------------- PAUSED                  anything but an end --- cancel ---> CANCELLED
 * </pre>
 *
 * <p>A run has the device from its start on, or from the moment that it is blocked before it could start. A pause takes
 * effect when the trainer has written its snapshot and stopped: until then the run is at work, and marked. A cancel takes
 * effect at once: whatever the trainer says afterwards is refused, and so is its delivery. Once the delivery has begun,
 * it is the cancel that is refused, and the pause, also when the process died in the middle: the model may be there.
 */
public final class RunMachine {

    private RunMachine() {}

    /** Applies a command to a run at a time. */
    public static RunTransition apply(RunRecord run, RunCommand command, Instant now) {
        return switch (command) {
            case RunCommand.Start c -> run.state() == RunState.QUEUED || run.state().atWork()
                    ? new Moved(run.started(RunProgress.none(c.steps()).at(c.step(), run.batch()), now),
                            new TrainingRunEvent.Started(c.step(), c.steps()))
                    : new Refused(run);
            // Who trains on has nothing to deliver yet.
            case RunCommand.Report c -> atWork(run,
                    run.reported(RunProgress.of(c.report()), run.starts()).delivering(false), c.report());
            case RunCommand.Snapshot c -> atWork(run,
                    run.reported(run.progress().at(c.step(), run.batch()), 0).forced(false),
                    new TrainingRunEvent.Snapshot(c.step()));
            case RunCommand.Block c -> run.state() == RunState.QUEUED || run.state().atWork()
                    ? new Moved(run.working(c.reason()), new TrainingRunEvent.Blocked(c.reason()))
                    : new Refused(run);
            case RunCommand.Unblock c -> atWork(run, run.working(null), new TrainingRunEvent.Unblocked());
            case RunCommand.StepBack c -> atWork(run,
                    run.reported(run.progress().at(c.step(), run.batch()), run.starts()),
                    new TrainingRunEvent.SteppedBack(c.step(), c.reason()));
            case RunCommand.Stopped c -> stopped(run, c.step());
            case RunCommand.TakeOver c -> takeOver(run, c.owner());
            case RunCommand.Deliver c -> atWork(run, run.delivering(true), null);
            case RunCommand.Undelivered c -> atWork(run, run.delivering(false), null);
            case RunCommand.Pause c -> pause(run);
            case RunCommand.Resume c -> resume(run, c);
            case RunCommand.Cancel c -> cancel(run, now);
            case RunCommand.Succeed c -> run.state().atWork()
                    ? end(run.ended(RunState.SUCCEEDED, null, c.model(), now))
                    : new Refused(run);
            case RunCommand.Fail c -> run.state().ended()
                    ? new Refused(run)
                    : end(run.ended(RunState.FAILED, c.error(), null, now));
        };
    }

    /**
     * What the listeners of a run were told last about its state, derived from its record alone, so that whoever finds
     * it missing from the log (its writer died between the two writes) can append it. Empty for a run at work or in the
     * queue: its next start tells.
     */
    public static Optional<TrainingRunEvent> stateEvent(RunRecord run) {
        return switch (run.state()) {
            case SUCCEEDED -> Optional.of(new TrainingRunEvent.Succeeded(run.model()));
            case FAILED -> Optional.of(new TrainingRunEvent.Failed(
                    Objects.requireNonNull(run.error(), "a failed run has an error")));
            case CANCELLED -> Optional.of(new TrainingRunEvent.Cancelled());
            case PAUSED -> Optional.of(new TrainingRunEvent.Paused(run.progress().step()));
            case QUEUED, RUNNING, BLOCKED -> Optional.empty();
        };
    }

    private static RunTransition atWork(RunRecord run, RunRecord next, @Nullable TrainingRunEvent event) {
        return run.state().atWork() ? new Moved(next, event) : new Refused(run);
    }

    private static RunTransition stopped(RunRecord run, long step) {
        if (!run.state().atWork()) {
            return new Refused(run);
        }
        RunProgress at = run.progress().at(step, run.batch());
        // A run that was stopped by the server's end is first in the queue again: it arrived before all that wait.
        return run.pausing()
                ? new Moved(run.paused(at), new TrainingRunEvent.Paused(step))
                : new Moved(run.reported(at, run.starts()).queued(run.arrival()), new TrainingRunEvent.Queued(1));
    }

    private static RunTransition takeOver(RunRecord run, Owner owner) {
        if (run.state().atWork()) {
            return stopped(run.ownedBy(owner), run.progress().step());
        }
        return run.state() == RunState.QUEUED && run.owner() != owner
                ? new Moved(run.ownedBy(owner), null)
                : new Unchanged(run);
    }

    private static RunTransition cancel(RunRecord run, Instant now) {
        if (run.state().ended()) {
            return new Unchanged(run);
        }
        return run.delivering() ? new Refused(run) : end(run.ended(RunState.CANCELLED, null, null, now));
    }

    private static RunTransition pause(RunRecord run) {
        if (run.delivering()) {
            return new Refused(run);
        }
        return switch (run.state()) {
            case QUEUED -> new Moved(run.paused(run.progress()), new TrainingRunEvent.Paused(run.progress().step()));
            case RUNNING, BLOCKED -> run.pausing() ? new Unchanged(run) : new Moved(run.askedToPause(true), null);
            case PAUSED -> new Unchanged(run);
            case SUCCEEDED, FAILED, CANCELLED -> new Refused(run);
        };
    }

    private static RunTransition resume(RunRecord run, RunCommand.Resume c) {
        return switch (run.state()) {
            case PAUSED, FAILED -> new Moved(
                    run.ownedBy(c.owner()).reported(run.progress(), 0).forced(c.force()).queued(c.arrival()),
                    new TrainingRunEvent.Resumed(c.position()));
            // The trainer is about to stop: it goes to the queue then, and on from there.
            case RUNNING, BLOCKED -> run.pausing() ? new Moved(run.askedToPause(false), null) : new Unchanged(run);
            case QUEUED -> c.force() && !run.force() ? new Moved(run.forced(true), null) : new Unchanged(run);
            case SUCCEEDED, CANCELLED -> new Refused(run);
        };
    }

    private static RunTransition end(RunRecord ended) {
        return new Moved(ended, stateEvent(ended).orElse(null));
    }
}
