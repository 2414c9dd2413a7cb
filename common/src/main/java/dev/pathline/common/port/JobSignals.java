package dev.pathline.common.port;

import reactor.core.publisher.Flux;

/**
 * What processes call to each other, so that nobody has to look all the time: that jobs wait, that one has ended. A signal may be
 * lost, doubled and late, and nothing is wrong: who has heard nothing looks into the {@link JobStore} every second or so, where
 * all of it is to be seen.
 *
 * <p>So no method throws where nobody can be reached, or waits for it.
 */
public interface JobSignals {

    /**
     * Tells workers that a job waits.
     *
     * @param model that it needs, {@code name@version}
     */
    void tellWaiting(String model);

    /** The models of which {@link #tellWaiting} tells, from now on; hot, never ends. */
    Flux<String> waiting();

    /** Tells workers that a job has ended, so that its holder need not wait for its next heartbeat to stop. */
    void tellEnded(String jobId);

    /** The jobs of which {@link #tellEnded} tells, from now on; hot, never ends. */
    Flux<String> ended();
}
