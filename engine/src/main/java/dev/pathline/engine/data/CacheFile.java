package dev.pathline.engine.data;

import dev.pathline.engine.data.images.ImageTarget;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The format of a file of decoded images: a head of 64 bytes, the images, a label for each, the names of rejected files
 * as lines of text, and the data set's hash. All numbers are big-endian.
 */
final class CacheFile {

    /** Where the images begin. */
    static final int HEAD = 64;

    private static final long MAGIC = 0x504C494D47533031L;
    private static final int HASH = 64;
    private static final int MAX_TEXT = 1 << 20;
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

    private CacheFile() {}

    /**
     * Writes what comes behind the images, then the head.
     *
     * @param channel has the images behind the head, and is at their end
     */
    static void finish(FileChannel channel, ImageTarget target, int[] labels, Rejected rejected, String hash)
            throws IOException {
        byte[] text = rejected.examples().stream().map(example -> example.replace('\n', ' ') + "\n")
                .collect(Collectors.joining()).getBytes(StandardCharsets.UTF_8);
        ByteBuffer tail = ByteBuffer.allocate(Integer.BYTES * labels.length + text.length + HASH);
        tail.asIntBuffer().put(labels);
        tail.position(Integer.BYTES * labels.length).put(text).put(hash.getBytes(StandardCharsets.US_ASCII)).flip();
        while (tail.hasRemaining()) {
            channel.write(tail);
        }
        ByteBuffer head = ByteBuffer.allocate(HEAD).putLong(MAGIC).putInt(labels.length).putInt(target.channels())
                .putInt(target.height()).putInt(target.width()).putInt(rejected.count()).putInt(text.length)
                .position(0);
        while (head.hasRemaining()) {
            channel.write(head, head.position());
        }
    }

    /** Reads a file, or nothing if it is missing or not whole: then it is written again. */
    static Optional<CachedImages> read(Path file, ImageTarget target) {
        if (!Files.isRegularFile(file)) {
            return Optional.empty();
        }
        MemorySegment bytes;
        try {
            bytes = MappedFiles.map(file);
        } catch (DataException e) {
            return Optional.empty();
        }
        if (bytes.byteSize() < HEAD + HASH || bytes.get(LONG, 0) != MAGIC || bytes.get(INT, 12) != target.channels()
                || bytes.get(INT, 16) != target.height() || bytes.get(INT, 20) != target.width()) {
            return Optional.empty();
        }
        long count = bytes.get(INT, 8);
        long text = bytes.get(INT, 28);
        long labelsAt = HEAD + count * target.bytes();
        long textAt = labelsAt + count * Integer.BYTES;
        if (count < 1 || text < 0 || text > MAX_TEXT || bytes.byteSize() != textAt + text + HASH) {
            return Optional.empty();
        }
        int[] labels = bytes.asSlice(labelsAt, count * Integer.BYTES).toArray(INT);
        var block = new ImageBlock(file.toString(), bytes, HEAD, target.bytes(), (int) count);
        var images = new ImageDataset(target.shape(), List.of(block), false, known(labels));
        String hash = text(bytes, textAt + text, HASH);
        List<String> examples = text(bytes, textAt, text).lines().toList();
        return images.sha256().equals(hash)
                ? Optional.of(new CachedImages(images, new Rejected(bytes.get(INT, 24), examples)))
                : Optional.empty();
    }

    /** The labels, or none if the first means that there are none. */
    static int[] known(int[] labels) {
        return labels[0] == Dataset.NO_LABEL ? new int[0] : labels;
    }

    private static String text(MemorySegment bytes, long at, long length) {
        return new String(bytes.asSlice(at, length).toArray(ValueLayout.JAVA_BYTE), StandardCharsets.UTF_8);
    }
}
