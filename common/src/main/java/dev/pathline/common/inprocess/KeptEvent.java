package dev.pathline.common.inprocess;

import dev.pathline.common.wire.JobEvent;

/**
 * An event of a log that outlived its process.
 *
 * @param position its position in the log
 * @param attempt the attempt that it came from
 * @param event what happened
 */
public record KeptEvent(long position, int attempt, JobEvent event) {}
