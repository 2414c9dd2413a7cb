package dev.pathline.engine.metrics;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.pathline.engine.checkpoint.TensorData;
import dev.pathline.engine.graph.Network;
import dev.pathline.engine.graph.Parameter;
import dev.pathline.engine.network.SmallConvNetConfig;
import dev.pathline.engine.script.InferenceProgram;
import dev.pathline.engine.script.NumericProfile;
import dev.pathline.engine.script.PreparedWeights;
import dev.pathline.engine.torch.Torch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntFunction;

/**
 * A classifier on a device. It computes in float32 whatever the models do, so that numbers measured on one machine stand
 * beside those of another. Use on the compute thread only; it lives until {@link #close()}.
 */
public final class Classifier implements AutoCloseable {

    private static final int BATCH = 125;

    private final SmallConvNetConfig config;
    private final NDManager manager;
    private final InferenceProgram program;
    private final PreparedWeights weights;

    /** Loads a classifier that has been read. */
    public Classifier(Torch torch, ClassifierCheckpoint checkpoint) {
        this.config = checkpoint.config();
        this.manager = torch.newManager();
        Network network = checkpoint.network();
        this.program = new InferenceProgram(torch, network, NumericProfile.FLOAT32);
        try (NDManager scratch = manager.newSubManager()) {
            var masters = new ArrayList<NDArray>();
            for (Parameter parameter : network.parameters()) {
                TensorData data = checkpoint.weights().get(parameter.name());
                if (data == null) {
                    throw new IllegalArgumentException("the weights lack " + parameter.name());
                }
                masters.add(scratch.create(data.values(),
                        new Shape(parameter.shape().stream().mapToLong(Integer::longValue).toArray())));
            }
            this.weights = program.prepare(manager, masters);
        }
    }

    /**
     * What the classifier says of an image.
     *
     * @param label the class with the highest score
     * @param features the features, the caller's own
     */
    @SuppressWarnings("ArrayRecordComponent") // A carrier of one result; nobody compares two.
    public record Verdict(int label, float[] features) {}

    /**
     * Classifies images.
     *
     * @param count how many
     * @param images gives each, of the network's shape, in [-1, 1]
     */
    public List<Verdict> classify(int count, IntFunction<float[]> images) {
        var verdicts = new ArrayList<Verdict>(count);
        for (int from = 0; from < count; from += BATCH) {
            verdicts.addAll(batch(from, Math.min(count, from + BATCH), images));
        }
        return verdicts;
    }

    private List<Verdict> batch(int from, int to, IntFunction<float[]> images) {
        int size = config.inChannels() * config.sampleSize() * config.sampleSize();
        float[] pixels = new float[(to - from) * size];
        for (int i = from; i < to; i++) {
            System.arraycopy(images.apply(i), 0, pixels, (i - from) * size, size);
        }
        try (NDManager scratch = manager.newSubManager()) {
            NDArray input = scratch.create(pixels,
                    new Shape(to - from, config.inChannels(), config.sampleSize(), config.sampleSize()));
            NDList out = program.forward(scratch, List.of(input), weights);
            float[] scores = out.get(0).toFloatArray();
            float[] features = out.get(1).toFloatArray();
            int classes = config.numClasses();
            int width = config.featureWidth();
            var verdicts = new ArrayList<Verdict>();
            for (int i = 0; i < to - from; i++) {
                verdicts.add(new Verdict(best(scores, i * classes, classes),
                        Arrays.copyOfRange(features, i * width, (i + 1) * width)));
            }
            return verdicts;
        }
    }

    private static int best(float[] scores, int offset, int classes) {
        int best = 0;
        for (int i = 1; i < classes; i++) {
            if (scores[offset + i] > scores[offset + best]) {
                best = i;
            }
        }
        return best;
    }

    @Override
    public void close() {
        program.close();
        manager.close();
    }
}
