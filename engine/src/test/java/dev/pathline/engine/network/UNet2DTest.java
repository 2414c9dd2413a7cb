package dev.pathline.engine.network;

import dev.pathline.engine.graph.InputNames;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pathline.engine.graph.Graph;
import dev.pathline.engine.graph.Graph;
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

class UNet2DTest {

    private static final String TINY = """
            {"sample_size": 8, "in_channels": 1, "out_channels": 1, "block_out_channels": [32, 64],
             "down_block_types": ["DownBlock2D", "AttnDownBlock2D"], "up_block_types": ["AttnUpBlock2D", "UpBlock2D"],
             "layers_per_block": 1, "num_class_embeds": 11%s}""";

    private static JsonNode json(String text) {
        return JsonMapper.shared().readTree(text);
    }

    private static UNet2DConfig tiny(String more) {
        return UNet2DConfigJson.read(json(TINY.formatted(more)));
    }

    /** Counts of published checkpoints of diffusers. */
    @ParameterizedTest
    @CsvSource({"32, 64, 64, 1, 213, 1164513", "32, 64, 64, 2, 319, 1708417", "64, 128, 128, 2, 319, 6804225"})
    void shouldHaveTheWeightsOfDiffusers(int a, int b, int c, int layers, int tensors, long parameters) {
        Network network = UNet2DConfigJson.read(json("""
                {"sample_size": 28, "in_channels": 1, "out_channels": 1, "block_out_channels": [%d, %d, %d],
                 "down_block_types": ["DownBlock2D", "AttnDownBlock2D", "AttnDownBlock2D"],
                 "up_block_types": ["AttnUpBlock2D", "AttnUpBlock2D", "UpBlock2D"],
                 "layers_per_block": %d, "num_class_embeds": 11}""".formatted(a, b, c, layers))).build();

        assertThat(network.parameters()).hasSize(tensors);
        assertThat(network.parameterCount()).isEqualTo(parameters);
    }

    /** The configuration of google/ddpm-cifar10-32. */
    @Test
    void shouldHaveTheWeightsOfThePublishedCifarModel() {
        Network network = UNet2DConfigJson.read(json("""
                {"sample_size": 32, "block_out_channels": [128, 256, 256, 256],
                 "down_block_types": ["DownBlock2D", "AttnDownBlock2D", "DownBlock2D", "DownBlock2D"],
                 "up_block_types": ["UpBlock2D", "UpBlock2D", "AttnUpBlock2D", "UpBlock2D"],
                 "attention_head_dim": null, "norm_eps": 1e-6, "flip_sin_to_cos": false, "freq_shift": 1,
                 "downsample_padding": 0}""")).build();

        assertThat(network.parameters()).hasSize(328);
        assertThat(network.parameterCount()).isEqualTo(35_746_307);
    }

    /** The configuration of openai/diffusers-cd_imagenet64_l2. */
    @Test
    void shouldHaveTheWeightsOfThePublishedConsistencyModel() {
        Network network = UNet2DConfigJson.read(json("""
                {"sample_size": 64, "block_out_channels": [192, 384, 576, 768], "layers_per_block": 3,
                 "down_block_types":
                 ["ResnetDownsampleBlock2D", "AttnDownBlock2D", "AttnDownBlock2D", "AttnDownBlock2D"],
                 "up_block_types": ["AttnUpBlock2D", "AttnUpBlock2D", "AttnUpBlock2D", "ResnetUpsampleBlock2D"],
                 "attention_head_dim": 64, "attn_norm_num_groups": 32, "resnet_time_scale_shift": "scale_shift",
                 "downsample_type": "resnet", "upsample_type": "resnet", "num_class_embeds": 1000}""")).build();

        assertThat(network.parameters()).hasSize(629);
        assertThat(network.parameterCount()).isEqualTo(295_899_267);
    }

    @Test
    void shouldHaveTheWeightsOfTheTinyNetwork() {
        Network network = tiny("").build();

        assertThat(network.parameters()).hasSize(145);
        assertThat(network.parameterCount()).isEqualTo(702_753);
        assertThat(network.parameters().stream().filter(p -> p.name().equals("up_blocks.0.resnets.1.conv1.weight")))
                .singleElement().satisfies(p -> assertThat(p.shape()).containsExactly(64, 96, 3, 3));
        assertThat(network.parameters().stream()
                .filter(p -> p.name().equals("up_blocks.1.resnets.0.conv_shortcut.weight")))
                .singleElement().satisfies(p -> assertThat(p.shape()).containsExactly(32, 96, 1, 1));
    }

