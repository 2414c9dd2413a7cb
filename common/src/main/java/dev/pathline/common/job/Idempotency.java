package dev.pathline.common.job;

/**
 * A client's promise that two requests are the same one.
 *
 * @param key the {@code Idempotency-Key} header
 * @param fingerprint a hash of the body, so that the same key with another body is noticed
 */
public record Idempotency(String key, String fingerprint) {}
