package dev.pathline.engine.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.pathline.engine.checkpoint.CheckpointException;
import dev.pathline.engine.checkpoint.TensorData;
import dev.pathline.engine.graph.Initializer;
import dev.pathline.engine.graph.Network;
import dev.pathline.engine.graph.Parameter;
import dev.pathline.engine.script.TrainingProgram.State;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** The tensors of a run, on the device, and how they come from and go to the host. Use on the compute thread only. */
final class TrainingState {

    private static final String WEIGHTS = "weights.";
    private static final String FIRST = "first.";
    private static final String SECOND = "second.";
    static final String AVERAGES = "average.";

    private final Network network;
    private final State state;

    private TrainingState(Network network, State state) {
        this.network = network;
        this.state = state;
    }

    /** New weights from the network's initialisers; the average starts at them. */
    static TrainingState fresh(NDManager manager, Network network, long seed) {
        Function<Parameter, float[]> values = p -> Initializer.values(p, seed);
        Function<Parameter, float[]> zeros = p -> new float[Math.toIntExact(p.size())];
        return new TrainingState(network, new State(create(manager, network, values), create(manager, network, zeros),
                create(manager, network, zeros), create(manager, network, values)));
    }

    /** What {@link #toHost} gave. */
    static TrainingState fromHost(NDManager manager, Network network, Map<String, TensorData> tensors) {
        return new TrainingState(network, new State(restore(manager, network, tensors, WEIGHTS),
                restore(manager, network, tensors, FIRST), restore(manager, network, tensors, SECOND),
                restore(manager, network, tensors, AVERAGES)));
    }

    State tensors() {
        return state;
    }

    /** Copies everything to the host, bit for bit. */
    Map<String, TensorData> toHost() {
        var tensors = new LinkedHashMap<String, TensorData>();
        copy(state.weights(), WEIGHTS, tensors);
        copy(state.firstMoments(), FIRST, tensors);
        copy(state.secondMoments(), SECOND, tensors);
        copy(state.averages(), AVERAGES, tensors);
        return tensors;
    }

    /** Copies the averaged weights to the host, under the names of the parameters. */
    Map<String, TensorData> averages() {
        var tensors = new LinkedHashMap<String, TensorData>();
        copy(state.averages(), "", tensors);
        return tensors;
    }

    private void copy(List<NDArray> arrays, String prefix, Map<String, TensorData> target) {
        for (int i = 0; i < arrays.size(); i++) {
            Parameter parameter = network.parameters().get(i);
            target.put(prefix + parameter.name(), new TensorData(parameter.shape(), arrays.get(i).toFloatArray()));
        }
    }

    private static List<NDArray> restore(NDManager manager, Network network, Map<String, TensorData> tensors,
            String prefix) {
        return create(manager, network, parameter -> {
            TensorData data = tensors.get(prefix + parameter.name());
            if (data == null || !data.shape().equals(parameter.shape())) {
                throw new CheckpointException("the snapshot has no tensor " + prefix + parameter.name() + " of shape "
                        + parameter.shape());
            }
            return data.values();
        });
    }

    private static List<NDArray> create(NDManager manager, Network network, Function<Parameter, float[]> values) {
        var arrays = new ArrayList<NDArray>();
        for (Parameter parameter : network.parameters()) {
            var shape = new Shape(parameter.shape().stream().mapToLong(Integer::longValue).toArray());
            arrays.add(manager.create(values.apply(parameter), shape));
        }
        return arrays;
    }
}
