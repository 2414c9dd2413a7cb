package dev.pathline.s3;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where the bucket is, and how it is used. Credentials are found as every AWS tool finds them: environment variables,
 * profiles, the role of a container or a machine.
 *
 * @param bucket the bucket's name
 * @param prefix the folder in it, without slashes at its ends; empty for the whole bucket
 * @param region the region; null for what the environment says ({@code AWS_REGION})
 * @param endpoint the server, where it is not Amazon's; null for what the environment says ({@code AWS_ENDPOINT_URL_S3})
 * @param pathStyle whether the bucket is in the path of the URL, not in the host's name: most other servers want that
 * @param conditionalWrites whether the server keeps {@code If-Match} and {@code If-None-Match}; without them one process
 *        alone may write
 * @param cache the folder of local copies
 * @param cacheBytes how much they may take
 * @param maxAge how old an answer may be
 * @param partBytes the size from which a file is uploaded in parts, and that of a part
 * @param timeouts how long the server is waited for
 */
public record S3Settings(
        String bucket,
        String prefix,
        @Nullable String region,
        @Nullable URI endpoint,
        boolean pathStyle,
        boolean conditionalWrites,
        Path cache,
        long cacheBytes,
        Duration maxAge,
        long partBytes,
        S3Timeouts timeouts) {

    /** How much local copies may take if nobody says. */
    public static final long CACHE_BYTES = 20L << 30;

    /** A part's size if nobody says; S3 takes parts from 5 MiB on. */
    public static final long PART_BYTES = 16L << 20;

    private static final Pattern LOCATION = Pattern.compile("s3://([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:/(.*))?");
    private static final Pattern BUCKET = Pattern.compile("[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]");
    private static final Pattern PREFIX = Pattern
            .compile("|[A-Za-z0-9][A-Za-z0-9._-]*(?:/[A-Za-z0-9][A-Za-z0-9._-]*)*");

    /** Settings with the usual time-outs. */
    public S3Settings(String bucket, String prefix, @Nullable String region, @Nullable URI endpoint, boolean pathStyle,
            boolean conditionalWrites, Path cache, long cacheBytes, Duration maxAge, long partBytes) {
        this(bucket, prefix, region, endpoint, pathStyle, conditionalWrites, cache, cacheBytes, maxAge, partBytes,
                S3Timeouts.DEFAULT);
    }

    /**
     * Checks the names.
     *
     * @throws IllegalArgumentException if one cannot be right; the message says what would be
     */
    public S3Settings {
        if (!BUCKET.matcher(bucket).matches()) {
            throw new IllegalArgumentException("'" + bucket + "' is not a bucket's name: 3 to 63 small letters, digits,"
                    + " dots and dashes");
        }
        prefix = prefix.replaceAll("^/+|/+$", "");
        if (!PREFIX.matcher(prefix).matches()) {
            throw new IllegalArgumentException(
                    "'" + prefix + "' is not a prefix: names of letters, digits, dots, dashes"
                            + " and underscores, separated by slashes");
        }
        if (cacheBytes < 1 || partBytes < 1 || maxAge.isNegative()) {
            throw new IllegalArgumentException(
                    "the sizes of cache and parts must be more than 0, the age not negative");
        }
    }

    /** Whether a place is meant as one in S3. */
    public static boolean isLocation(String location) {
        return location.startsWith("s3:");
    }

    /**
     * Settings of {@code s3://BUCKET} or {@code s3://BUCKET/PREFIX}, everything else as the environment says.
     *
     * @param environmentEndpoint the server that the environment names, or null: then the path's style is used
     */
    public static S3Settings of(String location, @Nullable String environmentEndpoint, Path cache, Duration maxAge) {
        Matcher matcher = LOCATION.matcher(location);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("'" + location + "' is not a place in S3, such as s3://bucket/prefix");
        }
        String prefix = matcher.group(2);
        return new S3Settings(matcher.group(1), prefix == null ? "" : prefix, null,
                environmentEndpoint == null ? null : URI.create(environmentEndpoint), environmentEndpoint != null, true,
                cache, CACHE_BYTES, maxAge, PART_BYTES);
    }

    /** The place, {@code s3://BUCKET/PREFIX}. */
    public String location() {
        return "s3://" + bucket + (prefix.isEmpty() ? "" : "/" + prefix);
    }

    /** The key of something below the prefix. */
    String key(String path) {
        return prefix.isEmpty() ? path : prefix + "/" + path;
    }
}
