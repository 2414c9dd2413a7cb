package dev.pathline.api.webhooks;

import dev.pathline.common.access.KeySecret;
import java.nio.charset.StandardCharsets;
import java.security.InvalidKeyException;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Signs messages as the specification Standard Webhooks says (version 1, symmetric), for which there are libraries in most languages: the
 * receiver finds out who sent a message, and by the time in it whether it is an old one again.
 */
final class Signature {

    private static final String ALGORITHM = "HmacSHA256";

    private Signature() {}

    /**
     * Returns the value of the header {@code webhook-signature}.
     *
     * @param secret {@code whsec_} and base 64
     * @param id the message's id
     * @param seconds when it is sent, seconds since 1970
     * @throws IllegalArgumentException if the secret is none
     */
    static String of(String secret, String id, long seconds, String body) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(new SecretKeySpec(KeySecret.webhookSecret(secret), ALGORITHM));
            byte[] signed = (id + "." + seconds + "." + body).getBytes(StandardCharsets.UTF_8);
            return "v1," + Base64.getEncoder().encodeToString(mac.doFinal(signed));
        } catch (NoSuchAlgorithmException | InvalidKeyException e) {
            throw new IllegalStateException("every JDK has " + ALGORITHM, e);
        }
    }
}
