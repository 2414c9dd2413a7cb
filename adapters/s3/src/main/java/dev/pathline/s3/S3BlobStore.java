package dev.pathline.s3;

import dev.pathline.common.port.BlobKeyRules;
import dev.pathline.common.port.BlobStore;
import dev.pathline.common.port.PortUnavailableException;
import dev.pathline.s3.S3Objects.Listed;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** Blobs in a bucket, below its prefix, one object each. Ages are by the server's clock, to the second. */
public final class S3BlobStore implements BlobStore, AutoCloseable {

    /** What an image may have: a float array of 64 million numbers. */
    private static final int MAX_BYTES = 1 << 28;

    private final S3Objects objects;

    /**
     * The blobs in a bucket.
     *
     * @param settings of which those of copies and of conditional writes do not matter
     */
    public S3BlobStore(S3Settings settings) {
        this.objects = new S3Objects(settings);
    }

    @Override
    public void put(String key, byte[] bytes) {
        BlobKeyRules.requireKey(key);
        ask(() -> {
            objects.put(key, bytes);
            return true;
        });
    }

    @Override
    public Optional<byte[]> get(String key) {
        BlobKeyRules.requireKey(key);
        return ask(() -> objects.get(key, MAX_BYTES).map(S3Objects.Tagged::bytes));
    }

    @Override
    public int deleteAll(String prefix) {
        return delete(BlobKeyRules.requirePrefix(prefix), one -> true);
    }

    @Override
    public int deleteOlderThan(Instant time) {
        return delete("", one -> one.modified().plusSeconds(1).isBefore(time));
    }

    private int delete(String folder, Predicate<Listed> which) {
        return ask(() -> {
            List<String> keys = objects.list(folder).stream().filter(which).map(Listed::key).toList();
            objects.deleteAll(keys);
            return keys.size();
        });
    }

    /** What cannot be had here is no model. */
    private static <T> T ask(Supplier<T> question) {
        try {
            return question.get();
        } catch (PortUnavailableException e) {
            throw new PortUnavailableException(String.valueOf(e.getMessage()), e);
        }
    }

    @Override
    public void close() {
        objects.close();
    }
}
