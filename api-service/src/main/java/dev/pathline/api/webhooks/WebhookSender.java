package dev.pathline.api.webhooks;

import dev.pathline.common.port.WebhookOutbox.Message;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.netty.ByteBufMono;
import reactor.netty.http.client.HttpClient;
import reactor.netty.resources.ConnectionProvider;

/** Sends messages: by POST, signed, to the address that was checked, without following to another. */
public final class WebhookSender {

    private final HttpClient client;
    private final WebhookRules rules;
    private final Clock clock;
    private final Duration timeout;

    /**
     * A sender.
     *

     * @param clock whose time is signed
     * @param timeout how long an answer may take
     */
    public WebhookSender(WebhookRules rules, Clock clock, Duration timeout) {
        this.rules = rules;
        this.clock = clock;
        this.timeout = timeout;
        // A connection for each message: receivers are many, and messages to one of them few.
        this.client = HttpClient.create(ConnectionProvider.newConnection()).resolver(rules.resolver())
                .followRedirect(false).keepAlive(false).responseTimeout(timeout)
                .headers(headers -> headers.set("user-agent", "Pathline"));
    }

    /**
     * What came of an attempt.
     *
     * @param error why it failed, or null if it was heard
     * @param worthless whether another attempt is of no use: the receiver says that it is gone, or it can never be sent
     */
    record Outcome(@Nullable String error, boolean worthless) {

        static final Outcome HEARD = new Outcome(null, false);
    }

    /** Sends a message. What goes wrong is an outcome. */
    Mono<Outcome> send(Message message) {

        Optional<String> secret = rules.secretOf(message.owner());
        if (secret.isEmpty()) {
            return Mono.just(new Outcome("there is nothing to sign it by any more", true));
        }
        if (!rules.allows(message.url())) {
            return Mono.just(new Outcome("the address is in a private network", true));
        }
        long seconds = clock.instant().getEpochSecond();
        String signature = Signature.of(secret.get(), message.id(), seconds, message.body());
        return client.headers(headers -> headers.set("content-type", "application/json")
                .set("webhook-id", message.id()).set("webhook-timestamp", seconds)
                .set("webhook-signature", signature)).post().uri(URI.create(message.url()))
                .send(ByteBufMono.fromString(Mono.just(message.body())))
                // What the receiver says besides is not read.
                .responseSingle((response, body) -> Mono.just(outcome(response.status())))
                .timeout(timeout.plusSeconds(1)).onErrorResume(e -> Mono.just(new Outcome(reason(e), false)));
    }

    private static Outcome outcome(HttpResponseStatus status) {
        int code = status.code();
        return code >= 200 && code < 300
                ? Outcome.HEARD
                : new Outcome("it answered " + code, code == HttpResponseStatus.GONE.code());
    }

    private String reason(Throwable e) {
        if (e instanceof TimeoutException || e instanceof io.netty.handler.timeout.TimeoutException) {
            return "no answer within " + timeout.toMillis() + " ms";
        }
        return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    }
}
