package dev.pathline.engine.script;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import dev.pathline.engine.TestDevice;
import dev.pathline.engine.graph.Graph;
import dev.pathline.engine.graph.Network;
import dev.pathline.engine.graph.Value;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Jacobian-vector products of a whole network: against central differences, in every profile, and what is refused. */
class TangentTest {

    private static final List<String> NAMES = List.of("x", "time", "target");

    @ParameterizedTest
    @ValueSource(strings = {"x", "time", "target", "x time", "x time target"})
    void shouldMatchDifferencesInFloat64(String along) {
        assertThat(differenceError(SmallFlowMap.NETWORK, NumericProfile.FLOAT64, along, 1e-5)).isLessThan(1e-6);
    }

    @ParameterizedTest
    @ValueSource(strings = {"x", "time", "target", "x time", "x time target"})
    void shouldMatchDifferencesInFloat32(String along) {
        assertThat(differenceError(SmallFlowMap.NETWORK, NumericProfile.FLOAT32, along, 2e-3)).isLessThan(1e-3);
    }

    @Test
    void shouldMatchDifferencesOfATransformer() {
        assertThat(differenceError(SmallFlowMap.TRANSFORMER, NumericProfile.FLOAT64, "x time target", 1e-5))
                .isLessThan(1e-6);
        assertThat(differenceError(SmallFlowMap.TRANSFORMER, NumericProfile.FLOAT32, "x time target", 2e-3))
                .isLessThan(1e-3);
    }

    static List<NumericProfile> profiles() {
        return NumericProfile.ALL;
    }

    @ParameterizedTest
    @MethodSource("profiles")
    void shouldWorkInEveryProfile(NumericProfile profile) {
        double bound = switch (profile.precision()) {
            case FLOAT64 -> 1e-12;
            case FLOAT32 -> 1e-5;
            case FLOAT16 -> 0.01;
            case BFLOAT16 -> 0.04;
        };

        assertThat(error(tangent(profile), tangent(NumericProfile.FLOAT64))).isLessThan(bound);
    }

    @Test
    void shouldKeepOutputsApartAndKnowWhichMove() {
        var graph = new Graph();
        Value x = graph.input("x", List.of(2));
        Value label = graph.embedding(graph.labelInput("label"), "table", 2, 3);
        var network = graph.build(graph.affine(x, 3, 1), label, graph.multiply(x, x));
        TestDevice.on(() -> {
            try (NDManager manager = TestDevice.TORCH.newManager();
                    var program = new DerivativeProgram(TestDevice.TORCH, network, NumericProfile.FLOAT32)) {
                NDArray at = manager.create(new float[][]{{2, 5}});
                var result = program.jvp(manager, List.of(at, manager.create(new long[]{1})),
                        Map.of("x", manager.create(new float[][]{{1, -1}})),
                        List.of(manager.create(new float[][]{{0, 0, 0}, {7, 8, 9}})));

                assertThat(result.values().get(1).toFloatArray()).containsExactly(7, 8, 9);
                assertThat(result.tangents()).map(NDArray::toFloatArray).containsExactly(new float[]{3, -3},
                        new float[3], new float[]{4, -10});
            }
            return null;
        });
    }

    @Test
    void shouldNotMoveWithWhatIsRoundedToAnIndex() {
        var graph = new Graph();
        Value x = graph.input("x", List.of(2));
        Value steps = graph.embedding(graph.nearest(graph.timeInput("time")), "steps", 2, 2);
        var network = graph.build(graph.add(graph.multiply(x, x), steps), steps);
        TestDevice.on(() -> {
            try (NDManager manager = TestDevice.TORCH.newManager();
                    var program = new DerivativeProgram(TestDevice.TORCH, network, NumericProfile.FLOAT32)) {
                var inputs = List.of(manager.create(new float[][]{{2, 5}}), manager.create(new float[]{0.9f}));
                var weights = List.of(manager.create(new float[][]{{0, 0}, {7, 8}}));
                var result = program.jvp(manager, inputs, Map.of("x", manager.create(new float[][]{{1, -1}}), "time",
                        manager.create(new float[]{1})), weights);
                NDArray one = manager.create(new float[][]{{1, 1}});

                assertThat(result.values().getFirst().toFloatArray()).containsExactly(11, 33);
                assertThat(result.tangents()).map(NDArray::toFloatArray).containsExactly(new float[]{4, -10},
                        new float[2]);
                assertThat(program.vjp(manager, inputs, List.of(one, one), weights).inputs().get("time").toFloatArray())
                        .containsExactly(0);
            }
            return null;
        });
    }

