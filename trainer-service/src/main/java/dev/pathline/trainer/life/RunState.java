package dev.pathline.trainer.life;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Locale;

/** Where a training run is. */
public enum RunState {
    /** Accepted; waits for the device. */
    @JsonProperty("queued")
    QUEUED,
    /** It has the device. */
    @JsonProperty("running")
    RUNNING,
    /** It has the device and all its state in memory, and waits until it can write. */
    @JsonProperty("blocked")
    BLOCKED,
    /** Somebody stopped it; it goes on when somebody resumes it. */
    @JsonProperty("paused")
    PAUSED,
    /** Its result is written. */
    @JsonProperty("succeeded")
    SUCCEEDED,
    /** It failed; it can be resumed from its last snapshot. */
    @JsonProperty("failed")
    FAILED,
    /** Somebody cancelled it. */
    @JsonProperty("cancelled")
    CANCELLED;

    /** Whether nothing happens to the run by itself any more. */
    public boolean ended() {
        return this == SUCCEEDED || this == FAILED || this == CANCELLED;
    }

    /** Whether the run has the device. */
    public boolean atWork() {
        return this == RUNNING || this == BLOCKED;
    }

    /** The name on the wire. */
    public String wire() {
        return name().toLowerCase(Locale.ROOT);
    }
}
