package dev.pathline.engine.network;

import dev.pathline.engine.graph.InputNames;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.pathline.engine.TestDevice;
import dev.pathline.engine.checkpoint.TensorData;
import dev.pathline.engine.graph.Network;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class MlpDenoiserTest {

    private static final String CONFIG = """
            {"_class_name": "MlpDenoiser", "sample_shape": %s, "hidden_width": 8, "num_blocks": 1%s}""";

    private static JsonNode json(String shape, String more) {
        return JsonMapper.shared().readTree(CONFIG.formatted(shape, more));
    }

    @Test
    void shouldComputeWhatItsDescriptionSays() {
        Network network = MlpDenoiser.read(json("[3, 2]", ", \"num_class_embeds\": 3")).build();
        Map<String, TensorData> weights = TestDevice.randomWeights(network, 5);
        float[] output = NetworkRuns.evaluate(network, weights, 0.7f);
        float[] x = TestDevice.gaussian(NetworkRuns.ROWS * 6, 7);

        for (int row = 0; row < NetworkRuns.ROWS; row++) {
            double[] point = new double[6];
            for (int i = 0; i < 6; i++) {
                point[i] = x[6 * row + i];
            }
            double[] expected = reference(weights, point, 0.7, row);
            for (int i = 0; i < 6; i++) {
                assertThat((double) output[6 * row + i]).isCloseTo(expected[i], within(1e-5));
            }
        }
        assertThat(network.outputs().getFirst().shape()).containsExactly(3, 2);
    }

    /** One row in double precision, number by number. */
    private static double[] reference(Map<String, TensorData> weights, double[] x, double time, int label) {
        double[] features = new double[8];
        for (int i = 0; i < 4; i++) {
            double omega = Math.pow(25, 1 - i / 3.0);
            features[i] = Math.sin(omega * time);
            features[4 + i] = Math.cos(omega * time);
        }
        double[] embedding = linear(weights, "time_embedding.linear_2",
                silu(linear(weights, "time_embedding.linear_1", features)));
        for (int i = 0; i < 8; i++) {
            embedding[i] += weights.get("class_embedding.weight").values()[8 * label + i];
        }
        double[] parts = linear(weights, "blocks.0.modulation", silu(embedding));
        double[] h = linear(weights, "input", x);
        double[] inner = linear(weights, "blocks.0.linear_1", norm(weights, "blocks.0.norm", h));
        for (int i = 0; i < 8; i++) {
            inner[i] = inner[i] * (1 + parts[i]) + parts[8 + i];
        }
        double[] change = linear(weights, "blocks.0.linear_2", silu(inner));
        for (int i = 0; i < 8; i++) {
            h[i] += change[i];
        }
        return linear(weights, "output", h);
    }

    private static double[] linear(Map<String, TensorData> weights, String name, double[] x) {
        float[] weight = weights.get(name + ".weight").values();
        float[] bias = weights.get(name + ".bias").values();
        double[] y = new double[bias.length];
        for (int i = 0; i < y.length; i++) {
            y[i] = bias[i];
            for (int j = 0; j < x.length; j++) {
                y[i] += weight[i * x.length + j] * x[j];
            }
        }
        return y;
    }

    private static double[] silu(double[] x) {
        return java.util.Arrays.stream(x).map(v -> v / (1 + Math.exp(-v))).toArray();
    }

    private static double[] norm(Map<String, TensorData> weights, String name, double[] x) {
        double mean = java.util.Arrays.stream(x).average().orElseThrow();
        double variance = java.util.Arrays.stream(x).map(v -> (v - mean) * (v - mean)).average().orElseThrow();
        double[] y = new double[x.length];
        for (int i = 0; i < x.length; i++) {
            y[i] = (x[i] - mean) / Math.sqrt(variance + 1e-5) * weights.get(name + ".weight").values()[i]
                    + weights.get(name + ".bias").values()[i];
        }
        return y;
    }

    @Test
    void shouldBeginWithoutTheSecondTime() {
        Network network = MlpDenoiser.read(json("[2]", ", \"target_embedding_type\": \"positional\"")).build();
        var weights = TestDevice.randomWeights(network, 3);
        float[] moved = NetworkRuns.evaluate(network, weights, 0.5f);
        NetworkRuns.clear(weights, "time_embedding_r.linear_2");
        float[] plain = NetworkRuns.evaluate(MlpDenoiser.read(json("[2]", "")).build(), weights, 0.5f);

        assertThat(NetworkRuns.evaluate(network, weights, 0.5f)).isEqualTo(plain);
        assertThat(TestDevice.maxDifference(moved, plain)).isGreaterThan(0.01);
    }

    @Test
    void shouldBeginWithoutGuidance() {
        Network network = MlpDenoiser.read(json("[2]", ", \"guidance_embedding_type\": \"low_frequency\"")).build();
        var weights = TestDevice.randomWeights(network, 3);
        float[] moved = NetworkRuns.evaluate(network, weights, 0.5f);
        NetworkRuns.clear(weights, "guidance_embedding.linear_2");
        float[] plain = NetworkRuns.evaluate(MlpDenoiser.read(json("[2]", "")).build(), weights, 0.5f);

        assertThat(network.hasInput(InputNames.GUIDANCE)).isTrue();
        assertThat(NetworkRuns.evaluate(network, weights, 0.5f)).isEqualTo(plain);
        assertThat(TestDevice.maxDifference(moved, plain)).isGreaterThan(0.01);
    }

    @Test
    void shouldReadWhatItWrites() {
        for (String more : List.of("", ", \"num_class_embeds\": 4, \"time_embedding_type\": \"positional\"",
                ", \"target_embedding_type\": \"low_frequency\", \"time_embedding_max_frequency\": 12.5",
                ", \"time_embedding_type\": \"positional\", \"target_embedding_type\": \"low_frequency\", "
                        + "\"time_embedding_max_frequency\": 12.5",
                ", \"time_embedding_type\": \"positional\", \"guidance_embedding_type\": \"low_frequency\", "
                        + "\"time_embedding_max_frequency\": 12.5")) {
            MlpDenoiser config = MlpDenoiser.read(json("[5, 2]", more));

            assertThat(NetworkType.read(config.json())).as(more).isEqualTo(config);
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "[2] | , \"guidance_embedding_type\": \"positional\" | guidance_embedding_type is \"positional\"",
        "[] | '' | sample_shape must have a dimension",
        "[0] | '' | sample_shape must be a whole number from 1", "[2] | , \"dropout\": 0.1 | dropout is unknown",
        "[2] | , \"hidden_width\": 3 | hidden_width must be at least 4",
        "[2] | , \"time_embedding_type\": \"fourier\" | time_embedding_type is \"fourier\""})
    void shouldNameTheSettingItRefuses(String shape, String more, String message) {
        assertThatThrownBy(() -> MlpDenoiser.read(json(shape, more))).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message);
    }
}
