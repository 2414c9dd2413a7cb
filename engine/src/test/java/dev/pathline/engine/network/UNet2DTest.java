package dev.pathline.engine.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pathline.engine.graph.Network;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.json.JsonMapper;

class UNet2DTest {

    private static final List<String> DOWN = List.of("DownBlock2D", "AttnDownBlock2D", "AttnDownBlock2D");
    private static final List<String> UP = List.of("AttnUpBlock2D", "AttnUpBlock2D", "UpBlock2D");

    static UNet2DConfig tiny() {
        return new UNet2DConfig(8, 1, 1, List.of(32, 64), List.of("DownBlock2D", "AttnDownBlock2D"),
                List.of("AttnUpBlock2D", "UpBlock2D"), 1, 8, 32, 1e-5, true, 0, 1, 11);
    }

    /** Counts of published checkpoints of diffusers. */
    @ParameterizedTest
    @CsvSource({"32, 64, 64, 1, 213, 1164513", "32, 64, 64, 2, 319, 1708417", "64, 128, 128, 2, 319, 6804225"})
    void shouldHaveTheWeightsOfDiffusers(int a, int b, int c, int layers, int tensors, long parameters) {
        Network network = UNet2D.build(
                new UNet2DConfig(28, 1, 1, List.of(a, b, c), DOWN, UP, layers, 8, 32, 1e-5, true, 0, 1, 11));

        assertThat(network.parameters()).hasSize(tensors);
        assertThat(network.parameterCount()).isEqualTo(parameters);
    }

    @Test
    void shouldHaveTheWeightsOfThePublishedCifarModel() {
        Network network = UNet2D.build(new UNet2DConfig(32, 3, 3, List.of(128, 256, 256, 256),
                List.of("DownBlock2D", "AttnDownBlock2D", "DownBlock2D", "DownBlock2D"),
                List.of("UpBlock2D", "UpBlock2D", "AttnUpBlock2D", "UpBlock2D"), 2, null, 32, 1e-6, false, 1, 0, null));

        assertThat(network.parameters()).hasSize(328);
        assertThat(network.parameterCount()).isEqualTo(35_746_307);
    }

    @Test
    void shouldHaveTheWeightsOfTheTinyNetwork() {
        Network network = UNet2D.build(tiny());

        assertThat(network.parameters()).hasSize(145);
        assertThat(network.parameterCount()).isEqualTo(702_753);
        assertThat(network.parameters().stream().filter(p -> p.name().equals("up_blocks.0.resnets.1.conv1.weight")))
                .singleElement().satisfies(p -> assertThat(p.shape()).containsExactly(64, 96, 3, 3));
        assertThat(network.parameters().stream()
                .filter(p -> p.name().equals("up_blocks.1.resnets.0.conv_shortcut.weight")))
                .singleElement().satisfies(p -> assertThat(p.shape()).containsExactly(32, 96, 1, 1));
    }

    @Test
    void shouldCountOperationsOfAConvolutionAsMultiplyAndAdd() {
        var graph = new dev.pathline.engine.graph.Graph();
        Network network = graph.build(graph.conv2d(graph.input("x", List.of(3, 10, 10)), "conv", 3, 16));

        assertThat(network.flops()).isEqualTo(2L * 16 * 10 * 10 * 3 * 9);
    }

    @Test
    void shouldReadWhatItWrites() {
        UNet2DConfig config = tiny();

        assertThat(UNet2DConfigJson.read(UNet2DConfigJson.write(config))).isEqualTo(config);
    }

    @Test
    void shouldTakeDiffusersDefaults() {
        UNet2DConfig config = UNet2DConfigJson.read(JsonMapper.shared().readTree("{\"sample_size\": 64}"));

        assertThat(config.blockOutChannels()).containsExactly(224, 448, 672, 896);
        assertThat(config.attentionHeadDim()).isEqualTo(8);
        assertThat(config.numClassEmbeds()).isNull();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "{\"sample_size\":28,\"act_fn\":\"mish\"} | act_fn",
        "{\"sample_size\":28,\"time_embedding_type\":\"fourier\"} | time_embedding_type",
        "{\"sample_size\":\"28\"} | sample_size", "{} | sample_size",
        "{\"sample_size\":28,\"block_out_channels\":[32,0]} | block_out_channels",
        "{\"sample_size\":28,\"down_block_types\":[\"X\",\"X\",\"X\",\"X\"]} | down_block_types",
        "{\"sample_size\":28} | sample_size"})
    void shouldNameTheSettingItRefuses(String json, String key) {
        assertThatThrownBy(() -> UNet2DConfigJson.read(JsonMapper.shared().readTree(json)))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining(key);
    }

    @Test
    void shouldRefuseChannelsThatGroupsDoNotDivide() {
        var config = new UNet2DConfig(8, 1, 1, List.of(24, 64), List.of("DownBlock2D", "DownBlock2D"),
                List.of("UpBlock2D", "UpBlock2D"), 1, 8, 32, 1e-5, true, 0, 1, null);

        assertThatThrownBy(() -> UNet2D.build(config)).hasMessageContaining("norm1")
                .hasMessageContaining("24 channels cannot be divided into 32 groups");
    }
}
