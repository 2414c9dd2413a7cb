package dev.pathline.common.port;

import java.time.Instant;
import java.util.Optional;

/**
 * Files by key. Every method may throw {@link PortUnavailableException}: a disk that is full, a bucket that is away. A key is one to six segments of {@code [A-Za-z0-9_.-]}, none of them {@code .} or {@code ..}, joined by
 * slashes; anything else is an {@link IllegalArgumentException}.
 */
public interface BlobStore {

    /** How many bytes are kept at most: storing more forgets what is there. {@link Long#MAX_VALUE} for a store without a bound. */
    default long maxBytes() {
        return Long.MAX_VALUE;
    }

    /** Stores bytes; readers see the old bytes or the new ones, never a mixture. The array is copied or not kept. */
    void put(String key, byte[] bytes);

    /** Returns the bytes (the caller's own copy), or empty. */
    Optional<byte[]> get(String key);

    /**
     * Deletes every blob whose key starts with a prefix.
     *
     * @param prefix one or more whole segments, ending in a slash
     * @return how many there were
     */
    int deleteAll(String prefix);

    /** Deletes blobs that were stored before a time, whosever they are. Returns how many there were. */
    int deleteOlderThan(Instant time);
}
