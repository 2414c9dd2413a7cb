package dev.pathline.common.experiment;

import java.util.Locale;

/** Where an experiment is. */
public enum ExperimentState {
    /** It can be changed, and nobody is assigned. */
    DRAFT,
    /** Units are assigned; nothing of it changes any more. */
    RUNNING,
    /** Nobody is assigned any more, and everybody is served the control. */
    STOPPED,
    /** An arm was chosen, and everybody is served that. */
    DECIDED;

    /** The name on the wire. */
    public String wire() {
        return name().toLowerCase(Locale.ROOT);
    }
}
