package dev.pathline.engine.data.trajectory;

import dev.pathline.diffusion.npy.Npy;
import dev.pathline.engine.checkpoint.AtomicFiles;
import dev.pathline.engine.checkpoint.Hashes;
import dev.pathline.engine.data.DataException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Writes trajectories into a folder, some at a time. What has been appended survives whatever happens: the states go into
 * {@code states.npy.part}, are forced to the disk, and only then counted. What is behind the counted ones is written over. A
 * method that throws an {@link IOException} may be called again.
 */
public final class TrajectoryWriter implements AutoCloseable {

    private static final String PART = TrajectoryFolder.STATES + ".part";
    private static final String LOCK = ".lock";

    private final Path folder;
    private final FileChannel lock;
    private final byte[] header;
    private TrajectoryJson json;
    private @Nullable FileChannel states;

    private TrajectoryWriter(Path folder, FileChannel lock, TrajectoryJson json) {
        this.folder = folder;
        this.lock = lock;
        this.json = json;
        this.header = Npy.header(json.facts().store().code(),
                TrajectoryFolder.statesShape(json.facts()).stream().mapToInt(Integer::intValue).toArray());
    }

    /**
     * Opens a folder, which is made where it is missing: to begin, or to go on where another writer of the same trajectories
     * was cut off.
     *
     * @param threads how many threads an operator of the network would use; a folder that was begun with others keeps to those
     * @throws DataException if the folder has other trajectories or other files, or somebody else writes into it; the message
     *         says which
     * @throws IOException if it cannot be written to, or the disk has not enough room
     */
    public static TrajectoryWriter open(Path folder, TrajectoryFacts facts, int threads) throws IOException {
        Files.createDirectories(folder);
        FileChannel lock = FileChannel.open(folder.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        boolean opened = false;
        try {
            requireAlone(folder, lock);
            var writer = new TrajectoryWriter(folder, lock, begun(folder, facts, threads));
            writer.requireRoom();
            opened = true;
            return writer;
        } finally {
            if (!opened) {
                lock.close();
            }
        }
    }

    private static void requireAlone(Path folder, FileChannel channel) throws IOException {
        FileLock taken;
        try {
            taken = channel.tryLock();
        } catch (OverlappingFileLockException e) {
            taken = null;
        }
        if (taken == null) {
            throw new DataException("somebody else makes trajectories in " + folder + " at the moment");
        }
    }

    private static TrajectoryJson begun(Path folder, TrajectoryFacts facts, int threads) throws IOException {
        if (TrajectoryFolder.isOne(folder)) {
            TrajectoryJson there = TrajectoryJson.read(folder);
            requireSame(folder, there.facts(), facts);
            return there;
        }
        for (String file : List.of(TrajectoryFolder.STATES, PART, TrajectoryFolder.LABELS)) {
            if (Files.exists(folder.resolve(file))) {
                throw new DataException(folder + " has a " + file + ", but no " + TrajectoryJson.FILE
                        + " that says what it is: choose another folder");
            }
        }
        TrajectoryJson json = TrajectoryJson.begun(facts, threads);
        json.write(folder);
        return json;
    }

    private static void requireSame(Path folder, TrajectoryFacts there, TrajectoryFacts wanted) {
        var before = TrajectoryJson.byName(there);
        var now = TrajectoryJson.byName(wanted);
        var names = new TreeSet<>(before.keySet());
        names.addAll(now.keySet());
        var different = new ArrayList<String>();
        for (String name : names) {
            String old = before.getOrDefault(name, "nothing");
            String other = now.getOrDefault(name, "nothing");
            if (!old.equals(other)) {
                different.add(name + " is " + old + ", not " + other);
            }
        }
        if (!different.isEmpty()) {
            throw new DataException(folder + " has trajectories of something else: " + String.join("; ", different)
                    + "; choose another folder");
        }
    }

    /** Found out before hours of work, not after them. */
    private void requireRoom() throws IOException {
        long needed = (json.facts().count() - json.done()) * json.facts().bytes();
        long room = Files.getFileStore(folder).getUsableSpace();
        if (needed > room) {
            throw new IOException(String.format(Locale.ROOT,
                    "the states need %.2f GB more, and the disk of %s has %.2f GB", needed / 1e9, folder, room / 1e9));
        }
    }

    /** Returns what the trajectories are made of. */
    public TrajectoryFacts facts() {
        return json.facts();
    }

    /** Returns how many trajectories are on the disk. */
    public int done() {
        return json.done();
    }

    /** Returns whether everything is on the disk, and nothing is left to do. */
    public boolean complete() {
        return json.complete();
    }

    /** Returns how many threads an operator of the network is to use: the last bits depend on it. */
    public int threads() {
        return json.threads();
    }

    /**
     * Appends trajectories behind those that are done.
     *
     * @param count how many
     * @param values their states but for the noise, {@code [count, K, ...]}
     * @throws DataException if a number is too large for the type that is stored, or the file was cut
     * @throws IOException if they cannot be written; nothing counts then
     */
    public void append(int count, float[] values) throws IOException {
        TrajectoryFacts facts = json.facts();
        ByteBuffer bytes = ByteBuffer.allocate(Math.toIntExact(count * facts.bytes())).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < bytes.capacity() / facts.store().bytes(); i++) {
            facts.store().write(bytes, values[i]);
            requireStored(facts, values[i], bytes);
        }
        FileChannel channel = states();
        long at = header.length + json.done() * facts.bytes();
        write(channel, bytes.flip(), at);
        channel.force(false);
        TrajectoryJson counted = json.withDone(json.done() + count);
        counted.write(folder);
        json = counted;
    }