    @Test
    void shouldAddASecondTimeThatBeginsWithoutEffect() {
        Network plain = tiny("").build();
        UNet2DConfig config = tiny(", \"target_embedding_type\": \"low_frequency\"");
        Network network = config.build();

        assertThat(network.hasTarget()).isTrue();
        assertThat(plain.hasTarget()).isFalse();
        assertThat(network.parameters().stream().filter(p -> plain.parameters().stream().noneMatch(p::equals)))
                .extracting(Parameter::name)
                .containsExactly("time_embedding_r.linear_1.weight", "time_embedding_r.linear_1.bias",
                        "time_embedding_r.linear_2.weight", "time_embedding_r.linear_2.bias");
        assertThat(network.parameters().stream().filter(p -> p.name().startsWith("time_embedding_r.linear_2")))
                .extracting(Parameter::initializer).containsOnly(Initializer.ZEROS);
        assertThat(config.extensions()).containsExactly("target_embedding_type");
        assertThat(tiny(", \"time_embedding_type\": \"low_frequency\"").extensions())
                .containsExactly("time_embedding_type");
        assertThat(tiny("").extensions()).isEmpty();
    }

    @Test
    void shouldAddGuidanceThatBeginsWithoutEffect() {
        Network plain = tiny("").build();
        UNet2DConfig config = tiny(", \"guidance_embedding_type\": \"low_frequency\"");
        Network network = config.build();

        assertThat(network.hasInput(InputNames.GUIDANCE)).isTrue();
        assertThat(plain.hasInput(InputNames.GUIDANCE)).isFalse();
        assertThat(network.parameters().stream().filter(p -> plain.parameters().stream().noneMatch(p::equals)))
                .extracting(Parameter::name)
                .containsExactly("guidance_embedding.linear_1.weight", "guidance_embedding.linear_1.bias",
                        "guidance_embedding.linear_2.weight", "guidance_embedding.linear_2.bias");
        assertThat(network.parameters().stream().filter(p -> p.name().startsWith("guidance_embedding.linear_2")))
                .extracting(Parameter::initializer).containsOnly(Initializer.ZEROS);
        assertThat(config.extensions()).containsExactly("guidance_embedding_type");
    }

    @Test
    void shouldReturnALearnedVarianceAsASecondResult() {
        Network network = UNet2DConfigJson.read(json(TINY.formatted("").replace("\"out_channels\": 1",
                "\"out_channels\": 2"))).build();

        assertThat(network.outputs()).extracting(Value::shape).containsExactly(List.of(1, 8, 8), List.of(1, 8, 8));
    }

    @Test
    void shouldSayWhatCannotBeSampled() {
        assertThat(tiny("").build().obstacleToSampling()).isEmpty();
        assertThat(tiny(", \"class_embed_type\": \"timestep\"").build().obstacleToSampling()).isEmpty();
        assertThat(tiny(", \"class_embed_type\": \"identity\"").build().obstacleToSampling())
                .hasValue("the network takes label as a vector a row; samples have an index");
        assertThat(UNet2DConfigJson.read(json(TINY.formatted("").replace("\"out_channels\": 1",
                "\"out_channels\": 3"))).build().obstacleToSampling())
                .hasValue("the network's output has shape [3, 8, 8], a sample [1, 8, 8]");
    }

    @Test
    void shouldCountOperationsOfAConvolutionAsMultiplyAndAdd() {
        var graph = new Graph();
        Network network = graph.build(graph.conv2d(graph.input("x", List.of(3, 10, 10)), "conv", 3, 16));

        assertThat(network.flops()).isEqualTo(2L * 16 * 10 * 10 * 3 * 9);
    }

