package dev.pathline.engine.checkpoint;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * The header of a safetensors file, checked against the file's size.
 *
 * @param entries the tensors in the order of their bytes
 * @param metadata free text
 * @param dataStart where the tensors' bytes begin in the file
 */
record SafetensorsHeader(List<Entry> entries, Map<String, String> metadata, long dataStart) {

    /** The reference implementation's limit. */
    static final int MAX_HEADER_BYTES = 100_000_000;

    private static final String CUT = ": the file may be cut short by a download or a copy that did not end";

    /** One tensor: a range of bytes after the header. */
    record Entry(String name, StoredType type, List<Integer> shape, long begin, long end) {}

    static SafetensorsHeader read(FileChannel channel) throws IOException {
        long size = channel.size();
        long headerBytes = headerBytes(channel, size);
        var content = HeaderJson.read(new FileRange(channel, 8, 8 + headerBytes));
        long dataBytes = size - 8 - headerBytes;
        requireWhole(content.tensors(), dataBytes);
        var entries = new ArrayList<Entry>();
        for (HeaderJson.Tensor tensor : content.tensors()) {
            entries.add(entry(tensor, dataBytes));
        }
        entries.sort(Comparator.comparingLong(Entry::begin).thenComparingLong(Entry::end));
        long expected = 0;
        for (Entry entry : entries) {
            require(entry.begin() == expected, "tensor " + HeaderJson.quoted(entry.name()) + " begins at byte "
                    + entry.begin() + " where " + expected + " was expected: ranges overlap or leave a hole");
            expected = entry.end();
        }
        require(expected == dataBytes, "its tensors end at byte " + expected + " of " + dataBytes);
        return new SafetensorsHeader(List.copyOf(entries), content.metadata(), 8 + headerBytes);
    }

    private static long headerBytes(FileChannel channel, long size) throws IOException {
        ByteBuffer length = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
        if (size >= 8) {
            readFully(channel, length, 0);
        }
        long claimed = size < 8 ? 0 : length.getLong();
        boolean possible = claimed >= 2 && claimed <= MAX_HEADER_BYTES;
        if (possible && claimed <= size - 8) {
            return claimed;
        }
        boolean cut = possible && (size == 8 || begins(channel, '{'));
        Optional<String> other = cut ? Optional.empty() : Lookalike.of(channel);
        if (other.isPresent()) {
            throw new IllegalArgumentException("it is " + other.get());
        }
        require(size >= 8, "it has " + size + " bytes, fewer than the 8 of the header's length");
        throw new IllegalArgumentException(
                "its header claims " + Long.toUnsignedString(claimed) + " bytes in a file of "
                        + size + (cut ? CUT : ""));
    }

    /** Whether what follows the header's length is this character. */
    private static boolean begins(FileChannel channel, char character) throws IOException {
        ByteBuffer one = ByteBuffer.allocate(1);
        readFully(channel, one, 8);
        return one.get() == character;
    }

    /** A file whose end is missing is more often cut short than wrong. */
    private static void requireWhole(List<HeaderJson.Tensor> tensors, long dataBytes) {
        for (HeaderJson.Tensor tensor : tensors) {
            long end = tensor.offsets().get(1);
            require(end <= dataBytes, "tensor " + HeaderJson.quoted(tensor.name()) + " claims bytes "
                    + tensor.offsets().get(0) + " to " + end + " of " + dataBytes + CUT);
        }
    }

    /**
     * Checks that the tensors, as float32, are no larger than {@code heapBytes}.
     *
     * @throws IllegalArgumentException if they are
     */
    void requireMemory(long heapBytes) {
        long needed = entries.stream().mapToLong(e -> (e.end() - e.begin()) / e.type().bytes() * Float.BYTES).sum();
        require(needed <= heapBytes,
                "its tensors take " + (needed >> 20) + " MiB in memory, and the Java heap may have "
                        + (heapBytes >> 20) + " MiB (-Xmx)");
    }

    private static Entry entry(HeaderJson.Tensor tensor, long dataBytes) {
        String where = "tensor " + HeaderJson.quoted(tensor.name()) + " ";
        StoredType type;
        try {
            type = StoredType.valueOf(tensor.dtype());
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    where + "has dtype " + HeaderJson.quoted(tensor.dtype()) + "; weights are F32, F16 or BF16", e);
        }
        long begin = tensor.offsets().get(0);
        long end = tensor.offsets().get(1);
        require(begin >= 0 && begin <= end && end <= dataBytes,
                where + "claims bytes " + begin + " to " + end + " of " + dataBytes);
        require(end - begin <= Integer.MAX_VALUE - 16, where + "is larger than 2 GiB");
        long size = type.bytes();
        var shape = new ArrayList<Integer>();
        for (long d : tensor.shape()) {
            require(d >= 0 && d <= Integer.MAX_VALUE, where + "has a dimension of " + d);
            shape.add((int) d);
            // Bounded at every step, so the product cannot overflow.
            require(d == 0 || size <= Integer.MAX_VALUE / d, where + "has more elements than bytes");
            size *= d;
        }
        require(size == end - begin,
                where + "has " + (end - begin) + " bytes where its shape " + shape + " needs " + size);
        return new Entry(tensor.name(), type, List.copyOf(shape), begin, end);
    }

    /** Returns the header of a file to be written, padded with spaces so that the data begins at a multiple of 8. */
    static String json(SortedMap<String, TensorData> tensors, StoredType type, Map<String, String> metadata) {
        var entries = new ArrayList<Entry>();
        tensors.forEach((name, tensor) -> {
            StoredType stored = type.holding(tensor.values());
            entries.add(new Entry(name, stored, tensor.shape(), 0, (long) tensor.values().length * stored.bytes()));
        });
        return json(entries, metadata);
    }

    /**
     * Returns the header of a file that holds tensors one after the other, whatever their places were before, padded
     * likewise.
     */
    static String json(List<Entry> tensors, Map<String, String> metadata) {
        ObjectNode root = JsonMapper.shared().createObjectNode();
        ObjectNode meta = root.putObject("__metadata__");
        meta.put("format", "pt");
        new TreeMap<>(metadata).forEach(meta::put);
        long offset = 0;
        for (Entry tensor : tensors) {
            long end = offset + tensor.end() - tensor.begin();
            ObjectNode entry = root.putObject(tensor.name());
            entry.put("dtype", tensor.type().name());
            tensor.shape().forEach(entry.putArray("shape")::add);
            entry.putArray("data_offsets").add(offset).add(end);
            offset = end;
        }
        String json = root.toString();
        int bytes = json.getBytes(StandardCharsets.UTF_8).length;
        return json + " ".repeat((8 - bytes % 8) % 8);
    }

    static void readFully(FileChannel channel, ByteBuffer target, long position) throws IOException {
        long at = position;
        while (target.hasRemaining()) {
            int n = channel.read(target, at);
            if (n < 0) {
                throw new EOFException("it ends at byte " + at);
            }
            at += n;
        }
        target.flip();
    }

    private static void require(boolean condition, String message) {
        if (!condition) {
            throw new IllegalArgumentException(message);
        }
    }
}
