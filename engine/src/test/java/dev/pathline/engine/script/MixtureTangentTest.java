package dev.pathline.engine.script;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import dev.pathline.diffusion.model.GaussianMixtureModel;
import dev.pathline.diffusion.model.GaussianMixtureModel.Component;
import dev.pathline.diffusion.model.Network;
import dev.pathline.diffusion.schedule.TrigFlow;
import dev.pathline.engine.ClosedForms;
import dev.pathline.engine.TestDevice;
import dev.pathline.engine.checkpoint.Checkpoint;
import java.util.List;
import java.util.Map;
import org.assertj.core.data.Offset;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Tangents of a network whose derivatives are known: the optimal {@code F = (E[x_0|x] - cos x) / sin} of a mixture at the
 * angle {@code t}. By Tweedie's second identity {@code dE[x_0|x]/dx = cos / sin^2 Cov[x_0|x]}; the derivative by time is
 * taken from differences of the closed-form model. Both to the rounding of the mixture's weights to float32.
 */
class MixtureTangentTest {

    private static final double[][] POINTS = {{0.3, -0.4}, {1.2, 0.9}, {-0.7, 0.1}};
    private static final double[] V = {0.6, -1.3};

    @ParameterizedTest
    @ValueSource(doubles = {0.05, 0.4, 0.8, 1.2, 1.5})
    void shouldBeTheCovarianceAlongThePoint(double t) {
        double[] tangent = tangent(t, "x");
        for (int i = 0; i < POINTS.length; i++) {
            double[] moved = covarianceTimes(POINTS[i], t, V);
            for (int d = 0; d < 2; d++) {
                double cos = Math.cos(t);
                double sin = Math.sin(t);
                double expected = (cos / (sin * sin) * moved[d] - cos * V[d]) / sin;
                assertThat(tangent[2 * i + d]).isCloseTo(expected, Offset.offset(1e-7 * (1 + Math.abs(expected))));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.05, 0.4, 0.8, 1.2, 1.5})
    void shouldFollowTheClosedFormInTime(double t) {
        double step = 1e-5;
        double[] tangent = tangent(t, "time");
        for (int i = 0; i < POINTS.length; i++) {
            double[] ahead = output(POINTS[i], t + step);
            double[] behind = output(POINTS[i], t - step);
            for (int d = 0; d < 2; d++) {
                double expected = (ahead[d] - behind[d]) / (2 * step);
                assertThat(tangent[2 * i + d]).isCloseTo(expected, Offset.offset(1e-7 * (1 + Math.abs(expected))));
            }
        }
    }

    private static double[] output(double[] x, double t) {
        double[] data = new GaussianMixtureModel(TrigFlow.DEFAULT, ClosedForms.MIXTURE).data(x, t, Network.NO_LABEL);
        return new double[]{(data[0] - Math.cos(t) * x[0]) / Math.sin(t),
            (data[1] - Math.cos(t) * x[1]) / Math.sin(t)};
    }

    /** {@code Cov[x_0|x] v}: the components' own spread, and the spread of their means around the common one. */
    private static double[] covarianceTimes(double[] x, double t, double[] v) {
        double cos = Math.cos(t);
        double sin = Math.sin(t);
        double mass = 0;
        double inside = 0;
        double[] mean = new double[2];
        double[] along = new double[2];
        for (Component c : ClosedForms.MIXTURE) {
            double data = c.std() * c.std();
            double variance = cos * cos * data + sin * sin;
            double[] offset = {x[0] - cos * c.mean().get(0), x[1] - cos * c.mean().get(1)};
            double share = c.weight() / variance
                    * Math.exp(-(offset[0] * offset[0] + offset[1] * offset[1]) / (2 * variance));
            double[] m = {c.mean().get(0) + cos * data / variance * offset[0],
                c.mean().get(1) + cos * data / variance * offset[1]};
            mass += share;
            inside += share * data * sin * sin / variance;
            for (int d = 0; d < 2; d++) {
                mean[d] += share * m[d];
                along[d] += share * m[d] * (m[0] * v[0] + m[1] * v[1]);
            }
        }
        double common = (mean[0] * v[0] + mean[1] * v[1]) / mass;
        return new double[]{(inside * v[0] + along[0] - mean[0] * common) / mass,
            (inside * v[1] + along[1] - mean[1] * common) / mass};
    }

    private static double[] tangent(double t, String along) {
        Checkpoint checkpoint = ClosedForms.of(TrigFlow.DEFAULT, ClosedForms.MIXTURE);
        return TestDevice.on(() -> {
            try (NDManager manager = TestDevice.TORCH.newManager();
                    var program = new DerivativeProgram(TestDevice.TORCH, checkpoint.network(),
                            NumericProfile.FLOAT64)) {
                var weights = TestDevice.onDevice(manager, checkpoint.network(), checkpoint.weights()).stream()
                        .map(w -> w.toType(DataType.FLOAT64, false)).toList();
                NDArray x = manager.create(POINTS);
                NDArray times = manager.create(new double[]{t, t, t});
                NDArray direction = along.equals("x") ? manager.create(new double[][]{V, V, V}) : times.onesLike();
                return program.jvp(manager, List.of(x, times, manager.create(new long[]{2, 2, 2})),
                        Map.of(along, direction), weights).tangents().getFirst().toDoubleArray();
            }
        });
    }
}
