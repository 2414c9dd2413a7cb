package dev.pathline.benchmarks.peers;

import dev.pathline.engine.graph.InputNames;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.pathline.engine.checkpoint.TensorData;
import dev.pathline.engine.script.NumericProfile;
import dev.pathline.engine.script.TrainingProgram;
import dev.pathline.engine.script.TrainingProgram.AdamW;
import dev.pathline.engine.script.TrainingProgram.Loss;
import dev.pathline.engine.script.TrainingProgram.Task;
import dev.pathline.engine.torch.NativeHeap;
import dev.pathline.engine.torch.Torch;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** A training run of ours, step by step on one batch. Use on the compute thread only. */
final class OurTrainingSide implements Side {

    /** How many first steps are compared with Python's. */
    static final int CHECKED = 3;

    private static final AdamW OPTIMIZER = new AdamW(0.9, 0.999, 1e-8, 0.01, 1);
    private static final double RATE = 1e-4;
    private static final double DECAY = 0.9999;

    private final NumericProfile profile;
    private final TrainedRows work;
    private final int batch;
    private final NativeHeap.Keeping heap;
    private final NDManager manager;
    private final TrainingProgram program;
    private final TrainingProgram.State state;
    private final float[] data;
    private final float[] noise;
    private final float[] rows;
    private final long[] labels;
    private final float[] losses = new float[CHECKED];
    private long steps;

    /** @param work what a batch learns */
    OurTrainingSide(Torch torch, PeerNetwork peer, NumericProfile profile, int batch, TrainedRows work) {
        this.profile = profile;
        this.work = work;
        this.batch = batch;
        // As a training run does.
        heap = NativeHeap.keep();
        manager = torch.newManager();
        program = new TrainingProgram(torch,
                new Task(peer.network(), profile, new Loss.Target(work.recipe()), OPTIMIZER, 1, 1));
        state = new TrainingProgram.State(weights(peer, 1), weights(peer, 0), weights(peer, 0),
                List.of(weights(peer, 1)));
        data = new float[batch * PeerNetwork.SIZE * PeerNetwork.SIZE];
        noise = new float[data.length];
        rows = work.batch(batch);
        labels = new long[batch];
        fill();
        while (steps < CHECKED) {
            losses[(int) steps] = step();
        }
    }

    /** The numbers that {@code training_peer.py} makes: a batch of flow matching. */
    private void fill() {
        for (int i = 0; i < data.length; i++) {
            data[i] = (float) Math.sin(0.37 * i);
            noise[i] = (float) (Math.sqrt(2) * Math.sin(12.9898 * i));
        }
        for (int i = 0; i < batch; i++) {
            labels[i] = i % PeerNetwork.CLASSES;
        }
    }

    private List<NDArray> weights(PeerNetwork peer, float factor) {
        var arrays = new ArrayList<NDArray>();
        for (TensorData weight : peer.weights()) {
            arrays.add(manager.create(weight.values(),
                    new Shape(weight.shape().stream().mapToLong(Integer::longValue).toArray())).muli(factor));
        }
        return arrays;
    }

    /** One step, from arrays of Java to the loss. */
    private float step() {
        steps++;
        try (NDManager scratch = manager.newSubManager()) {
            var shape = new Shape(batch, 1, PeerNetwork.SIZE, PeerNetwork.SIZE);
            var samples = new TrainingProgram.Samples(scratch.create(data, shape), scratch.create(noise, shape),
                    scratch.create(rows, new Shape(batch, rows.length / batch)),
                    Map.of(InputNames.LABEL, scratch.create(labels)), Map.of());
            NDList result = program.step(scratch, samples, state,
                    new TrainingProgram.Step(RATE, List.of(DECAY), steps));
            double sum = 0;
            for (float row : result.getFirst().toFloatArray()) {
                sum += row;
            }
            return (float) (sum / batch);
        }
    }

    @Override
    public String name() {
        return name(profile, work);
    }

    /** Returns what such a side is called. */
    static String name(NumericProfile profile, TrainedRows work) {
        return work == TrainedRows.DIFFUSION
                ? profile.name()
                : work.name().toLowerCase(Locale.ROOT) + " " + profile.name();
    }

    @Override
    public double millis(int times) {
        long start = System.nanoTime();
        for (int i = 0; i < times; i++) {
            step();
        }
        return (System.nanoTime() - start) / 1e6 / times;
    }

    @Override
    public float[] output() {
        return losses.clone();
    }

    @Override
    public void close() {
        program.close();
        manager.close();
        heap.close();
    }
}
