package dev.pathline.trainer.life;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
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
 * @param force whether it goes on from a snapshot of other settings, until it has one of its own
 * @param delivering whether its result was about to be put where it is used, by this process or one that has died since:
 *        it may be there
 * @param batch images of one step
 * @param progress how far it is
 * @param blocked why it waits, while it is blocked
 * @param error why it failed
 * @param model what it made, {@code name@version}
 * @param createdAt when it was accepted
 * @param startedAt when it began for the first time
 * @param endedAt when it ended
 * @param key the API key whose it is, or null where nobody needs one
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
        // Records of an earlier version say neither.
        @JsonSetter(nulls = Nulls.AS_EMPTY) boolean force,
        @JsonSetter(nulls = Nulls.AS_EMPTY) boolean delivering,
        int batch,
        RunProgress progress,
        @Nullable String blocked,
        @Nullable JobError error,
        @Nullable String model,
        Instant createdAt,
        @Nullable Instant startedAt,
        @Nullable Instant endedAt,
        @Nullable String key) {

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
        return new RunRecord(id, name, owner, RunState.QUEUED, arrival, 0, false, false, false, batch,
                RunProgress.none(steps), null, null, null, now, null, null, null);
    }

    /** Returns the same run of an API key. */
    public RunRecord of(@Nullable String owningKey) {
        return new RunRecord(id, name, owner, state, arrival, starts, pausing, force, delivering, batch, progress,
                blocked, error, model, createdAt, startedAt, endedAt, owningKey);
    }

    RunRecord queued(long newArrival) {
        return new RunRecord(id, name, owner, RunState.QUEUED, newArrival, starts, false, force, delivering, batch,
                progress, null, null, null, createdAt, startedAt, null, key);
    }

    RunRecord started(RunProgress from, Instant now) {
        return new RunRecord(id, name, owner, RunState.RUNNING, arrival, starts + 1, pausing, force, delivering, batch,
                from, null, null, null, createdAt, startedAt == null ? now : startedAt, null, key);
    }

    RunRecord reported(RunProgress now, int newStarts) {
        return new RunRecord(id, name, owner, state, arrival, newStarts, pausing, force, delivering, batch, now,
                blocked, error, model, createdAt, startedAt, endedAt, key);
    }

    RunRecord working(@Nullable String reason) {
        return new RunRecord(id, name, owner, reason == null ? RunState.RUNNING : RunState.BLOCKED, arrival, starts,
                pausing, force, delivering, batch, progress, reason, null, null, createdAt, startedAt, null, key);
    }

    RunRecord askedToPause(boolean asked) {
        return new RunRecord(id, name, owner, state, arrival, starts, asked, force, delivering, batch, progress,
                blocked, error, model, createdAt, startedAt, endedAt, key);
    }

    RunRecord forced(boolean wanted) {
        return new RunRecord(id, name, owner, state, arrival, starts, pausing, wanted, delivering, batch, progress,
                blocked, error, model, createdAt, startedAt, endedAt, key);
    }

    RunRecord delivering(boolean begun) {
        return new RunRecord(id, name, owner, state, arrival, starts, pausing, force, begun, batch, progress, blocked,
                error, model, createdAt, startedAt, endedAt, key);
    }

    RunRecord paused(RunProgress at) {
        return new RunRecord(id, name, owner, RunState.PAUSED, arrival, starts, false, force, delivering, batch, at,
                null, null, null, createdAt, startedAt, null, key);
    }

    RunRecord ended(RunState end, @Nullable JobError why, @Nullable String made, Instant now) {
        return new RunRecord(id, name, owner, end, arrival, starts, false, force, delivering, batch, progress, null,
                why, made, createdAt, startedAt, now, key);
    }

    RunRecord ownedBy(Owner newOwner) {
        return new RunRecord(id, name, newOwner, state, arrival, starts, pausing, force, delivering, batch, progress,
                blocked, error, model, createdAt, startedAt, endedAt, key);
    }
}
