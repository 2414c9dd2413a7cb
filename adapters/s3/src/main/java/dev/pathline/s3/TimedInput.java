package dev.pathline.s3;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.function.LongSupplier;

/** A stream of which every so many bytes must come within a time; whoever reads from one that is slower is told. */
final class TimedInput extends FilterInputStream {

    private final long block;
    private final Duration time;
    private final LongSupplier nanoTime;
    private long since;
    private long bytes;

    /**
     * A stream whose time runs from now on.
     *
     * @param block how many bytes
     * @param time within which they must come
     */
    TimedInput(InputStream in, long block, Duration time, LongSupplier nanoTime) {
        super(in);
        this.block = block;
        this.time = time;
        this.nanoTime = nanoTime;
        this.since = nanoTime.getAsLong();
    }

    @Override
    public int read() throws IOException {
        int value = in.read();
        count(value < 0 ? -1 : 1);
        return value;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        int count = in.read(buffer, offset, length);
        count(count);
        return count;
    }

    private void count(int count) throws IOException {
        if (count < 0) {
            return;
        }
        bytes += count;
        if (nanoTime.getAsLong() - since > time.toNanos()) {
            throw new SocketTimeoutException(
                    bytes + " bytes in more than " + time.toSeconds() + " s: the server is too slow");
        }
        if (bytes >= block) {
            bytes = 0;
            since = nanoTime.getAsLong();
        }
    }

    @Override
    public boolean markSupported() {
        return false;
    }
}
