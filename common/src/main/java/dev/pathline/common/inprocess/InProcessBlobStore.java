package dev.pathline.common.inprocess;

import dev.pathline.common.port.BlobKeyRules;
import dev.pathline.common.port.BlobStore;
import java.time.Clock;
import java.time.Instant;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/** Blobs in memory; when they exceed the bound, the oldest go. */
public final class InProcessBlobStore implements BlobStore {

    /** Oldest first: a blob that is stored again moves to the end. */
    private final Map<String, Blob> blobs = new LinkedHashMap<>();
    private final long maxBytes;
    private final Clock clock;
    private long bytes;

    /**
     * An empty store.
     *
     * @param maxBytes how much it keeps, positive
     */
    public InProcessBlobStore(long maxBytes, Clock clock) {
        this.maxBytes = maxBytes;
        this.clock = clock;
    }

    @Override
    public long maxBytes() {
        return maxBytes;
    }

    @Override
    public synchronized void put(String key, byte[] content) {
        BlobKeyRules.requireKey(key);
        Blob old = blobs.remove(key);
        bytes -= old == null ? 0 : old.content().length;
        blobs.put(key, new Blob(content.clone(), clock.instant()));
        bytes += content.length;
        while (bytes > maxBytes && removeIf(entry -> true, 1) > 0) {
            // the oldest is gone
        }
    }

    @Override
    public synchronized Optional<byte[]> get(String key) {
        return Optional.ofNullable(blobs.get(BlobKeyRules.requireKey(key))).map(blob -> blob.content().clone());
    }

    @Override
    public synchronized int deleteAll(String prefix) {
        BlobKeyRules.requirePrefix(prefix);
        return removeIf(entry -> entry.getKey().startsWith(prefix), Integer.MAX_VALUE);
    }

    @Override
    public synchronized int deleteOlderThan(Instant time) {
        return removeIf(entry -> entry.getValue().storedAt().isBefore(time), Integer.MAX_VALUE);
    }

    private int removeIf(Predicate<Map.Entry<String, Blob>> condition, int atMost) {
        int removed = 0;
        for (Iterator<Map.Entry<String, Blob>> all = blobs.entrySet().iterator(); all.hasNext() && removed < atMost;) {
            Map.Entry<String, Blob> entry = all.next();
            if (condition.test(entry)) {
                bytes -= entry.getValue().content().length;
                all.remove();
                removed++;
            }
        }
        return removed;
    }

    @SuppressWarnings("ArrayRecordComponent") // never compared, never handed out without a copy
    private record Blob(byte[] content, Instant storedAt) {}
}
