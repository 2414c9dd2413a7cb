package dev.pathline.engine.sampling;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.pathline.diffusion.card.ModelCard;
import dev.pathline.engine.checkpoint.Checkpoint;
import dev.pathline.engine.checkpoint.TensorData;
import dev.pathline.engine.graph.Network;
import dev.pathline.engine.graph.Parameter;
import dev.pathline.engine.script.InferenceProgram;
import dev.pathline.engine.script.NumericProfile;
import dev.pathline.engine.script.PreparedWeights;
import dev.pathline.engine.torch.Torch;
import java.util.ArrayList;
import java.util.Map;

/**
 * A model on a device, ready to be sampled: its card, its compiled network and its prepared weights. Use on the compute
 * thread only; it lives until {@link #close()}.
 */
public final class LoadedModel implements AutoCloseable {

    private final ModelCard card;
    private final NumericProfile profile;
    private final Torch torch;
    private final NDManager manager;
    private final InferenceProgram program;
    private final PreparedWeights weights;

    private LoadedModel(Torch torch, ModelCard card, NumericProfile profile, Network network,
            Map<String, TensorData> values) {
        this.card = card;
        this.profile = profile;
        this.torch = torch;
        this.manager = torch.newManager();
        this.program = new InferenceProgram(torch, network, profile);
        this.weights = prepare(network, values);
    }

    /**
     * Loads a checkpoint that has been read.
     *
     * @param wanted how the network computes, unless it keeps to float32
     */
    public static LoadedModel load(Torch torch, Checkpoint checkpoint, NumericProfile wanted) {
        NumericProfile profile = checkpoint.config().keepsFloat32() ? wanted.atLeastFloat32() : wanted;
        return new LoadedModel(torch, checkpoint.card(), profile, checkpoint.network(), checkpoint.weights());
    }

    private PreparedWeights prepare(Network network, Map<String, TensorData> values) {
        try (NDManager scratch = manager.newSubManager()) {
            var masters = new ArrayList<NDArray>();
            for (Parameter parameter : network.parameters()) {
                TensorData data = values.get(parameter.name());
                if (data == null) {
                    throw new IllegalArgumentException("the weights lack " + parameter.name());
                }
                masters.add(scratch.create(data.values(),
                        new Shape(parameter.shape().stream().mapToLong(Integer::longValue).toArray())));
            }
            return program.prepare(manager, masters);
        }
    }

    /** Returns the model's card. */
    public ModelCard card() {
        return card;
    }

    /** Returns how the network computes. */
    public NumericProfile profile() {
        return profile;
    }

    Torch torch() {
        return torch;
    }

    InferenceProgram program() {
        return program;
    }

    PreparedWeights weights() {
        return weights;
    }

    @Override
    public void close() {
        program.close();
        manager.close();
    }
}
