package dev.pathline.engine.checkpoint;

import dev.pathline.engine.graph.Network;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The weights of a network where they lie, of which only the headers were read. They are copied byte by byte: each tensor
 * keeps the type it is stored in.
 *
 * <p>A single file whose tensors have the network's names and shapes is copied as it is. Shards, and files with the names
 * that attention had before diffusers 0.17, are written as one file with the keys sorted. Memory is a buffer's, whatever
 * the size of the file.
 */
public final class StoredWeights {

    private static final int BUFFER = 1 << 20;

    /** Attention's names of old; a 1x1 convolution of that time holds the same numbers as the linear layer. */
    private static final Map<String, String> LEGACY = Map.of("query", "to_q", "key", "to_k", "value", "to_v",
            "proj_attn", "to_out.0");

    private record Source(Path file, long dataStart, SafetensorsHeader.Entry entry) {}

    private final WeightFiles where;
    private final List<Path> files;
    private final SortedMap<String, Source> tensors;
    private final boolean asTheyAre;

    private StoredWeights(WeightFiles where, SortedMap<String, Source> tensors, boolean asTheyAre) {
        this.where = where;
        this.files = where.files();
        this.tensors = tensors;
        this.asTheyAre = asTheyAre;
    }

    /**
     * Reads the headers and holds them against the network.
     *
     * @throws CheckpointException if a file is not sound, an index is not true, or a tensor is missing, has another shape,
     *         or is one that the network lacks; the message names the first
     */
    public static StoredWeights open(WeightFiles where, Network network) {
        var shapes = new HashMap<String, List<Integer>>();
        network.parameters().forEach(parameter -> shapes.put(parameter.name(), parameter.shape()));
        var tensors = new TreeMap<String, Source>();
        boolean same = where.index() == null;
        for (Path file : where.files()) {
            SafetensorsHeader header = header(file);
            for (SafetensorsHeader.Entry entry : header.entries()) {
                requireMapped(where, file, entry.name());
                SafetensorsHeader.Entry fitting = modern(entry, shapes);
                same &= fitting.equals(entry);
                Source earlier = tensors.put(fitting.name(), new Source(file, header.dataStart(), fitting));
                if (earlier != null) {
                    throw new CheckpointException(file + " has the tensor " + entry.name() + ", which "
                            + earlier.file() + " has as well");
                }
            }
        }
        for (String name : new TreeSet<>(where.shards().keySet())) {
            if (!tensors.containsKey(name) && !tensors.containsKey(modern(name, shapes))) {
                throw new CheckpointException(where.shards().get(name) + " lacks the tensor " + name
                        + ", which weight_map of " + where.index() + " says it has");
            }
        }
        requireFit(where.index() == null ? where.files().getFirst() : where.index(), network, tensors);
        return new StoredWeights(where, tensors, same);
    }

    /**
     * Reads the header of one file whose tensors have the names of today.
     *
     * @throws CheckpointException as {@link #open}
     */
    static StoredWeights of(Path file, Network network) {
        SafetensorsHeader header = header(file);
        var tensors = new TreeMap<String, Source>();
        header.entries().forEach(entry -> tensors.put(entry.name(), new Source(file, header.dataStart(), entry)));
        requireFit(file, network, tensors);
        return new StoredWeights(WeightFiles.of(file), tensors, true);
    }

