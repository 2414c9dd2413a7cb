package dev.pathline.common.access;

import dev.pathline.common.model.Sha256;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a client says to be known: {@code pl_ID_SECRET}, where the secret is 256 random bits. So one round of SHA-256 hides it: there is
 * nothing to guess that a slow hash would protect. The prefix lets scanners of repositories find one that was published.
 */
public final class KeySecret {

    private static final Pattern FORM = Pattern.compile("pl_([a-z2-9]{10})_([A-Za-z0-9_-]{43})");
    private static final String DIGITS = "abcdefghijkmnpqrstuvwxyz23456789";
    private static final int ID_LENGTH = 10;
    private static final int BYTES = 32;
    /** What a webhook is signed by, 192 bits. */
    private static final int WEBHOOK_BYTES = 24;
    private static final int LEAST_WEBHOOK_BYTES = 16;
    private static final String WEBHOOK_PREFIX = "whsec_";

    private final String id;
    private final String text;

    private KeySecret(String id, String text) {
        this.id = id;
        this.text = text;
    }

    /** Returns a new one, of a new key. */
    public static KeySecret random() {
        RandomGenerator random = new SecureRandom();
        var id = new StringBuilder();
        for (int i = 0; i < ID_LENGTH; i++) {
            id.append(DIGITS.charAt(random.nextInt(DIGITS.length())));
        }
        return randomOf(id.toString());
    }

    /** Returns a new one of a key that exists. */
    public static KeySecret randomOf(String id) {
        return new KeySecret(id,
                "pl_" + id + "_" + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes(BYTES)));
    }

    /** Returns a new secret of webhooks. */
    public static String randomWebhookSecret() {
        return WEBHOOK_PREFIX + Base64.getEncoder().encodeToString(bytes(WEBHOOK_BYTES));
    }

    /** Returns whether a text is a secret of webhooks: the prefix, and enough bytes that nobody guesses them. */
    public static boolean isWebhookSecret(String text) {
        try {
            return webhookSecret(text).length >= LEAST_WEBHOOK_BYTES;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    /**
     * Returns the bytes of a secret of webhooks.
     *
     * @throws IllegalArgumentException if it is none
     */
    public static byte[] webhookSecret(String text) {
        if (!text.startsWith(WEBHOOK_PREFIX)) {
            throw new IllegalArgumentException("the secret of webhooks begins with " + WEBHOOK_PREFIX);
        }
        return Base64.getDecoder().decode(text.substring(WEBHOOK_PREFIX.length()));
    }

    private static byte[] bytes(int count) {
        var bytes = new byte[count];
        new SecureRandom().nextBytes(bytes);
        return bytes;
    }

    /** Reads what a client says; empty if no key says that. */
    public static Optional<KeySecret> of(String text) {
        Matcher matcher = FORM.matcher(text);
        return matcher.matches() ? Optional.of(new KeySecret(matcher.group(1), text)) : Optional.empty();
    }

    /** The key's id. */
    public String id() {
        return id;
    }

    /** What the client says; told once, to who made the key. */
    public String text() {
        return text;
    }

    /** What is kept of it. */
    public String hash() {
        return sha256(text);
    }

    /** Returns whether a key says this, in a time that does not depend on how much of it is right. */
    public boolean isOf(ApiKey key) {
        return equal(key.hash(), hash());
    }

    /** Returns whether two texts are the same, in a time that does not depend on how much of them is. */
    public static boolean same(String one, String other) {
        return equal(sha256(one), sha256(other));
    }

    private static String sha256(String text) {
        return Sha256.of(text.getBytes(StandardCharsets.UTF_8));
    }

    private static boolean equal(String one, String other) {
        return MessageDigest.isEqual(one.getBytes(StandardCharsets.UTF_8), other.getBytes(StandardCharsets.UTF_8));
    }

    /** Says nothing but whose it is. */
    @Override
    public String toString() {
        return "the secret of key " + id;
    }
}