    @Test
    void shouldWriteWhatItRead() {
        JsonNode given = json("""
                {"_class_name": "UNet2DModel", "_diffusers_version": "0.6.0", "act_fn": "Swish", "sample_size": 8,
                 "block_out_channels": [32], "down_block_types": ["UNetResDownBlock2D"], "up_block_types":
                 ["UpBlock2D"], "mid_block_scale_factor": 1.0, "someone_elses": {"key": [1, null]}}""");

        assertThat(UNet2DConfigJson.read(given).json()).isEqualTo(given);
        assertThat(NetworkType.read(given)).isEqualTo(UNet2DConfigJson.read(given));
        assertThat(NetworkType.read(tiny("").json())).isEqualTo(tiny(""));
    }

    @Test
    void shouldWriteOutEveryDefault() {
        JsonNode all = UNet2DConfigJson.completed(json("{\"sample_size\": 64, \"act_fn\": \"mish\"}"));

        assertThat(all.path("block_out_channels").toString()).isEqualTo("[224,448,672,896]");
        assertThat(all.path("act_fn").asString()).isEqualTo("mish");
        assertThat(all.propertyNames()).hasSize(30);
        assertThat(UNet2DConfigJson.read(all).attention().headChannels()).isEqualTo(8);
    }

    @Test
    void shouldTakeItsSizeFromTheSampleWhereItIsOpen() {
        UNet2DConfig open = UNet2DConfigJson.read(json(TINY.formatted("").replace("\"sample_size\": 8",
                "\"sample_size\": null")));

        assertThatThrownBy(open::build).hasMessageContaining("sample_size is null");
        UNet2DConfig sized = open.forSample(List.of(1, 4, 6));
        assertThat(sized.build().outputs().getFirst().shape()).containsExactly(1, 4, 6);
        assertThat(sized.json()).isEqualTo(open.json());
        assertThatThrownBy(() -> open.forSample(List.of(1, 4, 5))).hasMessageContaining("cannot be halved");
        assertThat(tiny("").forSample(List.of(1, 4, 6)).sample().size()).containsExactly(8, 8);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "{\"sample_size\":28,\"act_fn\":\"tanh\"} | act_fn is 'tanh'; supported are silu, swish, relu, gelu, mish",
        "{\"sample_size\":28,\"time_embedding_type\":\"rotary\"} | time_embedding_type is",
        "{\"sample_size\":\"28\"} | sample_size",
        "{\"block_out_channels\":[32,0]} | block_out_channels",
        "{\"down_block_types\":[\"SkipDownBlock2D\"]} | down_block_types has 'SkipDownBlock2D'; supported are DownBl",
        "{\"up_block_types\":[\"DownBlock2D\"]} | up_block_types has 'DownBlock2D'",
        "{\"up_block_types\":[\"UpBlock2D\"]} | must name the same number of levels, got 4, 4 and 1",
        "{\"sample_size\":28} | sample_size 28 cannot be halved 3 times",
        "{\"resnet_time_scale_shift\":\"spatial\"} | resnet_time_scale_shift is",
        "{\"class_embed_type\":\"projection\"} | class_embed_type is",
        "{\"downsample_type\":\"fir\"} | downsample_type is",
        "{\"downsample_padding\":2} | downsample_padding must be 0 or 1",
        "{\"mid_block_type\":\"UNetMidBlock2DCrossAttn\"} | mid_block_type is",
        "{\"norm_num_groups\":null} | norm_num_groups must be a whole number",
        "{\"dropout\":1} | dropout must be",
        "{\"time_embedding_type\":\"learned\"} | num_train_timesteps must be a whole number",
        "{\"time_embedding_type\":\"learned\",\"num_train_timesteps\":9,\"class_embed_type\":\"timestep\"} | "
                + "class_embed_type is timestep",
        "{\"time_embedding_type\":\"low_frequency\",\"time_embedding_max_frequency\":1} | "
                + "time_embedding_max_frequency must be more than 1",
        "[] | must be a JSON object"})
    void shouldNameTheSettingItRefuses(String json, String key) {
        assertThatThrownBy(() -> UNet2DConfigJson.read(json(json))).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(key);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "\"block_out_channels\": [24, 64] | norm1: 24 channels cannot be divided into 32 groups",
        "\"attention_head_dim\": 128 | attention_head_dim is 128, more than the 64 channels of down_blocks.1",
        "\"freq_shift\": 16 | a frequency shift of 16.0 divides by zero at width 32"})
    void shouldRefuseSettingsThatDoNotFit(String setting, String message) {
        assertThatThrownBy(tiny(", " + setting)::build).hasMessageContaining(message);
    }
}
