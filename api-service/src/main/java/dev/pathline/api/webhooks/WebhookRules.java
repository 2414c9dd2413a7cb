package dev.pathline.api.webhooks;

import dev.pathline.api.access.Caller;
import dev.pathline.common.access.ApiKey;
import dev.pathline.common.error.ApiException;
import dev.pathline.common.error.ErrorCode;
import dev.pathline.common.port.KeyStore;
import dev.pathline.common.wire.Webhook;
import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Where webhooks may go, and by what they are signed. Methods may block. */
public final class WebhookRules {

    private final KeyStore keys;
    private final String secret;
    private final boolean anywhere;

    /**
     * The rules of a server.
     *
     * @param secret signs where no key of the store made the job; empty for none
     * @param anywhere whether webhooks may go into private networks
     */
    public WebhookRules(KeyStore keys, String secret, boolean anywhere) {
        this.keys = keys;
        this.secret = secret;
        this.anywhere = anywhere;
    }

    /**
     * Checks what can be checked before the job has ended.
     *
     * @throws ApiException if it cannot be sent or not be signed
     */
    public void require(@Nullable Webhook webhook, Caller caller) {
        if (webhook == null) {
            return;
        }
        wrong(webhook.url()).ifPresent(message -> {
            throw ApiException.of(ErrorCode.INVALID_REQUEST, "webhook.url", message);
        });
        if (secretOf(caller.key()).isEmpty()) {
            throw ApiException.of(ErrorCode.UNPROCESSABLE, "webhook",
                    "cannot be signed: the request has no API key, and the server no pathline.api.webhooks.secret");
        }
    }

    private Optional<String> wrong(String text) {
        URI uri;
        try {
            uri = new URI(text);
        } catch (URISyntaxException e) {
            return Optional.of("is no address: " + e.getReason());
        }
        String scheme = String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT);
        if (!(scheme.equals("https") || scheme.equals("http")) || uri.getHost() == null) {
            return Optional.of("must be an address such as https://example.com/told");
        }
        if (uri.getRawUserInfo() != null || uri.getRawFragment() != null) {
            return Optional.of("must have no user and no fragment in it");
        }
        return literal(uri.getHost()).filter(address -> !anywhere && !PublicAddresses.contain(address))
                .map(address -> "is in a private network; pathline.api.webhooks.allow-private would allow it");
    }

    /** Returns the address, where a host is one and no name. */
    static Optional<InetAddress> literal(String host) {
        String bare = host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
        try {
            return Optional.of(InetAddress.ofLiteral(bare));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** Returns whether a message may go to an address now. */
    boolean allows(String url) {
        return wrong(url).isEmpty();
    }

    /** Returns what looks up hosts by these rules. */
    CheckedResolver resolver() {
        return new CheckedResolver(anywhere);
    }

    /** Returns what webhooks of jobs of a key are signed by. */
    Optional<String> secretOf(@Nullable String key) {
        return Optional.ofNullable(key).flatMap(keys::find).map(ApiKey::webhookSecret)
                .or(() -> secret.isEmpty() ? Optional.empty() : Optional.of(secret));
    }
}
