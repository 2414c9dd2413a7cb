package dev.pathline.engine.sampling;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.pathline.diffusion.card.ModelCard;
import dev.pathline.engine.checkpoint.Checkpoint;
import dev.pathline.engine.checkpoint.CheckpointException;
import dev.pathline.engine.checkpoint.TensorData;
import dev.pathline.engine.graph.Graph;
import dev.pathline.engine.graph.Network;
import dev.pathline.engine.graph.Op;
import dev.pathline.engine.graph.Parameter;
import dev.pathline.engine.graph.Value;
import dev.pathline.engine.script.InferenceProgram;
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
     * @param x {@code [rows, ...]}, the rows one after the other
     * @param times the network's time, one a row
     * @param targets the network's second time, one a row; read by a flow map's network only
     * @param labels the class of each row; read by a network with labels only
     * @return the outputs, {@code [rows, outputShape...]}
     * @throws IllegalArgumentException if the network takes something that is none of these
     */
    public float[] evaluate(float[] x, float[] times, float[] targets, long[] labels) {
        return evaluate(x, times, targets, labels, NDArray::toFloatArray);
    }

    /** Evaluates the network and reads from its output what {@code reader} wants. */
    <T> T evaluate(float[] x, float[] times, float[] targets, long[] labels, Function<NDArray, T> reader) {
        try (NDManager scratch = manager.newSubManager()) {
            var inputs = new ArrayList<NDArray>();
            for (Value value : network.inputs()) {
                Op.Input input = (Op.Input) value.op();
                inputs.add(switch (input.kind()) {
                    case VALUES -> {
                        if (!inputs.isEmpty()) {
                            throw new IllegalArgumentException(
                                    "the network of " + card.name() + " takes " + input.name()
                                            + " as a vector a row, which cannot be given");
                        }
                        yield scratch.create(x, new Shape(times.length).addAll(shape(value.shape())));
                    }
                    case TIME -> scratch.create(input.name().equals(Graph.TARGET) ? targets : times);
                    case LABEL -> scratch.create(labels);
                });
            }
            return reader.apply(program.forward(scratch, inputs, weights).getFirst());
        }
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

    /**
     * Checks a label before it is a row of a table: a processor fails the whole evaluation for one that does not exist, and
     * a GPU the whole process.
     *
     * @throws IllegalArgumentException if the network takes a label and there is no such class
     */
    void requireLabel(int label) {
        // A card without classes may belong to a network with a label that means nothing.
        int last = card.nullClass() ? card.classes().size() : Math.max(0, card.classes().size() - 1);
        boolean read = network.inputs().stream()
                .anyMatch(v -> v.op() instanceof Op.Input input && input.kind() == Op.Input.Kind.LABEL);
        if (read && (label < 0 || label > last)) {
            throw new IllegalArgumentException("label must be 0 to " + last + " for model " + card.name() + ", not "
                    + label + (card.nullClass() ? "" : ", which has no class for samples without a label"));
        }
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
