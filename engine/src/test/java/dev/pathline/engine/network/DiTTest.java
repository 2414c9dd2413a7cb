package dev.pathline.engine.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pathline.engine.TestDevice;
import dev.pathline.engine.graph.Initializer;
import dev.pathline.engine.graph.Network;
import dev.pathline.engine.graph.Parameter;
import dev.pathline.engine.graph.Value;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class DiTTest {

    private static JsonNode json(String text) {
        return JsonMapper.shared().readTree(text);
    }

    private static DiTConfig tiny(String more) {
        return DiTConfigJson.read(json("""
                {"_class_name": "DiTTransformer2DModel", "sample_size": 8, "patch_size": 4, "in_channels": 2,
                 "num_layers": 2, "num_attention_heads": 2, "attention_head_dim": 8%s}""".formatted(more)));
    }

    /** The configuration of facebook/DiT-XL-2-256; blocks have embeddings of their own, which the paper's share. */
    @Test
    void shouldHaveTheSizeOfThePublishedModel() {
        Network network = DiTConfigJson.read(json("{\"out_channels\": 8}")).build();

        assertThat(network.outputs()).extracting(Value::shape).containsExactly(List.of(4, 32, 32), List.of(4, 32, 32));
        assertThat(network.parameters().stream().filter(p -> p.name().endsWith("embedding_table.weight"))).hasSize(28)
                .allMatch(p -> p.shape().equals(List.of(1001, 1152)));
        // arXiv 2212.09748, table 1: 118.6 GFLOPs, where one is a multiplication with an addition.
        assertThat(network.flops() / 2e9).isBetween(116.0, 121.0);
    }

    @Test
    void shouldBeginAsZero() {
        Network network = tiny("").build();

        assertThat(network.parameters().stream().filter(p -> p.initializer().equals(Initializer.ZEROS)))
                .extracting(Parameter::name).contains("transformer_blocks.0.norm1.linear.weight", "proj_out_1.weight",
                        "proj_out_2.weight");
    }

    @Test
    void shouldWriteWhatItRead() {
        JsonNode given = json("{\"_class_name\": \"DiTTransformer2DModel\", \"upcast_attention\": false, \"a\": 1}");

        assertThat(NetworkType.read(given).json()).isEqualTo(given);
        assertThat(NetworkType.read(given).type().folder()).isEqualTo("transformer");
    }

    @Test
    void shouldSayWhichSettingsAreOurs() {
        assertThat(tiny("").extensions()).isEmpty();
        assertThat(tiny("""
                , "qk_norm": "layer_norm", "num_embeds_ada_norm": null, "time_embedding_type": "low_frequency",
                "target_embedding_type": "positional", "guidance_embedding_type": "low_frequency"
                """).extensions()).containsExactly("time_embedding_type",
                "target_embedding_type", "guidance_embedding_type", "num_embeds_ada_norm", "qk_norm");
    }

    @Test
    void shouldHaveNoClassesWhereThereAreNone() {
        Network network = tiny(", \"num_embeds_ada_norm\": null").build();

        assertThat(network.inputs()).hasSize(2);
        assertThat(network.parameters()).noneMatch(p -> p.name().contains("class_embedder"));
    }

    @Test
    void shouldBeginWithoutTheSecondTime() {
        Network network = tiny(", \"target_embedding_type\": \"low_frequency\"").build();
        var weights = TestDevice.randomWeights(network, 3);
        NetworkRuns.clear(weights, "timestep_embedder_r.linear_2");
        var plain = tiny("").build();
        float[] expected = NetworkRuns.evaluate(plain, weights, 0.5f);

        assertThat(NetworkRuns.evaluate(network, weights, 0.5f)).isEqualTo(expected);
        float[] moved = NetworkRuns.evaluate(network, TestDevice.randomWeights(network, 3), 0.5f);
        assertThat(TestDevice.maxDifference(moved, expected)).isGreaterThan(0.01);
    }

    @Test
    void shouldBeginWithoutGuidanceAndTheSecondTime() {
        Network network = tiny(", \"target_embedding_type\": \"low_frequency\","
                + " \"guidance_embedding_type\": \"low_frequency\"").build();
        var weights = TestDevice.randomWeights(network, 3);
        NetworkRuns.clear(weights, "timestep_embedder_r.linear_2");
        float[] moved = NetworkRuns.evaluate(network, weights, 0.5f);
        NetworkRuns.clear(weights, "guidance_embedder.linear_2");
        float[] expected = NetworkRuns.evaluate(tiny("").build(), weights, 0.5f);

        assertThat(NetworkRuns.evaluate(network, weights, 0.5f)).isEqualTo(expected);
        assertThat(TestDevice.maxDifference(moved, expected)).isGreaterThan(0.01);
    }

    /** A norm takes away what queries are multiplied by. */
    @Test
    void shouldNormaliseQueriesAndKeys() {
        assertThat(effectOfLargerQueries(", \"qk_norm\": \"layer_norm\"")).isLessThan(1e-4);
        assertThat(effectOfLargerQueries("")).isGreaterThan(1e-3);
    }

    private static double effectOfLargerQueries(String more) {
        Network network = tiny(more).build();
        var weights = TestDevice.randomWeights(network, 4);
        float[] before = NetworkRuns.evaluate(network, weights, 0.5f);
        weights.forEach((name, data) -> {
            for (int i = 0; name.contains(".to_q.") && i < data.values().length; i++) {
                data.values()[i] *= 8;
            }
        });
        return TestDevice.maxDifference(before, NetworkRuns.evaluate(network, weights, 0.5f));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "\"norm_type\": \"ada_norm\" | norm_type is \"ada_norm\"; supported are ada_norm_zero",
        "\"activation_fn\": \"geglu\" | activation_fn is \"geglu\"; supported are gelu, gelu-approximate",
        "\"patch_size\": 3 | sample_size is 8, which patches of 3 do not fill",
        "\"qk_norm\": \"l2\" | qk_norm is \"l2\"", "\"num_layers\": 0 | num_layers must be a whole number from 1",
        "\"attention_head_dim\": 3 | 6 channels cannot be divided by 4"})
    void shouldNameTheSettingItRefuses(String setting, String message) {
        assertThatThrownBy(() -> tiny(", " + setting).build()).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message);
    }
}