    @Test
    void shouldSayWhatDoesNotFit() {
        TestDevice.on(() -> {
            try (NDManager manager = TestDevice.TORCH.newManager();
                    var program = new DerivativeProgram(TestDevice.TORCH, SmallFlowMap.NETWORK,
                            NumericProfile.FLOAT32)) {
                var inputs = SmallFlowMap.inputs(manager, DataType.FLOAT32);
                var weights = SmallFlowMap.weights(manager, SmallFlowMap.NETWORK, DataType.FLOAT32);
                NDArray two = manager.create(new float[2]);
                assertThatThrownBy(() -> program.jvp(manager, inputs, Map.of("label", two), weights))
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessageContaining("no tangent of 'label'").hasMessageContaining("[x, time, target]");
                assertThatThrownBy(() -> program.jvp(manager, inputs, Map.of("time", two), weights))
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessageContaining("has shape (2), the input (6)");
                assertThatThrownBy(() -> program.jvp(manager, inputs.subList(0, 2), Map.of(), weights))
                        .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("4 inputs, there are 2");
                assertThatThrownBy(() -> program.vjp(manager, inputs, List.of(), weights))
                        .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("1 outputs, there are 0");
            }
            return null;
        });
    }

    /** The largest relative error of a row's tangent, of central differences along some of the inputs. */
    private static double differenceError(Network network, NumericProfile profile, String along, double step) {
        return TestDevice.on(() -> {
            DataType type = type(profile);
            try (NDManager manager = TestDevice.TORCH.newManager();
                    var program = new DerivativeProgram(TestDevice.TORCH, network, profile)) {
                var weights = SmallFlowMap.weights(manager, network, type);
                var inputs = SmallFlowMap.inputs(manager, type);
                var directions = new HashMap<>(SmallFlowMap.directions(manager, type));
                directions.keySet().retainAll(Set.of(along.split(" ")));
                List<NDArray> ahead = new ArrayList<>(inputs);
                List<NDArray> behind = new ArrayList<>(inputs);
                directions.forEach((name, direction) -> {
                    int i = NAMES.indexOf(name);
                    ahead.set(i, inputs.get(i).add(direction.mul(step)));
                    behind.set(i, inputs.get(i).sub(direction.mul(step)));
                });
                NDArray exact = program.jvp(manager, inputs, directions, weights).tangents().getFirst();
                NDArray difference = value(manager, program, ahead, weights)
                        .sub(value(manager, program, behind, weights)).div(2 * step);
                double worst = 0;
                for (int row = 0; row < SmallFlowMap.TIMES.length; row++) {
                    double error = norm(exact.get(row).sub(difference.get(row))) / norm(difference.get(row));
                    worst = Math.max(worst, error);
                }
                return worst;
            }
        });
    }

    private static NDArray value(NDManager manager, DerivativeProgram program, List<NDArray> inputs,
            List<NDArray> weights) {
        return program.jvp(manager, inputs, Map.of(), weights).values().getFirst();
    }

    private static float[] tangent(NumericProfile profile) {
        DataType type = type(profile);
        return TestDevice.on(() -> {
            try (NDManager manager = TestDevice.TORCH.newManager();
                    var program = new DerivativeProgram(TestDevice.TORCH, SmallFlowMap.NETWORK, profile)) {
                return program.jvp(manager, SmallFlowMap.inputs(manager, type), SmallFlowMap.directions(manager, type),
                        SmallFlowMap.weights(manager, SmallFlowMap.NETWORK, type)).tangents().getFirst()
                        .toType(DataType.FLOAT32, true).toFloatArray();
            }
        });
    }

    private static DataType type(NumericProfile profile) {
        return profile.precision() == NumericProfile.Precision.FLOAT64 ? DataType.FLOAT64 : DataType.FLOAT32;
    }

    private static double error(float[] values, float[] exact) {
        double error = 0;
        double norm = 0;
        for (int i = 0; i < exact.length; i++) {
            error += Math.pow(values[i] - exact[i], 2);
            norm += Math.pow(exact[i], 2);
        }
        return Math.sqrt(error / norm);
    }

    private static double norm(NDArray array) {
        NDArray wide = array.toType(DataType.FLOAT64, true);
        return Math.sqrt(wide.mul(wide).sum().getDouble());
    }
}
