package dev.pathline.common.wire;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What became of a webhook.
 *
 * @param job the job
 * @param url where it goes
 * @param state {@code pending}, {@code delivered} or {@code dead}
 * @param attempts how often it was tried
 * @param dueAt when it is tried next; left out if it is not
 * @param error why the last attempt failed; left out if it did not
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record WebhookAnswer(String job, String url, String state, int attempts, @Nullable Instant dueAt,
        @Nullable String error) {}
