package dev.pathline.common.wire;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Some webhooks.
 *
 * @param webhooks those of the newest jobs first
 * @param nextCursor where the next page begins; left out if this is the last
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record WebhookPage(List<WebhookAnswer> webhooks, @Nullable String nextCursor) {

    /** Copies the list. */
    public WebhookPage {
        webhooks = List.copyOf(webhooks);
    }
}
