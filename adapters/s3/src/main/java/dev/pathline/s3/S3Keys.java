package dev.pathline.s3;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * A bucket in the configuration of an application; see {@link S3Settings}.
 *
 * @param bucket its name
 * @param prefix the folder in it
 * @param region the region; empty for what the environment says
 * @param endpoint the server; empty for Amazon's, or what the environment says
 * @param pathStyle whether the bucket is in the path of the URL
 * @param conditionalWrites whether the server keeps {@code If-Match} and {@code If-None-Match}
 * @param cache the folder of local copies
 * @param cacheSize how much they may take
 * @param refresh how soon a new version or a moved alias is seen
 * @param connectTimeout how long a connection may take
 * @param silenceTimeout how long the server may be silent in the middle of an answer
 * @param callTimeout how long a call may take with all its repetitions, and each part of a file
 */
public record S3Keys(
        @DefaultValue("") String bucket,
        @DefaultValue("") String prefix,
        @DefaultValue("") String region,
        @DefaultValue("") String endpoint,
        @DefaultValue("false") boolean pathStyle,
        @DefaultValue("true") boolean conditionalWrites,
        @DefaultValue("cache/models") Path cache,
        @DefaultValue("20GB") DataSize cacheSize,
        @DefaultValue("5s") Duration refresh,
        @DefaultValue("5s") Duration connectTimeout,
        @DefaultValue("20s") Duration silenceTimeout,
        @DefaultValue("2m") Duration callTimeout) {

    /**
     * Checks the settings.
     *
     * @param key under which they stand in the configuration
     * @throws IllegalArgumentException if one cannot be right; the message names the key and says what would be
     */
    public void check(String key) {
        try {
            Objects.requireNonNull(settings());
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(key + ": " + e.getMessage() + ".", e);
        }
    }

    /**
     * Returns the settings.
     *
     * @throws IllegalArgumentException if one cannot be right; the message says what would be
     */
    public S3Settings settings() {
        return new S3Settings(bucket, prefix, region.isEmpty() ? null : region,
                endpoint.isEmpty() ? null : URI.create(endpoint), pathStyle, conditionalWrites, cache,
                cacheSize.toBytes(), refresh, S3Settings.PART_BYTES,
                new S3Timeouts(connectTimeout, silenceTimeout, callTimeout));
    }
}
