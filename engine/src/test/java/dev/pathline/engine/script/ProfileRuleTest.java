package dev.pathline.engine.script;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pathline.engine.network.NetworkConfig;
import dev.pathline.engine.network.NetworkType;
import dev.pathline.engine.script.NumericProfile.Precision;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.json.JsonMapper;

class ProfileRuleTest {

    private static final ProfileRule ZEN = ProfileRule.of(x86("AuthenticAMD", "avx512f avx512_bf16"));

    private static ProcessorFeatures x86(String vendor, String flags) {
        return ProcessorFeatures.of("Linux", "amd64", List.of("processor\t: 0", "vendor_id\t: " + vendor,
                "model name\t: Some CPU", "flags\t\t: fpu " + flags, "", "processor\t: 1", "flags\t\t: others"));
    }

    private static NetworkConfig network(String json) {
        return NetworkType.read(JsonMapper.shared().readTree(json));
    }

    private static NetworkConfig unet(int channels) {
        return network(
                """
                        {"_class_name": "UNet2DModel", "sample_size": 16, "in_channels": 1, "out_channels": 1,
                         "block_out_channels": [%1$d, %1$d], "layers_per_block": 1, "norm_num_groups": 4,
                         "down_block_types": ["DownBlock2D", "AttnDownBlock2D"], "up_block_types": ["AttnUpBlock2D", "UpBlock2D"]}"""
                        .formatted(channels));
    }

    /**
     * Intel's processors without matrix tiles multiply bfloat16 more slowly than float32, AMD's twice as fast. Float32 is packed
     * where there is AVX-512.
     */
    @ParameterizedTest
    @CsvSource({"AuthenticAMD, avx512f avx512_bf16, bf16-packed", "AuthenticAMD, avx512f, f32-packed",
        "AuthenticAMD, avx2, f32", "GenuineIntel, avx512f avx512_bf16, f32-packed",
        "GenuineIntel, avx512f avx512_bf16 amx_bf16 amx_tile, bf16-packed", "GenuineIntel, avx512f, f32-packed",
        "GenuineIntel, avx2 fma, f32", "Unheard, avx512f avx512_bf16, f32-packed", "Unheard, avx2, f32"})
    void shouldFollowTheProcessor(String vendor, String flags, String profile) {
        assertThat(ProfileRule.of(x86(vendor, flags)).choose(unet(64)).profile().name()).isEqualTo(profile);
    }

    /** What was not measured computes in the reference. */
    @Test
    void shouldKeepToTheReferenceOnArmAndWhereNothingIsKnown() {
        ProcessorFeatures arm = ProcessorFeatures.of("Linux", "aarch64",
                List.of("Features\t: fp asimd bf16", "CPU implementer\t: 0x41", "CPU part\t: 0xd4f"));
        ProcessorFeatures mac = ProcessorFeatures.of("Mac OS X", "aarch64", List.of());

        assertThat(ProfileRule.of(arm).choose(unet(64)).profile()).isEqualTo(NumericProfile.FLOAT32);
        assertThat(ProfileRule.of(arm).profiles()).contains(NumericProfile.BFLOAT16_PACKED);
        assertThat(arm.name()).startsWith("aarch64 0xd4f ");
        assertThat(ProfileRule.of(mac).choose(unet(64)).profile()).isEqualTo(NumericProfile.FLOAT32);
        assertThat(ProfileRule.of(mac).profiles()).containsExactly(NumericProfile.FLOAT32,
                NumericProfile.FLOAT32_CHANNELS_LAST);
    }

    @Test
    void shouldFollowTheNetwork() {
        assertThat(ZEN.choose(unet(64)).profile()).isEqualTo(NumericProfile.BFLOAT16_PACKED);
        assertThat(ZEN.choose(unet(8)).profile()).isEqualTo(NumericProfile.FLOAT32);
        assertThat(ZEN.choose(network("""
                {"_class_name": "DiTTransformer2DModel", "sample_size": 16, "in_channels": 1, "patch_size": 2,
                 "num_attention_heads": 4, "attention_head_dim": 64, "num_layers": 4, "num_embeds_ada_norm": 11}"""))
                .profile()).isEqualTo(NumericProfile.BFLOAT16_PACKED);
        ProfileRule intel = ProfileRule.of(x86("GenuineIntel", "avx512f avx512_bf16"));
        assertThat(intel.choose(unet(64)).reason())
                .isEqualTo("a processor with AVX-512 that is not faster in bfloat16");
        assertThat(intel.choose(unet(8))).isEqualTo(new ProfileChoice(NumericProfile.FLOAT32,
                ProfileChoice.Origin.RULE, "the network is too small to be faster in f32-packed"));
        NetworkConfig module = network("""
                {"_class_name": "TorchScript", "arguments": [{"name": "x"}, {"name": "time"}]}""");
        assertThat(ZEN.choose(module).profile()).isEqualTo(NumericProfile.MODULE);
        assertThat(ZEN.profiles(module)).containsExactly(NumericProfile.MODULE);
    }

    @Test
    void shouldNameTheProfileOfAPrecision() {
        assertThat(ZEN.inPrecision(Precision.BFLOAT16)).contains(NumericProfile.BFLOAT16_PACKED);
        assertThat(ZEN.inPrecision(Precision.FLOAT32)).contains(NumericProfile.FLOAT32);
        assertThat(ZEN.inPrecision(Precision.FLOAT16)).isEmpty();
        assertThat(ProfileRule.of(x86("GenuineIntel", "avx512f")).inPrecision(Precision.FLOAT32))
                .contains(NumericProfile.FLOAT32);
        assertThat(ProfileRule.of(x86("GenuineIntel", "avx2")).inPrecision(Precision.BFLOAT16)).isEmpty();
        assertThat(ZEN.profiles()).doesNotContain(NumericProfile.FLOAT64, NumericProfile.FLOAT16);
    }
}
