package dev.pathline.benchmarks.peers;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.pathline.engine.checkpoint.TensorData;
import dev.pathline.engine.script.InferenceProgram;
import dev.pathline.engine.script.NumericProfile;
import dev.pathline.engine.script.PreparedWeights;
import dev.pathline.engine.torch.NativeHeap;
import dev.pathline.engine.torch.Torch;
import java.util.ArrayList;
import java.util.List;

/** A numeric profile of ours. Use on the compute thread only. */
final class OurSide implements Side {

    private static final int WARM_UP = 3;

    private final NumericProfile profile;
    private final NativeHeap.Keeping heap;
    private final NDManager manager;
    private final InferenceProgram program;
    private final PreparedWeights weights;
    private final List<NDArray> inputs;

    OurSide(Torch torch, PeerNetwork peer, NumericProfile profile, int batch) {
        this.profile = profile;
        // As a loaded model does.
        heap = NativeHeap.keep();
        manager = torch.newManager();
        program = new InferenceProgram(torch, peer.network(), profile);
        try (NDManager scratch = manager.newSubManager()) {
            var masters = new ArrayList<NDArray>();
            for (TensorData data : peer.weights()) {
                masters.add(scratch.create(data.values(),
                        new Shape(data.shape().stream().mapToLong(Integer::longValue).toArray())));
            }
            weights = program.prepare(manager, masters);
        }
        inputs = inputs(batch);
        millis(WARM_UP);
    }

    /** The numbers that {@code unet_peer.py} makes. */
    private List<NDArray> inputs(int batch) {
        float[] x = new float[batch * PeerNetwork.SIZE * PeerNetwork.SIZE];
        for (int i = 0; i < x.length; i++) {
            x[i] = (float) Math.sin(0.37 * i);
        }
        float[] times = new float[batch];
        long[] labels = new long[batch];
        for (int i = 0; i < batch; i++) {
            times[i] = (float) (i * 13.7 % 1000);
            labels[i] = i % PeerNetwork.CLASSES;
        }
        return List.of(manager.create(x, new Shape(batch, 1, PeerNetwork.SIZE, PeerNetwork.SIZE)),
                manager.create(times), manager.create(labels));
    }

    @Override
    public String name() {
        return profile.name();
    }

    @Override
    public double millis(int evaluations) {
        long start = System.nanoTime();
        for (int i = 0; i < evaluations; i++) {
            try (NDManager results = manager.newSubManager()) {
                program.forward(results, inputs, weights);
            }
        }
        return (System.nanoTime() - start) / 1e6 / evaluations;
    }

    @Override
    public float[] output() {
        try (NDManager results = manager.newSubManager()) {
            return program.forward(results, inputs, weights).getFirst().toFloatArray();
        }
    }

    @Override
    public void close() {
        program.close();
        manager.close();
        heap.close();
    }
}
