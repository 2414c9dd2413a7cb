package dev.pathline.common.job;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Locale;

/** Where a job is. It is {@link #RUNNING} from its first evaluated row on, not from the moment a worker takes it. */
public enum JobState {
    /** Accepted, no row evaluated yet (or given back by a worker that shut down). */
    @JsonProperty("queued")
    QUEUED(false),
    /** A worker evaluates it. */
    @JsonProperty("running")
    RUNNING(false),
    /** The images are there. */
    @JsonProperty("succeeded")
    SUCCEEDED(true),
    /** It failed. */
    @JsonProperty("failed")
    FAILED(true),
    /** Someone cancelled it. */
    @JsonProperty("cancelled")
    CANCELLED(true),
    /** Its deadline passed. */
    @JsonProperty("expired")
    EXPIRED(true);

    private final boolean terminal;

    JobState(boolean terminal) {
        this.terminal = terminal;
    }

    /** Whether nothing can happen to the job any more. */
    public boolean terminal() {
        return terminal;
    }

    /** The name on the wire. */
    public String wire() {
        return name().toLowerCase(Locale.ROOT);
    }
}
