package dev.pathline.common.job;

import dev.pathline.common.wire.JobEvent;

/** What a command does to a job. */
public sealed interface Transition {

    /** The job as it is after the command, changed or not. */
    JobRecord job();

    /** Whether the command took effect. */
    default boolean moved() {
        return this instanceof Moved;
    }

    /**
     * The command takes effect.
     *
     * @param job the next record
     * @param event what the listeners are told
     */
    record Moved(JobRecord job, JobEvent event) implements Transition {}

    /**
     * The command has no effect.
     *
     * @param job the record as it is
     * @param reason why not
     */
    record Refused(JobRecord job, Reason reason) implements Transition {}

    /** Why a command has no effect. */
    enum Reason {
        /** The job has ended. Cancelling twice ends here, and is no error. */
        ALREADY_ENDED,
        /** A newer attempt has taken over: the worker lost its lease and must stop. */
        FENCED,
        /** The attempt has not started, or has given the job back. */
        NOT_RUNNING
    }
}
