package dev.pathline.engine.data.trajectory;

import dev.pathline.diffusion.noise.NoiseKey;
import dev.pathline.diffusion.noise.PhiloxNoise;
import dev.pathline.diffusion.schedule.ScheduleSpec;
import dev.pathline.engine.data.Dataset;
import dev.pathline.engine.data.MappedFiles;
import dev.pathline.engine.data.RunningDeviation;
import dev.pathline.engine.data.Trajectories;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;

/** Trajectories whose states are mapped from a file; immutable and safe for concurrent use. */
final class StoredTrajectories implements Trajectories {

    private final TrajectoryFacts facts;
    private final String file;
    private final MemorySegment states;
    private final int[] labels;
    private final String sha256;
    private final int size;
    private final PhiloxNoise noise = new PhiloxNoise();
    private final double standardDeviation;

    private StoredTrajectories(TrajectoryFacts facts, Path file, MemorySegment states, int[] labels, String sha256) {
        this.facts = facts;
        this.file = file.toString();
        this.states = states;
        this.labels = labels;
        this.sha256 = sha256;
        this.size = facts.stateSize();
        this.standardDeviation = measured();
    }

    /**
     * Opens states.
     *
     * @param states the numbers alone
     * @param labels one a trajectory, or none at all
     * @param sha256 the hash of facts and bytes
     */
    static StoredTrajectories of(TrajectoryFacts facts, Path file, MemorySegment states, int[] labels, String sha256) {
        return new StoredTrajectories(facts, file, states, labels, sha256);
    }

    @Override
    public List<Double> times() {
        return facts.times();
    }

    @Override
    public ScheduleSpec schedule() {
        return facts.schedule();
    }

    @Override
    public void copyState(int index, int state, float[] target, int offset) {
        Objects.checkIndex(index, facts.count());
        Objects.checkIndex(state, facts.states().size());
        if (state == 0) {
            noise(index, target, offset);
        } else {
            stored(index, state - 1, target, offset);
        }
    }

    /** As the executor places a sample, to the last bit. */
    private void noise(int index, float[] target, int offset) {
        float[] start = new float[size];
        noise.fill(NoiseKey.initial(facts.seed(), index), start);
        float scale = (float) facts.initialScale();
        for (int i = 0; i < size; i++) {
            target[offset + i] = scale * start[i];
        }
    }

    private void stored(int index, int place, float[] target, int offset) {
        long bytes = (long) size * facts.store().bytes();
        long from = index * facts.bytes() + place * bytes;
        MappedFiles.reading(file, () -> {
            ByteBuffer buffer = states.asSlice(from, bytes).asByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
            for (int i = 0; i < size; i++) {
                target[offset + i] = facts.store().read(buffer);
            }
        });
    }

    @Override
    public int size() {
        return facts.count();
    }

    @Override
    public List<Integer> shape() {
        return facts.shape();
    }

    @Override
    public int label(int index) {
        return labels.length == 0 ? Dataset.NO_LABEL : labels[index];
    }

    @Override
    public double standardDeviation() {
        return standardDeviation;
    }

    @Override
    public String sha256() {
        return sha256;
    }

    /** Of the finished samples. */
    private double measured() {
        float[] sample = new float[size];
        var deviation = new RunningDeviation();
        for (int i = 0; i < facts.count(); i++) {
            copy(i, sample, 0);
            for (float value : sample) {
                deviation.add(value);
            }
        }
        return deviation.value();
    }
}
