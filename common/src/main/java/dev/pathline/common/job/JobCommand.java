package dev.pathline.common.job;

import dev.pathline.common.wire.JobError;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** What someone wants to happen to a job. Commands of a worker carry its attempt number, which fences them. */
public sealed interface JobCommand {

    /** A command of the worker that holds an attempt. */
    sealed interface OfAttempt extends JobCommand {

        /** The attempt number of the claim, from 1. */
        int attempt();
    }

    /**
     * The first row is about to be evaluated.
     *
     * @param attempt the claim's number
     * @param worker the worker's name
     * @param profile the numeric profile it runs with, or null where there is no choice
     */
    record Start(int attempt, String worker, @Nullable String profile) implements OfAttempt {}

    /**
     * Every image is in the blob store.
     *
     * @param attempt the claim's number
     * @param result what was made
     * @param firstPreviewAt when the first preview was there, or null if there was none
     */
    record Succeed(int attempt, JobResult result, @Nullable Instant firstPreviewAt) implements OfAttempt {

        /** Success without a preview. */
        public Succeed(int attempt, JobResult result) {
            this(attempt, result, null);
        }
    }

    /**
     * It cannot be done.
     *
     * @param attempt the claim's number
     * @param error why
     */
    record Fail(int attempt, JobError error) implements OfAttempt {}

    /**
     * The worker gives the job back unfinished, because it shuts down.
     *
     * @param attempt the claim's number
     */
    record Requeue(int attempt) implements OfAttempt {}

    /** A client, or an operator, does not want it any more. */
    record Cancel() implements JobCommand {}

    /** A deadline passed. */
    record Expire() implements JobCommand {}
}
