package dev.pathline.engine.network;

import static dev.pathline.diffusion.model.Network.NO_LABEL;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.pathline.diffusion.model.GaussianMixtureModel;
import dev.pathline.diffusion.prediction.Affine;
import dev.pathline.diffusion.prediction.Prediction;
import dev.pathline.diffusion.prediction.Preconditioning;
import dev.pathline.diffusion.prediction.TimeInput;
import dev.pathline.diffusion.schedule.NoiseSchedule;
import dev.pathline.diffusion.schedule.NoiseSchedules;
import dev.pathline.diffusion.schedule.RectifiedFlow;
import dev.pathline.engine.ClosedForms;
import dev.pathline.engine.TestDevice;
import dev.pathline.engine.checkpoint.Checkpoint;
import dev.pathline.engine.script.InferenceProgram;
import dev.pathline.engine.script.NumericProfile;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.json.JsonMapper;

/** The network against the float64 closed form, on every schedule and for every prediction. */
class GaussianMixtureNetTest {

    private static final Preconditioning EDM = new Preconditioning.Edm(1);
    private static final double[][] EPSILON = {{0.6, -1.1}, {-0.3, 0.8}, {1.4, 0.2}, {-1.7, -0.5}};

    private record Row(double[] x, double t, int label) {}

    static Stream<NoiseSchedule> schedules() {
        return NoiseSchedules.all().stream();
    }

    @ParameterizedTest
    @MethodSource("schedules")
    void shouldPredictWhatTheClosedFormDoes(NoiseSchedule schedule) {
        var model = new GaussianMixtureModel(schedule, ClosedForms.MIXTURE);
        List<Row> rows = rows(schedule);
        float[] outputs = evaluate(schedule, rows);
        for (int i = 0; i < rows.size(); i++) {
            Row row = rows.get(i);
            Affine data = EDM.prediction(schedule, row.t);
            for (Prediction prediction : Prediction.values()) {
                Affine map = Prediction.DATA.to(prediction, schedule, row.t).after(data);
                double[] expected = model.predict(prediction, row.x, row.t, row.label);
                for (int d = 0; d < expected.length; d++) {
                    // The output has 7 digits; the map magnifies what it has lost.
                    double bound = 2e-6 * Math.max(Math.abs(map.output()), Math.abs(expected[d]));
                    assertThat(map.apply(row.x[d], outputs[2 * i + d]))
                            .as("%s at t = %s, label %d", prediction, row.t, row.label)
                            .isCloseTo(expected[d], within(bound));
                }
            }
        }
    }

    @Test
    void shouldBeExactAtBothEnds() {
        NoiseSchedule flow = RectifiedFlow.DEFAULT;
        var model = new GaussianMixtureModel(flow, ClosedForms.MIXTURE);
        double[] x = {0.3, -0.4};
        float[] noise = evaluate(flow, List.of(new Row(x, 1, NO_LABEL)));
        double[] data = model.data(x, 1, NO_LABEL);
        assertThat(noise[0]).isCloseTo((float) data[0], within(1e-6f));
        assertThat(noise[1]).isCloseTo((float) data[1], within(1e-6f));
        // At sin = 0 the data is the point itself, whatever the output, which is 0.
        assertThat(evaluate(flow, List.of(new Row(x, 0, 1)))).containsExactly(new float[]{0, 0}, within(0f));
    }

    @Test
    void shouldReadWhatItWrites() {
        for (var config : List.of(new GaussianMixtureNet(2, 3, null), new GaussianMixtureNet(5, 1, 2))) {
            assertThat(NetworkType.read(config.json())).isEqualTo(config);
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "{\"_class_name\":\"GaussianMixtureNet\",\"dimension\":2} | components is missing",
        "{\"_class_name\":\"GaussianMixtureNet\",\"dimension\":0,\"components\":1} | dimension must be",
        "{\"_class_name\":\"GaussianMixtureNet\",\"dim\":2} | dim is unknown",
        "{\"_class_name\":\"Magic\"} | _class_name is 'Magic'; known are UNet2DModel, DiT",
        "{} | _class_name"})
    void shouldNameWhatItRefuses(String json, String message) {
        assertThatThrownBy(() -> NetworkType.read(JsonMapper.shared().readTree(json)))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining(message);
    }

    private static List<Row> rows(NoiseSchedule schedule) {
        var rows = new ArrayList<Row>();
        for (double part : new double[]{1, 0.7, 0.3, 0.05, 0}) {
            double t = part == 0 ? schedule.minTime() : part * schedule.maxTime();
            for (int i = 0; i < EPSILON.length; i++) {
                double alpha = schedule.alpha(t);
                double sigma = schedule.sigma(t);
                double[] x = {alpha + sigma * EPSILON[i][0], alpha / 2 + sigma * EPSILON[i][1]};
                rows.add(new Row(x, t, i % 3 == 2 ? NO_LABEL : i % 3));
            }
        }
        return rows;
    }

    private static float[] evaluate(NoiseSchedule schedule, List<Row> rows) {
        Checkpoint checkpoint = ClosedForms.of(schedule, ClosedForms.MIXTURE);
        int n = rows.size();
        float[] x = new float[2 * n];
        float[] times = new float[n];
        long[] labels = new long[n];
        for (int i = 0; i < n; i++) {
            Row row = rows.get(i);
            double scale = EDM.inputScale(schedule, row.t);
            x[2 * i] = (float) (scale * row.x[0]);
            x[2 * i + 1] = (float) (scale * row.x[1]);
            times[i] = (float) TimeInput.ANGLE.of(schedule, row.t);
            labels[i] = row.label < 0 ? 2 : row.label;
        }
        return TestDevice.on(() -> {
            try (NDManager manager = TestDevice.TORCH.newManager();
                    var program = new InferenceProgram(TestDevice.TORCH, checkpoint.network(),
                            NumericProfile.FLOAT32)) {
                var weights = program.prepare(manager,
                        TestDevice.onDevice(manager, checkpoint.network(), checkpoint.weights()));
                return program.forward(manager, List.of(manager.create(x, new Shape(n, 2)), manager.create(times),
                        manager.create(labels)), weights).getFirst().toFloatArray();
            }
        });
    }
}
