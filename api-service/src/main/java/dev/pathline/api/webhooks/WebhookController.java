package dev.pathline.api.webhooks;

import dev.pathline.api.access.Caller;
import dev.pathline.api.concurrent.Blocking;
import dev.pathline.api.request.Paging;
import dev.pathline.common.error.ApiException;
import dev.pathline.common.error.ErrorCode;
import dev.pathline.common.port.WebhookOutbox;
import dev.pathline.common.port.WebhookOutbox.Delivery;
import dev.pathline.common.port.WebhookOutbox.State;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import com.fasterxml.jackson.annotation.JsonInclude;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;

/** {@code /webhooks}: what became of them. */
@RestController
@Tag(name = "Webhooks")
public final class WebhookController {

    private final WebhookOutbox outbox;

    /** A controller over an outbox. */
    public WebhookController(WebhookOutbox outbox) {
        this.outbox = outbox;
    }

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
            @Nullable String error) {

        static WebhookAnswer of(Delivery delivery) {
            return new WebhookAnswer(delivery.id(), delivery.url(), delivery.state().wire(), delivery.attempts(),
                    delivery.dueAt(), delivery.error());
        }
    }

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

    /** Lists. */
    @GetMapping("/webhooks")
    @Operation(summary = "Webhooks of ended jobs; state=dead lists those that nobody has heard")
    public Mono<WebhookPage> list(Caller caller,
            @RequestParam(required = false) @Schema(
                    allowableValues = {"pending", "delivered", "dead"}) @Nullable String state,
            @RequestParam(defaultValue = "50") @Schema(type = "integer", minimum = "1", maximum = "200") String limit,
            @RequestParam(required = false) @Nullable String cursor) {
        State only = state == null
                ? null
                : Arrays.stream(State.values()).filter(candidate -> candidate.wire().equals(state)).findFirst()
                        .orElseThrow(() -> ApiException.of(ErrorCode.INVALID_REQUEST, "state", "must be one of "
                                + Arrays.stream(State.values()).map(State::wire).collect(Collectors.joining(", "))));
        int most = Paging.limit(limit);
        String from = Paging.cursor(cursor);
        return Blocking.call(() -> {
            WebhookOutbox.Page page = outbox.list(new WebhookOutbox.Query(caller.seesOnly(), only, most, from));
            return new WebhookPage(page.deliveries().stream().map(WebhookAnswer::of).toList(), page.nextCursor());
        });
    }

    /** Tries again. */
    @PostMapping("/webhooks/{job}/retry")
    @Operation(summary = "Send a dead webhook again, from the first attempt on")
    public Mono<WebhookAnswer> retry(@PathVariable String job, Caller caller) {
        return Blocking.call(() -> outbox.revive(job, caller.seesOnly()).map(WebhookAnswer::of)
                .orElseThrow(() -> new ApiException(ErrorCode.UNKNOWN_WEBHOOK,
                        "There is no dead webhook of job "
                                + (job.length() > 64 ? job.substring(0, 64) + "..." : job))));
    }
}
