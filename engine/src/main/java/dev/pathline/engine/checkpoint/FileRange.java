package dev.pathline.engine.checkpoint;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/** A range of a file as a stream. It moves nothing in the channel, which stays open. */
final class FileRange extends InputStream {

    private final FileChannel channel;
    private final long end;
    private long at;

    FileRange(FileChannel channel, long begin, long end) {
        this.channel = channel;
        this.at = begin;
        this.end = end;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        if (at >= end) {
            return -1;
        }
        int n = channel.read(ByteBuffer.wrap(target, offset, (int) Math.min(length, end - at)), at);
        at += Math.max(n, 0);
        return n;
    }
}
