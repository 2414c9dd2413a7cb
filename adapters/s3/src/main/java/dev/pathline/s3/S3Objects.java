package dev.pathline.s3;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.retry.RetryMode;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3ClientBuilder;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;
import software.amazon.awssdk.services.s3.model.ObjectIdentifier;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.core.ResponseInputStream;

/**
 * The objects of a bucket, below the prefix. Writes that must not lose another's are conditional: S3 makes an object only if
 * there is none ({@code If-None-Match}), or replaces it only if it is still the one that was read ({@code If-Match}).
 */
final class S3Objects implements AutoCloseable {

    private static final int NOT_FOUND = 404;
    private static final int CONFLICT = 409;
    private static final int PRECONDITION_FAILED = 412;
    private static final int DELETED_AT_ONCE = 1000;
    private static final String WRITER = "pathline-writer";

    private final S3Settings settings;
    private final S3Errors errors;
    private final S3Client client;
    private final S3Uploads uploads;
    private boolean probed;

    /** What a listing says of an object; the key is relative to the prefix. */
    record Listed(String key, String etag, long bytes, Instant modified) {}

    /** An object that was read. */
    static final class Tagged {

        private final byte[] bytes;
        private final String etag;

        Tagged(byte[] bytes, String etag) {
            this.bytes = bytes;
            this.etag = etag;
        }

        /** Its content, not to be changed. */
        byte[] bytes() {
            return bytes;
        }

        /** The tag that a conditional write names. */
        String etag() {
            return etag;
        }
    }

    S3Objects(S3Settings settings) {
        this.settings = settings;
        this.errors = new S3Errors(settings);
        this.client = errors.telling(() -> client(settings));
        this.uploads = new S3Uploads(client, settings);
    }

    private static S3Client client(S3Settings settings) {
        S3Timeouts timeouts = settings.timeouts();
        S3ClientBuilder builder = S3Client.builder().forcePathStyle(settings.pathStyle())
                .httpClientBuilder(UrlConnectionHttpClient.builder().connectionTimeout(timeouts.connect())
                        .socketTimeout(timeouts.silence()))
                .overrideConfiguration(
                        override -> override.retryStrategy(RetryMode.STANDARD).apiCallTimeout(timeouts.call()));
        String region = settings.region();
        if (settings.endpoint() != null) {
            builder.endpointOverride(settings.endpoint());
            // Other servers than Amazon's have no regions, and the signature needs one.
            region = region != null || System.getenv("AWS_REGION") != null ? region : Region.US_EAST_1.id();
        }
        if (region != null) {
            builder.region(Region.of(region));
        }
        return builder.build();
    }

    /** Every object below a folder; {@code ""} for all. */
    List<Listed> list(String folder) {
        int skip = settings.key("").length();
        return errors.telling(() -> client
                .listObjectsV2Paginator(r -> r.bucket(settings.bucket()).prefix(settings.key(folder))).contents()
                .stream().map(object -> new Listed(object.key().substring(skip), object.eTag(), object.size(),
                        object.lastModified()))
                .toList());
    }

    /**
     * Reads a small object.
     *
     * @throws IllegalArgumentException if it is larger than {@code maxBytes}
     */
    Optional<Tagged> get(String key, int maxBytes) {
        try (ResponseInputStream<GetObjectResponse> in = client
                .getObject(r -> r.bucket(settings.bucket()).key(settings.key(key)))) {
            byte[] bytes = timed(in).readNBytes(maxBytes + 1);
            if (bytes.length > maxBytes) {
                in.abort();
                throw new IllegalArgumentException("it is larger than " + maxBytes + " bytes");
            }
            return Optional.of(new Tagged(bytes, in.response().eTag()));
        } catch (NoSuchKeyException e) {
            return Optional.empty();
        } catch (SdkException e) {
            throw errors.translate(e);
        } catch (IOException e) {
            throw errors.translate(SdkException.create("the answer broke off: " + e.getMessage(), e));
        }
    }

    /**
     * Opens an object.
     *
     * @throws NoSuchFileException if there is none
     */
    InputStream open(String key) throws NoSuchFileException {
        try {
            return timed(client.getObject(r -> r.bucket(settings.bucket()).key(settings.key(key))));
        } catch (NoSuchKeyException e) {
            throw new NoSuchFileException(settings.location() + "/" + key);
        } catch (SdkException e) {
            throw errors.translate(e);
        }
    }

    /** The SDK's own time-out ends with the head of an answer. */
    private InputStream timed(InputStream in) {
        return new TimedInput(in, settings.partBytes(), settings.timeouts().call(), System::nanoTime);
    }

    /** Writes an object, whatever was there. */
    void put(String key, byte[] bytes) {
        errors.telling(() -> client.putObject(r -> r.bucket(settings.bucket()).key(settings.key(key)),
                RequestBody.fromBytes(bytes)));
    }

