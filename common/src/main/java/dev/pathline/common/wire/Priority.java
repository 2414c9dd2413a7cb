package dev.pathline.common.wire;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Duration;
import java.util.Locale;

/**
 * How urgent a job is. A job goes before all that came later, but lets pass whoever is more urgent and came within the
 * difference of their patience: interactive before normal before batch, and none waits for ever.
 */
public enum Priority {
    /** Somebody waits for it. */
    @JsonProperty("interactive")
    INTERACTIVE(Duration.ZERO),
    /** The default. */
    @JsonProperty("normal")
    NORMAL(Duration.ofSeconds(5)),
    /** Whenever there is room. */
    @JsonProperty("batch")
    BATCH(Duration.ofSeconds(60));

    private final Duration patience;

    Priority(Duration patience) {
        this.patience = patience;
    }

    /** Returns how much later a job of this priority counts as come than it did. */
    public Duration patience() {
        return patience;
    }

    /** Returns its name in requests. */
    public String wire() {
        return name().toLowerCase(Locale.ROOT);
    }
}
