package dev.pathline.common.experiment;

import java.time.Instant;

/**
 * What somebody did with an experiment.
 *
 * @param at when
 * @param by who, as they said; {@code guard rail} and {@code plan} are the server itself
 * @param what what was done, and why
 */
public record AuditEntry(Instant at, String by, String what) {}
