package dev.pathline.engine.sampling;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.pathline.diffusion.card.ModelCard;
import dev.pathline.engine.checkpoint.Checkpoint;
import dev.pathline.engine.checkpoint.CheckpointException;
import dev.pathline.engine.checkpoint.TensorData;
import dev.pathline.engine.graph.Network;
import dev.pathline.engine.graph.Parameter;
import dev.pathline.engine.script.InferenceProgram;
import dev.pathline.engine.script.InputTable;
import dev.pathline.engine.script.NumericProfile;
import dev.pathline.engine.script.PreparedWeights;
import dev.pathline.engine.torch.NativeHeap;
import dev.pathline.engine.torch.Torch;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * A model on a device, ready to be sampled: its card, its compiled network and its prepared weights. Use on the compute
 * thread only; it lives until {@link #close()}. While one lives, the process keeps the native memory that evaluations free
 * ({@link NativeHeap}).
 */
public final class LoadedModel implements AutoCloseable {

    private final ModelCard card;
    private final NumericProfile profile;
    private final Torch torch;
    private final NDManager manager;
    private final Network network;
    private final InferenceProgram program;
    private final PreparedWeights weights;
    private final NativeHeap.Keeping heap;

    private LoadedModel(Torch torch, ModelCard card, NumericProfile profile, Network network,
            Map<String, TensorData> values) {
        this.card = card;
        this.profile = profile;
        this.torch = torch;
        this.network = network;
        this.program = new InferenceProgram(torch, network, profile);
        this.manager = torch.newManager();
        // What one evaluation frees, the next one asks for.
        this.heap = NativeHeap.keep();
        try {
            this.weights = prepare(values);
        } catch (RuntimeException | Error e) {
            close();
            throw e;
        }
    }

    /**
     * Loads a checkpoint that has been read.
     *
     * @param wanted how the network computes, unless it keeps to float32 or is a module of another program
     * @throws CheckpointException if it is a module that cannot be used
     */
    public static LoadedModel load(Torch torch, Checkpoint checkpoint, NumericProfile wanted) {
        Network network = checkpoint.network();
        if (network.module().isPresent()) {
            return ModuleTrial.load(network.module().get(), network, () -> new LoadedModel(torch, checkpoint.card(),
                    NumericProfile.MODULE, network, Map.of()));
        }
        return new LoadedModel(torch, checkpoint.card(), profile(checkpoint, wanted), network, checkpoint.weights());
    }

    /** Returns how a checkpoint's network computes where somebody wants it in one way. */
    public static NumericProfile profile(Checkpoint checkpoint, NumericProfile wanted) {
        if (checkpoint.network().module().isPresent()) {
            return NumericProfile.MODULE;
        }
        return checkpoint.config().keepsFloat32() ? wanted.atLeastFloat32() : wanted;
    }

    private PreparedWeights prepare(Map<String, TensorData> values) {
        try (NDManager scratch = manager.newSubManager()) {
            var masters = new ArrayList<NDArray>();
            for (Parameter parameter : network.parameters()) {
                TensorData data = values.get(parameter.name());
                if (data == null) {
                    throw new IllegalArgumentException("the weights lack " + parameter.name());
                }
                masters.add(scratch.create(data.values(), shape(parameter.shape())));
            }
            return program.prepare(manager, masters);
        }
    }

    private static Shape shape(List<Integer> dimensions) {
        return new Shape(dimensions.stream().mapToLong(Integer::longValue).toArray());
    }

    /** Returns the model's card. */
    public ModelCard card() {
        return card;
    }

    /** Returns how many native arrays it has, which must not grow. */
    public int arrays() {
        return manager.getManagedArrays().size();
    }

    /** Returns how the network computes. */
    public NumericProfile profile() {
        return profile;
    }

    /**
     * Evaluates the network itself on given rows: no schedule, no preconditioning, no guidance.
     *
     * @param inputs a column an input of the network; others are not read
     * @return the outputs, {@code [rows, outputShape...]}
     * @throws IllegalArgumentException if an input has no column, or one of another kind or shape
     */
    public float[] evaluate(InputTable inputs) {
        return evaluate(inputs, NDArray::toFloatArray);
    }

    /** Evaluates the network and reads from its output what {@code reader} wants. */
    <T> T evaluate(InputTable inputs, Function<NDArray, T> reader) {
        try (NDManager scratch = manager.newSubManager()) {
            return reader.apply(program.forward(scratch, inputs, weights).getFirst());
        }
    }

    /** Returns what the network is made of, and what it takes. */
    public Network network() {
        return network;
    }

    /** Returns the shape of the network's output for one row: that of a sample, unless the network tells more. */
    public List<Integer> outputShape() {
        return network.outputs().getFirst().shape();
    }

    /** Returns the floating-point operations of one row; 0 for a module of another program, of which nothing is known. */
    public long flops() {
        return network.flops();
    }

    /** Returns what it takes on the device. */
    public ModelMemory memory() {
        return ModelMemory.of(card, network, profile);
    }

    Torch torch() {
        return torch;
    }

    /** Returns the program that its lanes compute with, unless they are given another. */
    public InferenceProgram program() {
        return program;
    }

    PreparedWeights weights() {
        return weights;
    }

    @Override
    public void close() {
        program.close();
        manager.close();
        heap.close();
        // What the model had is nobody's any more, even where others still live.
        NativeHeap.trim();
    }
}
