package dev.pathline.common.experiment;

import java.util.Locale;

/** What becomes of a request. */
public enum Mode {
    /** It is made in the arm of its unit. */
    SPLIT,
    /** It is made in the control, and once more in every other arm at batch priority, which nobody is answered. */
    MIRROR,
    /** It is made in every arm, from the same seed; the answer is that of its unit's arm. */
    PAIRED,
    /** It is made in the other arm too, at once, whose image comes first on the same stream; the answer is the control's. */
    CASCADE;

    /** The name on the wire. */
    public String wire() {
        return name().toLowerCase(Locale.ROOT);
    }
}
