package dev.pathline.common.port;

import java.time.Duration;
import java.util.Optional;
import reactor.core.publisher.Flux;

/**
 * Tells workers that jobs wait, and that some are not wanted any more. What it says is a hint: it may lose, double and delay,
 * and be gone for a while, since the {@link JobStore} says what waits and {@linkplain JobStore#claim whose it is}, and whoever
 * reads there {@linkplain dev.pathline.common.lifecycle.JobReconciler publishes again} what was lost.
 *
 * <p>A notice that was delivered is hidden from others until it is done, given back, or its time has run out. Every method may
 * throw {@link PortUnavailableException}.
 */
public interface JobDispatch {

    /** Tells of a job that waits. A notice that is there, delivered or not, is not there twice. */
    void publish(JobNotice notice);

    /**
     * Takes the next notice, about in the order of turns, waiting for one if there is none.
     *
     * @param wait how long to wait, zero to look once
     * @return the delivery, or empty if there was nothing
     * @throws InterruptedException if the waiting thread is interrupted
     */
    Optional<Delivery> next(Duration wait) throws InterruptedException;

    /** How long a delivered notice is hidden from others, from its delivery or its last {@link #extend} on. */
    Duration patience();

    /** Keeps a delivered notice hidden for another {@link #patience}; does nothing if its time has run out. */
    void extend(Delivery delivery);

    /** Forgets a delivered notice: its job has ended, or is not the receiver's. Does nothing if its time has run out. */
    void done(Delivery delivery);

    /** Hands a delivered notice to the next who asks. Does nothing if its time has run out. */
    void giveBack(Delivery delivery);

    /** Forgets the notice of a job that has ended; one that was delivered is its receiver's to forget. */
    void withdraw(JobNotice notice);

    /** Tells all workers that a job has ended, so that its holder need not wait for its next heartbeat to stop. */
    void tellEnded(String jobId);

    /** The jobs of which {@link #tellEnded} tells, from now on; hot, never ends. */
    Flux<String> ended();

    /**
     * A notice in the hands of a receiver.
     *
     * @param jobId the job
     * @param token which delivery it is; says nothing to anybody else
     */
    record Delivery(String jobId, String token) {}
}
