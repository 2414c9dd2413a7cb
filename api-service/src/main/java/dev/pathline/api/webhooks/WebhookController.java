package dev.pathline.api.webhooks;

import dev.pathline.api.access.Caller;
import dev.pathline.api.concurrent.Blocking;
import dev.pathline.api.request.Choice;
import dev.pathline.api.request.Paging;
import dev.pathline.common.error.ApiException;
import dev.pathline.common.error.ErrorCode;
import dev.pathline.common.error.Shown;
import dev.pathline.common.port.WebhookOutbox;
import dev.pathline.common.port.WebhookOutbox.Delivery;
import dev.pathline.common.port.WebhookOutbox.State;
import dev.pathline.common.wire.WebhookAnswer;
import dev.pathline.common.wire.WebhookPage;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;
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

    private static WebhookAnswer answer(Delivery delivery) {
        return new WebhookAnswer(delivery.id(), delivery.url(), delivery.state().wire(), delivery.attempts(),
                delivery.dueAt(), delivery.error());
    }

    /** Lists. */
    @GetMapping("/webhooks")
    @Operation(summary = "Webhooks of ended jobs; state=dead lists those that nobody has heard")
    public Mono<WebhookPage> list(Caller caller,
            @RequestParam(required = false) @Schema(
                    allowableValues = {"pending", "delivered", "dead"}) @Nullable String state,
            @RequestParam(defaultValue = "50") @Schema(type = "integer", minimum = "1", maximum = "200") String limit,
            @RequestParam(required = false) @Nullable String cursor) {
        State only = Choice.of("state", state, State.values(), State::wire);
        int most = Paging.limit(limit);
        String from = Paging.cursor(cursor);
        return Blocking.call(() -> {
            WebhookOutbox.Page page = outbox.list(new WebhookOutbox.Query(caller.seesOnly(), only, most, from));
            return new WebhookPage(page.deliveries().stream().map(WebhookController::answer).toList(),
                    page.nextCursor());
        });
    }

    /** Tries again. */
    @PostMapping("/webhooks/{job}/retry")
    @Operation(summary = "Send a dead webhook again, from the first attempt on")
    public Mono<WebhookAnswer> retry(@PathVariable String job, Caller caller) {
        return Blocking.call(() -> outbox.revive(job, caller.seesOnly()).map(WebhookController::answer)
                .orElseThrow(() -> new ApiException(ErrorCode.UNKNOWN_WEBHOOK,
                        "There is no dead webhook of job "
                                + Shown.start(job, 64))));
    }
}
