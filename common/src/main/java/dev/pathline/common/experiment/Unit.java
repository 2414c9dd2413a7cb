package dev.pathline.common.experiment;

import java.util.Locale;

/** What is assigned to an arm. */
public enum Unit {
    /** The subject that a request names: it gets the same arm every time. */
    SUBJECT,
    /** The API key by which a request is made: all its requests get the same arm. */
    KEY,
    /** Each request for itself. */
    REQUEST;

    /** The name on the wire. */
    public String wire() {
        return name().toLowerCase(Locale.ROOT);
    }
}
