package dev.pathline.engine.checkpoint;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import java.util.TreeMap;

/**
 * The safetensors format: eight bytes of header length, a JSON header, then the tensors' bytes, row-major and
 * little-endian.
 *
 * <p>A file is data from anywhere, so the reader checks the header's length, every type, shape and range before it
 * allocates, and accepts neither overlaps nor holes. A file whose tensors are larger than the heap is refused. NaN and
 * infinity are numbers like others here.
 *
 * @param tensors the tensors by name
 * @param metadata the header's free text
 */
public record Safetensors(SequencedMap<String, TensorData> tensors, Map<String, String> metadata) {

    private static final int PIECE_BYTES = 1 << 20;

    /**
     * Reads a file.
     *
     * @throws CheckpointException if the file cannot be read or is not whole and sound; the message says where
     */
    public static Safetensors read(Path file) {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            SafetensorsHeader header = SafetensorsHeader.read(channel);
            header.requireMemory(Runtime.getRuntime().maxMemory());
            var tensors = new LinkedHashMap<String, TensorData>();
            for (SafetensorsHeader.Entry entry : header.entries()) {
                tensors.put(entry.name(), new TensorData(entry.shape(), values(channel, header, entry)));
            }
            return new Safetensors(tensors, header.metadata());
        } catch (IOException e) {
            throw new CheckpointException(file + " cannot be read: " + e.getMessage(), e);
        } catch (IllegalArgumentException e) {
            throw new CheckpointException(file + " is not a usable safetensors file: " + e.getMessage(), e);
        } catch (OutOfMemoryError e) {
            // The heap may hold the tensors, but not beside what is in it now; the failed array left nothing behind.
            throw new CheckpointException(file + " cannot be read: its tensors do not fit into the Java heap now", e);
        }
    }

    private static float[] values(FileChannel channel, SafetensorsHeader header, SafetensorsHeader.Entry entry)
            throws IOException {
        int width = entry.type().bytes();
        float[] values = new float[Math.toIntExact((entry.end() - entry.begin()) / width)];
        // In pieces: the bytes of a tensor need not lie in memory beside its values.
        ByteBuffer piece = ByteBuffer.allocate(PIECE_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < values.length;) {
            piece.clear().limit(Math.min(PIECE_BYTES / width, values.length - i) * width);
            SafetensorsHeader.readFully(channel, piece, header.dataStart() + entry.begin() + (long) i * width);
            while (piece.hasRemaining()) {
                values[i++] = entry.type().read(piece);
            }
        }
        return values;
    }

    /**
     * Writes a file: keys sorted, header padded to eight bytes. The file appears whole or not at all: it is written
     * beside its place, forced to disk and moved.
     *
     * @param type how tensors are stored; one that has a value which would become infinite in it is stored as float32
     * @throws UncheckedIOException if the disk is full or not writable
     */
    public static void write(Path file, Map<String, TensorData> tensors, StoredType type,
            Map<String, String> metadata) {
        var sorted = new TreeMap<>(tensors);
        byte[] header = SafetensorsHeader.json(sorted, type, metadata).getBytes(StandardCharsets.UTF_8);
        try {
            AtomicFiles.write(file, channel -> {
                ByteBuffer length = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(header.length).flip();
                writeFully(channel, length);
                writeFully(channel, ByteBuffer.wrap(header));
                for (TensorData tensor : sorted.values()) {
                    StoredType stored = type.holding(tensor.values());
                    ByteBuffer bytes = ByteBuffer.allocate(tensor.values().length * stored.bytes())
                            .order(ByteOrder.LITTLE_ENDIAN);
                    for (float value : tensor.values()) {
                        stored.write(bytes, value);
                    }
                    writeFully(channel, bytes.flip());
                }
            });
        } catch (IOException e) {
            throw new UncheckedIOException(file + " cannot be written: " + e.getMessage(), e);
        }
    }

    static void writeFully(FileChannel channel, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }
}