    private void requireStored(TrajectoryFacts facts, float value, ByteBuffer bytes) {
        int last = bytes.position() - facts.store().bytes();
        float stored = facts.store().read(bytes.duplicate().order(ByteOrder.LITTLE_ENDIAN).position(last));
        if (!Float.isFinite(stored)) {
            throw new DataException(folder + ": a state has the value " + value + ", which "
                    + facts.store().name().toLowerCase(Locale.ROOT) + " does not hold: store f32");
        }
    }

    private FileChannel states() throws IOException {
        FileChannel channel = states;
        if (channel != null) {
            return channel;
        }
        channel = FileChannel.open(folder.resolve(PART), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        states = channel;
        requireWhole(folder.resolve(PART), channel.size());
        if (json.done() == 0) {
            write(channel, ByteBuffer.wrap(header), 0);
        }
        return channel;
    }

    private void requireWhole(Path file, long size) {
        if (json.done() > 0 && size < header.length + json.done() * json.facts().bytes()) {
            throw new DataException(file + " is shorter than the " + json.done() + " trajectories that "
                    + TrajectoryJson.FILE + " counts: delete the folder, and make them again");
        }
    }

    private static void write(FileChannel channel, ByteBuffer bytes, long from) throws IOException {
        long at = from;
        while (bytes.hasRemaining()) {
            at += channel.write(bytes, at);
        }
    }

    /**
     * Puts everything in its place; the trajectories can be opened afterwards. Does nothing where that has been done.
     *
     * @throws IOException if something cannot be written; what was appended stays
     * @throws IllegalStateException if trajectories are missing
     */
    public void finish() throws IOException {
        if (json.complete()) {
            return;
        }
        TrajectoryFacts facts = json.facts();
        if (json.done() < facts.count()) {
            throw new IllegalStateException(json.done() + " of " + facts.count() + " trajectories are there");
        }
        Path whole = folder.resolve(TrajectoryFolder.STATES);
        Path part = folder.resolve(PART);
        if (Files.exists(part)) {
            FileChannel channel = states();
            channel.truncate(header.length + facts.count() * facts.bytes());
            channel.force(true);
            channel.close();
            states = null;
            Files.move(part, whole, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        }
        requireWhole(whole, Files.size(whole));
        String labels = "";
        if (!facts.classes().isEmpty()) {
            Path file = folder.resolve(TrajectoryFolder.LABELS);
            AtomicFiles.write(file, labels(facts));
            labels = Hashes.sha256(file);
        }
        AtomicFiles.force(folder);
        TrajectoryJson finished = json.finished(Hashes.sha256(whole), labels);
        finished.write(folder);
        json = finished;
    }

    private static byte[] labels(TrajectoryFacts facts) {
        byte[] start = Npy.header("<i4", facts.count());
        ByteBuffer bytes = ByteBuffer.allocate(Math.addExact(start.length,
                Math.multiplyExact(facts.count(), Integer.BYTES))).order(ByteOrder.LITTLE_ENDIAN).put(start);
        for (int i = 0; i < facts.count(); i++) {
            bytes.putInt(facts.label(i));
        }
        return bytes.array();
    }

    /** Lets go of the folder. */
    @Override
    public void close() throws IOException {
        try {
            if (states != null) {
                Objects.requireNonNull(states).close();
            }
        } finally {
            lock.close();
        }
    }
}
