package dev.pathline.common.experiment;

import java.util.Locale;

/** What is assigned to an arm. */
public enum Unit {
    /** The subject that a request names: it gets the same arm every time. */
    SUBJECT,
    /** Each request for itself. */
    REQUEST;

    /** The name on the wire. */
    public String wire() {
        return name().toLowerCase(Locale.ROOT);
    }
}
