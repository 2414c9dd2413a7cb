package dev.pathline.engine.script;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import dev.pathline.engine.TestDevice;
import dev.pathline.engine.torch.ScriptProgram;
import dev.pathline.engine.torch.ScriptProgram.Argument;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

/**
 * A tangent inside a loss, as trainings of flow maps have it: {@code sum (F + (t - r) dF)^2}, differentiated by the
 * weights through the value alone or through both, against differences in float64.
 */
class TangentScriptTest {

    private static final double STEP = 1e-5;

    @Test
    void shouldLetGradientsThroughTheValueAlone() {
        TestDevice.on(() -> {
            try (var loss = new Loss(TangentScript.Flow.DETACHED)) {
                NDArray target = loss.spans.mul(loss.result(0).get(2));
                loss.check(step -> {
                    NDArray whole = loss.result(step).get(1).add(target);
                    return whole.mul(whole).sum().getDouble();
                });
            }
            return null;
        });
    }

    @Test
    void shouldLetGradientsThroughTheTangentToo() {
        TestDevice.on(() -> {
            try (var loss = new Loss(TangentScript.Flow.DIFFERENTIABLE)) {
                loss.check(step -> loss.result(step).getFirst().getDouble());
            }
            return null;
        });
    }

    /** The loss of a small network as a function of a step along a random direction in all weights. */
    private static final class Loss implements AutoCloseable {

        private final NDManager manager = TestDevice.TORCH.newManager();
        private final ScriptProgram program;
        private final List<NDArray> weights = SmallFlowMap.weights(manager, SmallFlowMap.NETWORK, DataType.FLOAT64);
        private final List<NDArray> directions = new ArrayList<>();
        private final List<NDArray> inputs = SmallFlowMap.inputs(manager, DataType.FLOAT64);
        private final NDArray spans = inputs.get(1).sub(inputs.get(2)).reshape(-1, 1, 1, 1);

        Loss(TangentScript.Flow flow) {
            program = ScriptProgram.compile(TestDevice.TORCH, text(flow));
            for (int i = 0; i < weights.size(); i++) {
                NDArray weight = weights.get(i);
                directions.add(manager.create(TestDevice.gaussian((int) weight.size(), i), weight.getShape())
                        .toType(DataType.FLOAT64, false));
            }
        }

        /** The loss, the value, the tangent, and the gradient of each weight. */
        List<NDArray> result(double step) {
            var arguments = new ArrayList<Argument>();
            inputs.forEach(input -> arguments.add(new Argument.Single(input)));
            var tangents = SmallFlowMap.directions(manager, DataType.FLOAT64);
            TangentScript.inputs(SmallFlowMap.NETWORK)
                    .forEach(name -> arguments.add(new Argument.Single(tangents.get(name))));
            var moved = new ArrayList<NDArray>();
            for (int i = 0; i < weights.size(); i++) {
                moved.add(weights.get(i).add(directions.get(i).mul(step)));
            }
            arguments.add(new Argument.Many(moved));
            return program.train(manager, "loss", arguments.toArray(Argument[]::new));
        }

        void check(java.util.function.DoubleUnaryOperator scalar) {
            List<NDArray> result = result(0);
            double exact = 0;
            for (int i = 0; i < weights.size(); i++) {
                exact += result.get(3 + i).mul(directions.get(i)).sum().getDouble();
            }
            double difference = (scalar.applyAsDouble(STEP) - scalar.applyAsDouble(-STEP)) / (2 * STEP);
            assertThat(exact).isNotZero().isCloseTo(difference, Offset.offset(1e-6 * Math.abs(exact)));
        }

        private static String text(TangentScript.Flow flow) {
            return """
                      def loss(self, x: Tensor, time: Tensor, target: Tensor, label: Tensor, dx: Tensor, dtime: Tensor, \
                    dtarget: Tensor, p: List[Tensor]) -> List[Tensor]:
                        w = annotate(List[Tensor], [])
                        for i in range(torch.len(p)):
                          _0 = torch.append(w, torch.requires_grad_(torch.detach(p[i]), True))
                        span = torch.reshape(torch.sub(time, target), [-1, 1, 1, 1])
                    %s    whole = torch.add(out0, torch.mul(span, dout0))
                        loss = torch.sum(torch.mul(whole, whole))
                        g = torch.autograd.grad([loss], w, None, None, False, False)
                        out = [torch.detach(loss), torch.detach(out0), torch.detach(dout0)]
                        for i in range(torch.len(p)):
                          _1 = torch.append(out, unchecked_cast(Tensor, g[i]))
                        return out
                    """
                    .formatted(TangentScript.valueAndTangent(SmallFlowMap.NETWORK, NumericProfile.FLOAT64,
                            flow));
        }

        @Override
        public void close() {
            program.close();
            manager.close();
        }
    }
}
