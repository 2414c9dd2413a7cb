package dev.pathline.common.training;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.pathline.common.wire.JobError;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A training run as it is stored. Only {@link RunMachine} makes the next one.
 *
 * @param id the run
 * @param name the name of what is trained
 * @param owner who runs it
 * @param state where it is
 * @param arrival its place in the order of arrival; a run that is resumed arrives again
 * @param starts how often it was started since its last snapshot
 * @param pausing whether it was asked to pause, and has not stopped yet
 * @param batch images of one step
 * @param progress how far it is
 * @param blocked why it waits, while it is blocked
 * @param error why it failed
 * @param model what it made, {@code name@version}
 * @param createdAt when it was accepted
 * @param startedAt when it began for the first time
 * @param endedAt when it ended
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record RunRecord(
        String id,
        String name,
        Owner owner,
        RunState state,
        long arrival,
        int starts,
        boolean pausing,
        int batch,
        RunProgress progress,
        @Nullable String blocked,
        @Nullable JobError error,
        @Nullable String model,
        Instant createdAt,
        @Nullable Instant startedAt,
        @Nullable Instant endedAt) {

    /** Who runs a run. */
    public enum Owner {
        /** A server: it goes on by itself when the server starts again. */
        @JsonProperty("server")
        SERVER,
        /** A command line: it goes on when the command is given again. */
        @JsonProperty("command")
        COMMAND
    }

    /** A run that was just accepted. */
    public static RunRecord accepted(String id, String name, Owner owner, long arrival, int batch, long steps,
            Instant now) {
        return new RunRecord(id, name, owner, RunState.QUEUED, arrival, 0, false, batch, RunProgress.none(steps), null,
                null, null, now, null, null);
    }

    RunRecord queued(long newArrival) {
        return new RunRecord(id, name, owner, RunState.QUEUED, newArrival, starts, false, batch, progress, null, null,
                null, createdAt, startedAt, null);
    }

    RunRecord started(RunProgress from, Instant now) {
        return new RunRecord(id, name, owner, RunState.RUNNING, arrival, starts + 1, pausing, batch, from, null, null,
                null, createdAt, startedAt == null ? now : startedAt, null);
    }

    RunRecord reported(RunProgress now, int newStarts) {
        return new RunRecord(id, name, owner, state, arrival, newStarts, pausing, batch, now, blocked, error, model,
                createdAt, startedAt, endedAt);
    }

    RunRecord working(@Nullable String reason) {
        return new RunRecord(id, name, owner, reason == null ? RunState.RUNNING : RunState.BLOCKED, arrival, starts,
                pausing, batch, progress, reason, null, null, createdAt, startedAt, null);
    }

    RunRecord askedToPause(boolean asked) {
        return new RunRecord(id, name, owner, state, arrival, starts, asked, batch, progress, blocked, error, model,
                createdAt, startedAt, endedAt);
    }

    RunRecord paused(RunProgress at) {
        return new RunRecord(id, name, owner, RunState.PAUSED, arrival, starts, false, batch, at, null, null, null,
                createdAt, startedAt, null);
    }

    RunRecord ended(RunState end, @Nullable JobError why, @Nullable String made, Instant now) {
        return new RunRecord(id, name, owner, end, arrival, starts, false, batch, progress, null, why, made, createdAt,
                startedAt, now);
    }

    RunRecord ownedBy(Owner newOwner) {
        return new RunRecord(id, name, newOwner, state, arrival, starts, pausing, batch, progress, blocked, error,
                model,
                createdAt, startedAt, endedAt);
    }
}
