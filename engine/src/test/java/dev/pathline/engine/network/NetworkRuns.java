package dev.pathline.engine.network;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.pathline.engine.TestDevice;
import dev.pathline.engine.checkpoint.TensorData;
import dev.pathline.engine.graph.Network;
import dev.pathline.engine.graph.Op;
import dev.pathline.engine.graph.Value;
import dev.pathline.engine.script.InferenceProgram;
import dev.pathline.engine.script.NumericProfile;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Evaluates networks in tests. */
final class NetworkRuns {

    static final int ROWS = 3;

    private NetworkRuns() {}

    /** The first output at Gaussian points, one time, the target 0.2 and the labels 0, 1, 2, in float32. */
    static float[] evaluate(Network network, Map<String, TensorData> weights, float time) {
        return TestDevice.on(() -> {
            try (NDManager manager = TestDevice.TORCH.newManager();
                    var program = new InferenceProgram(TestDevice.TORCH, network, NumericProfile.FLOAT32)) {
                var prepared = program.prepare(manager, TestDevice.onDevice(manager, network, weights));
                return program.forward(manager, inputs(manager, network, time), prepared).getFirst().toFloatArray();
            }
        });
    }

    private static List<NDArray> inputs(NDManager manager, Network network, float time) {
        var inputs = new ArrayList<NDArray>();
        for (Value value : network.inputs()) {
            Op.Input input = (Op.Input) value.op();
            inputs.add(switch (input.kind()) {
                case VALUES -> {
                    Shape shape = new Shape(ROWS).addAll(TestDevice.shape(value.shape()));
                    yield manager.create(TestDevice.gaussian((int) shape.size(), 7), shape);
                }
                case TIME -> {
                    float[] times = new float[ROWS];
                    Arrays.fill(times, input.name().equals("time") ? time : 0.2f);
                    yield manager.create(times);
                }
                case LABEL -> manager.create(new long[]{0, 1, 2});
            });
        }
        return inputs;
    }

    /** Sets the weights whose names begin so to zero. */
    static void clear(Map<String, TensorData> weights, String prefix) {
        weights.forEach((name, data) -> {
            if (name.startsWith(prefix)) {
                Arrays.fill(data.values(), 0);
            }
        });
    }
}
