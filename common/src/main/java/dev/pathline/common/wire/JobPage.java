package dev.pathline.common.wire;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A page of jobs.
 *
 * @param jobs newest first
 * @param nextCursor where the next page begins, or null if this is the last
 */
@JsonInclude(JsonInclude.Include.ALWAYS)
public record JobPage(List<JobAnswer> jobs, @Nullable String nextCursor) {

    /** Copies the list. */
    public JobPage {
        jobs = List.copyOf(jobs);
    }
}
