package dev.pathline.engine.data.trajectory;

import dev.pathline.diffusion.npy.NpyHeader;
import dev.pathline.engine.checkpoint.Hashes;
import dev.pathline.engine.data.DataException;
import dev.pathline.engine.data.MappedFiles;
import dev.pathline.engine.data.NpyFiles;
import dev.pathline.engine.data.Trajectories;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/**
 * Trajectories in a folder:
 *
 * <pre>
 * trajectories.json    what they are made of, and whether they are complete
 * states.npy           [N, K, ...] float16 or float32: of each trajectory the states that were kept, but for the noise
 * labels.npy           [N] int32: the class of each; not there for a teacher without classes
 * </pre>
 *
 * <p>The noise is not stored: it follows from the seed. Files are mapped, and checked by their hashes when they are opened.
 */
public final class TrajectoryFolder {

    static final String STATES = "states.npy";
    static final String LABELS = "labels.npy";

    private TrajectoryFolder() {}

    /** Returns whether a folder is one of trajectories, complete or not. */
    public static boolean isOne(Path folder) {
        return Files.isRegularFile(folder.resolve(TrajectoryJson.FILE));
    }

    /**
     * Returns what the trajectories of a folder are made of, complete or not.
     *
     * @throws DataException if the folder has none
     */
    public static TrajectoryFacts facts(Path folder) {
        return TrajectoryJson.read(folder).facts();
    }

    /**
     * Returns whether the trajectories of a folder are all there.
     *
     * @throws DataException if the folder has none
     */
    public static boolean isComplete(Path folder) {
        return TrajectoryJson.read(folder).complete();
    }

    /**
     * Opens complete trajectories.
     *
     * @throws DataException if there are none, they are not complete, or a file is not as it was written; the message names it
     */
    public static Trajectories open(Path folder) {
        TrajectoryJson json = TrajectoryJson.read(folder);
        TrajectoryFacts facts = json.facts();
        if (!json.complete()) {
            throw new DataException(folder + " has " + json.done() + " of " + facts.count()
                    + " trajectories: the command or the run that makes them goes on from there");
        }
        MemorySegment states = states(folder.resolve(STATES), facts, json.statesSha256());
        int[] labels = labels(folder.resolve(LABELS), facts, json.labelsSha256());
        String hash = Hashes.sha256((TrajectoryJson.content(facts) + "\n" + json.statesSha256() + "\n"
                + json.labelsSha256()).getBytes(StandardCharsets.UTF_8));
        return StoredTrajectories.of(facts, folder.resolve(STATES), states, labels, hash);
    }

    private static MemorySegment states(Path file, TrajectoryFacts facts, String hash) {
        requireHash(file, hash);
        MemorySegment bytes = MappedFiles.map(file);
        NpyHeader header;
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            header = NpyHeader.read(channel);
            header.requireWhole(bytes.byteSize());
        } catch (IllegalArgumentException e) {
            throw new DataException(file + " is not a usable NumPy array: " + e.getMessage(), e);
        } catch (IOException e) {
            throw MappedFiles.unreadable(file, e);
        }
        List<Integer> shape = statesShape(facts);
        if (!header.shape().equals(shape) || !header.type().equals(facts.store().code()) || header.fortranOrder()) {
            throw new DataException(file + " has shape " + header.shape() + " of " + header.type() + ", but "
                    + TrajectoryJson.FILE + " says " + shape + " of " + facts.store().code());
        }
        return bytes.asSlice(header.dataStart());
    }

    /** The shape of the file of states. */
    static List<Integer> statesShape(TrajectoryFacts facts) {
        var shape = new ArrayList<Integer>();
        shape.add(facts.count());
        shape.add(facts.stored());
        shape.addAll(facts.shape());
        return shape;
    }

    private static int[] labels(Path file, TrajectoryFacts facts, String hash) {
        if (facts.classes().isEmpty()) {
            return new int[0];
        }
        requireHash(file, hash);
        int[] labels = NpyFiles.readLabels(file, facts.count());
        for (int i = 0; i < labels.length; i++) {
            if (labels[i] >= facts.classes().size()) {
                throw new DataException(file + ": label " + i + ", counted from 0, is " + labels[i] + ", but "
                        + TrajectoryJson.FILE + " names " + facts.classes().size() + " classes");
            }
        }
        return labels;
    }

    private static void requireHash(Path file, String expected) {
        MappedFiles.requireFile(file);
        try {
            String hash = Hashes.sha256(file);
            if (!hash.equals(expected)) {
                throw new DataException(file + " has SHA-256 " + hash + ", but " + TrajectoryJson.FILE + " says "
                        + expected + ": it was changed or is not whole");
            }
        } catch (IOException e) {
            throw MappedFiles.unreadable(file, e);
        }
    }
}