    private static SafetensorsHeader header(Path file) {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            return SafetensorsHeader.read(channel);
        } catch (IOException e) {
            throw new CheckpointException(file + " cannot be read: " + e.getMessage(), e);
        } catch (IllegalArgumentException e) {
            throw new CheckpointException(file + " is not a usable safetensors file: " + e.getMessage(), e);
        }
    }

    private static void requireMapped(WeightFiles where, Path file, String name) {
        @Nullable
        Path mapped = where.shards().get(name);
        if (where.index() != null && !file.equals(mapped)) {
            throw new CheckpointException(file + " has the tensor " + name + ", which weight_map of " + where.index()
                    + (mapped == null ? " lacks" : " says is in " + mapped.getFileName()));
        }
    }

    private static SafetensorsHeader.Entry modern(SafetensorsHeader.Entry entry, Map<String, List<Integer>> shapes) {
        String name = modern(entry.name(), shapes);
        List<Integer> shape = entry.shape();
        List<Integer> wanted = shapes.getOrDefault(name, shape);
        if (!name.equals(entry.name()) && shape.size() == 4 && wanted.size() == 2 && shape.subList(0, 2).equals(wanted)
                && shape.subList(2, 4).equals(List.of(1, 1))) {
            shape = wanted;
        }
        return new SafetensorsHeader.Entry(name, entry.type(), shape, entry.begin(), entry.end());
    }

    private static String modern(String name, Map<String, List<Integer>> shapes) {
        if (shapes.containsKey(name)) {
            return name;
        }
        int end = name.lastIndexOf('.');
        int begin = name.lastIndexOf('.', Math.max(end - 1, 0)) + 1;
        String renamed = LEGACY.get(name.substring(Math.min(begin, Math.max(end, 0)), Math.max(end, 0)));
        String modern = name.substring(0, begin) + renamed + name.substring(Math.max(end, 0));
        return renamed != null && shapes.containsKey(modern) ? modern : name;
    }

    private static void requireFit(Path file, Network network, SortedMap<String, Source> tensors) {
        var shapes = new HashMap<String, List<Integer>>();
        tensors.forEach((name, source) -> shapes.put(name, source.entry().shape()));
        Checkpoint.requireShapes(file, network, shapes);
    }

    /** Returns what there is to know about which files were taken, in a sentence. */
    public Optional<String> remark() {
        if (where.leftOut() == null) {
            return Optional.empty();
        }
        return Optional.of(where.leftOut() + " was left out: " + (where.index() == null
                ? "no index says what is in it, and " + files.getFirst()
                        + " has all weights; if the shards are the newer"
                        + " ones, fetch their index"
                : where.index() + " is beside it, and its weights were taken, as diffusers does"));
    }

    /** Returns the number of bytes that a copy has, but for a header. */
    public long bytes() {
        return tensors.values().stream().mapToLong(source -> source.entry().end() - source.entry().begin()).sum();
    }

    /** Returns how many tensors are stored in which type, for people. */
    public Map<StoredType, Long> types() {
        var types = new TreeMap<StoredType, Long>();
        tensors.values().forEach(source -> types.merge(source.entry().type(), 1L, Long::sum));
        return types;
    }

    /**
     * Reads every weight.
     *
     * @throws IOException if a file cannot be read
     * @throws CheckpointException if one is a NaN or an infinity; the message names its tensor
     */
    void requireFinite() throws IOException {
        var pieces = new Pieces(bytes -> {
        });
        for (Source source : tensors.values()) {
            pieces.tensor(source, null);
        }
    }

    /**
     * Writes one file. It appears whole or not at all.
     *
     * @param progress hears how many bytes of tensors are written, now and then
     * @throws IOException if a file cannot be read, or the disk is full or not writable
     * @throws CheckpointException if a weight is a NaN or an infinity; the message names its tensor
     */
    public void copyTo(Path target, LongConsumer progress) throws IOException {
        var pieces = new Pieces(progress);
        AtomicFiles.write(target, channel -> {
            List<Source> sources = new ArrayList<>(tensors.values());
            if (asTheyAre) {
                Path file = files.getFirst();
                pieces.range(file, 0, sources.isEmpty() ? Files.size(file) : sources.getFirst().dataStart(), channel);
                sources.sort(Comparator.comparingLong(source -> source.entry().begin()));
            } else {
                var entries = new ArrayList<SafetensorsHeader.Entry>();
                sources.forEach(source -> entries.add(source.entry()));
                byte[] header = SafetensorsHeader.json(entries, Map.of()).getBytes(StandardCharsets.UTF_8);
                Safetensors.writeFully(channel, ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN)
                        .putLong(header.length).flip());
                Safetensors.writeFully(channel, ByteBuffer.wrap(header));
            }
            for (Source source : sources) {
                pieces.tensor(source, channel);
            }
        });
    }

    /** Reads through one buffer, looks at every weight, copies where there is where to, and counts. */
    private static final class Pieces {

        private final LongConsumer progress;
        private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER).order(ByteOrder.LITTLE_ENDIAN);
        private long bytes;

        Pieces(LongConsumer progress) {
            this.progress = progress;
        }

        void tensor(Source source, @Nullable FileChannel target) throws IOException {
            SafetensorsHeader.Entry entry = source.entry();
            read(source.file(), source.dataStart() + entry.begin(), entry.end() - entry.begin(), () -> {
                ByteBuffer weights = buffer.duplicate().order(ByteOrder.LITTLE_ENDIAN);
                while (weights.hasRemaining()) {
                    Checkpoint.requireFinite(source.file(), entry.name(), entry.type().read(weights));
                }
            }, target);
        }

        void range(Path file, long begin, long count, FileChannel target) throws IOException {
            read(file, begin, count, () -> {
            }, target);
        }

        private void read(Path file, long begin, long count, Runnable look, @Nullable FileChannel target)
                throws IOException {
            try (FileChannel source = FileChannel.open(file, StandardOpenOption.READ)) {
                if (source.size() < begin + count) {
                    throw new IOException(file + " was cut short while it was read");
                }
                for (long at = begin; at < begin + count;) {
                    // A piece is a multiple of any type's size, so no weight is in two.
                    buffer.clear().limit((int) Math.min(BUFFER, begin + count - at));
                    SafetensorsHeader.readFully(source, buffer, at);
                    int n = buffer.remaining();
                    look.run();
                    if (target != null) {
                        Safetensors.writeFully(target, buffer);
                    }
                    at += n;
                    bytes += n;
                    progress.accept(bytes);
                }
            }
        }
    }
}
