package dev.pathline.common.wire;

import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

/**
 * Where a job's time went, in milliseconds; what has not happened is left out.
 *
 * @param queuedMs from acceptance to the first evaluated row
 * @param firstPreviewMs from acceptance to the first preview
 * @param runningMs from the first evaluated row to the end
 * @param totalMs from acceptance to the end
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Timings(
        @Nullable Long queuedMs,
        @Nullable Long firstPreviewMs,
        @Nullable Long runningMs,
        @Nullable Long totalMs) {}
