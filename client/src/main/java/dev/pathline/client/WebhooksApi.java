package dev.pathline.client;

import dev.pathline.common.wire.WebhookAnswer;
import dev.pathline.common.wire.WebhookPage;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.service.annotation.GetExchange;
import org.springframework.web.service.annotation.HttpExchange;
import org.springframework.web.service.annotation.PostExchange;
import reactor.core.publisher.Mono;

/** {@code /webhooks}. */
@HttpExchange(url = "/webhooks", accept = MediaType.APPLICATION_JSON_VALUE)
public interface WebhooksApi {

    /**
     * What became of webhooks, those of the newest jobs first.
     *
     * @param state {@code pending}, {@code delivered} or {@code dead}, or null for all
     * @param cursor where the last page ended, or null for the first
     */
    @GetExchange
    Mono<WebhookPage> list(@RequestParam(required = false) @Nullable String state,
            @RequestParam(required = false) @Nullable String cursor);

    /** Sends a dead one again. */
    @PostExchange("/{job}/retry")
    Mono<WebhookAnswer> retry(@PathVariable String job);
}