    /** Uploads a file, in parts if it is large. */
    void put(String key, Path file) throws IOException {
        long bytes = Files.size(file);
        errors.telling(() -> {
            uploads.put(settings.key(key), file, bytes);
            return true;
        });
    }

    /**
     * Makes an object, or replaces exactly the one that was read.
     *
     * @param expected the tag of what was read; null if there was nothing
     * @return the new tag; empty, and nothing is changed, if the object is another by now
     */
    Optional<String> swap(String key, byte[] bytes, @Nullable String expected) {
        return settings.conditionalWrites()
                ? conditional(key, bytes, expected)
                : unconditional(key, bytes, expected);
    }

    private Optional<String> conditional(String key, byte[] bytes, @Nullable String expected) {
        requireConditions();
        return attempt(key, bytes, expected);
    }

    private Optional<String> attempt(String key, byte[] bytes, @Nullable String expected) {
        String writer = UUID.randomUUID().toString();
        PutObjectRequest.Builder request = PutObjectRequest.builder().bucket(settings.bucket())
                .key(settings.key(key)).metadata(Map.of(WRITER, writer));
        try {
            return Optional.of(client.putObject(
                    (expected == null ? request.ifNoneMatch("*") : request.ifMatch(expected)).build(),
                    RequestBody.fromBytes(bytes)).eTag());
        } catch (S3Exception e) {
            return switch (e.statusCode()) {
                // The SDK repeats a request whose answer was lost: then it is our own object that stands in the way.
                case PRECONDITION_FAILED, CONFLICT -> ifMine(key, writer);
                case NOT_FOUND ->
                    expected != null && !(e instanceof software.amazon.awssdk.services.s3.model.NoSuchBucketException)
                            ? Optional.empty()
                            : refuse(e);
                default -> refuse(e);
            };
        } catch (SdkException e) {
            throw errors.translate(e);
        }
    }

    private Optional<String> refuse(S3Exception e) {
        throw errors.translate(e);
    }

    private Optional<String> ifMine(String key, String writer) {
        try {
            var head = client.headObject(r -> r.bucket(settings.bucket()).key(settings.key(key)));
            return writer.equals(head.metadata().get(WRITER)) ? Optional.of(head.eTag()) : Optional.empty();
        } catch (NoSuchKeyException e) {
            return Optional.empty();
        } catch (SdkException e) {
            throw errors.translate(e);
        }
    }

    /** For a server without conditions: right as long as this process alone writes. */
    private synchronized Optional<String> unconditional(String key, byte[] bytes, @Nullable String expected) {
        String actual = errors.telling(() -> {
            try {
                return Optional.of(
                        client.headObject(r -> r.bucket(settings.bucket()).key(settings.key(key))).eTag());
            } catch (NoSuchKeyException e) {
                return Optional.<String>empty();
            }
        }).orElse(null);
        if (expected == null ? actual != null : !expected.equals(actual)) {
            return Optional.empty();
        }
        return Optional.of(errors.telling(() -> client.putObject(
                r -> r.bucket(settings.bucket()).key(settings.key(key)), RequestBody.fromBytes(bytes)).eTag()));
    }

    /** Some servers take the conditions and ignore them; then two writers would overwrite one another. */
    synchronized void requireConditions() {
        if (probed || !settings.conditionalWrites()) {
            return;
        }
        String key = ".probes/" + UUID.randomUUID();
        boolean kept = attempt(key, new byte[]{1}, null).isPresent() && attempt(key, new byte[]{2}, null).isEmpty();
        delete(key);
        if (!kept) {
            throw new IllegalStateException("the server of " + settings.location() + " ignores If-None-Match, so two"
                    + " writers could overwrite one another: use a newer one, or say conditional-writes=false and let"
                    + " one process alone write");
        }
        probed = true;
    }

    /** Deletes an object, if it is there. */
    void delete(String key) {
        errors.telling(() -> client.deleteObject(r -> r.bucket(settings.bucket()).key(settings.key(key))));
    }

    /** Deletes objects, those that are there. */
    void deleteAll(List<String> keys) {
        for (int from = 0; from < keys.size(); from += DELETED_AT_ONCE) {
            List<ObjectIdentifier> some = keys.subList(from, Math.min(keys.size(), from + DELETED_AT_ONCE)).stream()
                    .map(key -> ObjectIdentifier.builder().key(settings.key(key)).build()).toList();
            errors.telling(() -> client
                    .deleteObjects(r -> r.bucket(settings.bucket()).delete(d -> d.objects(some).quiet(true))));
        }
    }

    /** Gives up uploads in parts that began before a time and never ended; their parts cost money. */
    int abortUploads(Instant before) {
        return errors.telling(() -> uploads.abort(settings.key(""), before));
    }

    @Override
    public void close() {
        client.close();
    }
}
