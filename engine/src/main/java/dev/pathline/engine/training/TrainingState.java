package dev.pathline.engine.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.pathline.engine.checkpoint.CheckpointException;
import dev.pathline.engine.checkpoint.TensorData;
import dev.pathline.engine.graph.Initializer;
import dev.pathline.engine.graph.Parameter;
import dev.pathline.engine.script.TrainingProgram;
import dev.pathline.engine.script.TrainingProgram.State;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/** The tensors of a run, on the device, and how they come from and go to the host. Use on the compute thread only. */
final class TrainingState {

    private static final String WEIGHTS = "weights.";
    private static final String FIRST = "first.";
    private static final String SECOND = "second.";

    private final NDManager manager;
    private final List<Parameter> parameters;
    private final List<MovingAverage> averages;
    private State state;

    private TrainingState(NDManager manager, List<Parameter> parameters, List<MovingAverage> averages, State state) {
        this.manager = manager;
        this.parameters = parameters;
        this.averages = averages;
        this.state = state;
    }

    /**
     * New weights, those of {@code start} where it has them and else from the initialisers; the averages start at them.
     *
     * @param start finished weights to begin from, or null
     */
    static TrainingState fresh(NDManager manager, List<Parameter> parameters, List<MovingAverage> averages, long seed,
            @Nullable StartWeights start) {
        return create(manager, parameters, averages,
                (prefix, parameter) -> prefix.equals(FIRST) || prefix.equals(SECOND)
                        ? new float[Math.toIntExact(parameter.size())]
                        : start == null ? Initializer.values(parameter, seed) : start.of(parameter, seed));
    }

    /** What {@link #toHost} gave. */
    static TrainingState fromHost(NDManager manager, List<Parameter> parameters, List<MovingAverage> averages,
            Map<String, TensorData> tensors) {
        return create(manager, parameters, averages, (prefix, parameter) -> {
            TensorData data = tensors.get(prefix + parameter.name());
            if (data == null || !data.shape().equals(parameter.shape())) {
                throw new CheckpointException("the snapshot has no tensor " + prefix + parameter.name() + " of shape "
                        + parameter.shape());
            }
            return data.values();
        });
    }

    private static TrainingState create(NDManager manager, List<Parameter> parameters, List<MovingAverage> averages,
            BiFunction<String, Parameter, float[]> values) {
        return new TrainingState(manager, parameters, averages, new State(arrays(manager, parameters, WEIGHTS, values),
                arrays(manager, parameters, FIRST, values), arrays(manager, parameters, SECOND, values),
                averages.stream().map(average -> arrays(manager, parameters, prefix(average), values)).toList()));
    }

    private static List<NDArray> arrays(NDManager manager, List<Parameter> parameters, String prefix,
            BiFunction<String, Parameter, float[]> values) {
        var arrays = new ArrayList<NDArray>();
        for (Parameter parameter : parameters) {
            var shape = new Shape(parameter.shape().stream().mapToLong(Integer::longValue).toArray());
            arrays.add(manager.create(values.apply(prefix, parameter), shape));
        }
        return arrays;
    }

    private static String prefix(MovingAverage average) {
        return "average." + average.name() + ".";
    }

    State tensors() {
        return state;
    }

    /**
     * Brings a teacher's weights to the device, as the program wants them. They are no part of what is kept.
     *
     * @throws CheckpointException if the teacher lacks a weight of its network
     */
    void taughtBy(Teacher teacher, TrainingProgram program) {
        try (NDManager scratch = manager.newSubManager()) {
            List<NDArray> weights = arrays(scratch, teacher.network().parameters(), "", (prefix, parameter) -> {
                TensorData data = teacher.weights().get(parameter.name());
                if (data == null || !data.shape().equals(parameter.shape())) {
                    throw new CheckpointException("the teacher has no tensor " + parameter.name() + " of shape "
                            + parameter.shape());
                }
                return data.values();
            });
            state = new State(state.weights(), state.firstMoments(), state.secondMoments(), state.averages(),
                    program.prepareTeacher(manager, weights));
        }
    }

    /** Copies everything to the host, bit for bit. */
    Map<String, TensorData> toHost() {
        var tensors = new LinkedHashMap<String, TensorData>();
        copy(state.weights(), WEIGHTS, tensors);
        copy(state.firstMoments(), FIRST, tensors);
        copy(state.secondMoments(), SECOND, tensors);
        for (int i = 0; i < averages.size(); i++) {
            copy(state.averages().get(i), prefix(averages.get(i)), tensors);
        }
        return tensors;
    }

    /** Copies the weights of an average to the host, under the names of the parameters. */
    Map<String, TensorData> average(int index) {
        var tensors = new LinkedHashMap<String, TensorData>();
        copy(state.averages().get(index), "", tensors);
        return tensors;
    }

    private void copy(List<NDArray> arrays, String prefix, Map<String, TensorData> target) {
        for (int i = 0; i < arrays.size(); i++) {
            Parameter parameter = parameters.get(i);
            target.put(prefix + parameter.name(), new TensorData(parameter.shape(), arrays.get(i).toFloatArray()));
        }
    }
}
