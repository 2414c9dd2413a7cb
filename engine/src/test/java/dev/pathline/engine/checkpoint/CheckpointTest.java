package dev.pathline.engine.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pathline.diffusion.card.ModelCard;
import dev.pathline.diffusion.card.ModelKind;
import dev.pathline.diffusion.prediction.Prediction;
import dev.pathline.diffusion.schedule.RectifiedFlow;
import dev.pathline.diffusion.schedule.VpLinear;
import dev.pathline.engine.ClosedForms;
import dev.pathline.engine.TestDevice;
import dev.pathline.engine.checkpoint.diffusers.DiffusersExport;
import dev.pathline.engine.network.GaussianMixtureNet;
import dev.pathline.engine.network.UNet2DConfig;
import dev.pathline.engine.network.UNet2DConfigJson;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

class CheckpointTest {

    @TempDir
    private Path folder;

    @Test
    void shouldHoldANetworkThatDiffusersDoesNotKnow() throws Exception {
        Checkpoint mixture = ClosedForms.of(VpLinear.DEFAULT, ClosedForms.MIXTURE);
        Path directory = folder.resolve("mixture");
        ModelCard card = mixture.write(directory, StoredType.F32);

        Checkpoint read = Checkpoint.read(directory);
        assertThat(read.card()).isEqualTo(card);
        assertThat(card.parameters()).isEqualTo(12);
        assertThat(read.config()).isEqualTo(new GaussianMixtureNet(2, 2, 3));
        assertThat(read.weights().get("log_shares.weight").values()).containsExactly(0, Float.NEGATIVE_INFINITY,
                Float.NEGATIVE_INFINITY, 0, (float) Math.log(0.4), (float) Math.log(0.6));
        try (var files = Files.walk(directory)) {
            assertThat(files.filter(Files::isRegularFile).map(file -> directory.relativize(file).toString()))
                    .containsExactlyInAnyOrder("pathline.json", "network/config.json",
                            "network/diffusion_pytorch_model.safetensors");
        }
    }

    @Test
    void shouldSayWhichNetworkItDoesNotFind() throws Exception {
        Path directory = folder.resolve("mixture");
        ClosedForms.of(VpLinear.DEFAULT, ClosedForms.MIXTURE).write(directory, StoredType.F32);
        Path config = directory.resolve("network/config.json");

        Files.writeString(config, "{\"_class_name\": \"DiT\"}");
        assertThatThrownBy(() -> Checkpoint.read(directory)).isInstanceOf(CheckpointException.class)
                .hasMessageContaining("_class_name is 'DiT'; known are UNet2DModel, DiTTransformer2DModel, ");
        Files.delete(config);
        assertThatThrownBy(() -> Checkpoint.read(directory)).isInstanceOf(CheckpointException.class)
                .hasMessageContaining("config.json").hasMessageContaining("unet, transformer, network");
    }

    /** diffusers' files may leave the size open. */
    @Test
    void shouldTakeTheSizeOfItsSamplesFromTheCard() throws Exception {
        UNet2DConfig config = small("");
        ModelCard card = ModelCard.of("open", ModelKind.DIFFUSION, List.of(1, 4, 6), RectifiedFlow.DEFAULT.spec(),
                Prediction.VELOCITY);
        var sized = config.forSample(card.shape());
        Path directory = folder.resolve("open");
        new Checkpoint(card, sized, TestDevice.randomWeights(sized.build(), 1)).write(directory, StoredType.F32);

        assertThat(Checkpoint.read(directory).network().inputs().getFirst().shape()).isEqualTo(card.shape());
        assertThat(Checkpoint.config(directory)).isEqualTo(config);
    }

    @Test
    void shouldNotOfferToPythonWhatItWouldComputeOtherwise() {
        var config = small(", \"time_embedding_type\": \"low_frequency\"").forSample(List.of(1, 4, 4));
        ModelCard card = ModelCard.of("ours", ModelKind.DIFFUSION, List.of(1, 4, 4), RectifiedFlow.DEFAULT.spec(),
                Prediction.VELOCITY);
        Path directory = folder.resolve("ours");
        new Checkpoint(card, config, TestDevice.randomWeights(config.build(), 1)).write(directory, StoredType.F32);

        assertThat(directory.resolve("model_index.json")).doesNotExist();
        assertThatThrownBy(() -> DiffusersExport.open(directory, true)).isInstanceOf(CheckpointException.class)
                .hasMessageContaining("no network like UNet2DModel with time_embedding_type");
    }

    private static UNet2DConfig small(String more) {
        return UNet2DConfigJson.read(JsonMapper.shared().readTree("""
                {"_class_name": "UNet2DModel", "in_channels": 1, "out_channels": 1, "block_out_channels": [4],
                 "down_block_types": ["DownBlock2D"], "up_block_types": ["UpBlock2D"], "norm_num_groups": 2,
                 "add_attention": false%s}""".formatted(more)));
    }

    @ParameterizedTest
    @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY})
    void shouldRefuseWeightsThatAnswerNothing(float value) {
        Path directory = folder.resolve("mixture");
        Checkpoint mixture = ClosedForms.of(VpLinear.DEFAULT, ClosedForms.MIXTURE);
        mixture.weights().get(GaussianMixtureNet.STDS).values()[1] = value;
        mixture.write(directory, StoredType.F32);

        assertThatThrownBy(() -> Checkpoint.read(directory)).isInstanceOf(CheckpointException.class)
                .hasMessageContaining("the tensor stds holds " + value);
    }

    @Test
    void shouldRefuseAMixtureWhoseCardIsOfSomethingElse() {
        ModelCard card = ClosedForms.of(VpLinear.DEFAULT, ClosedForms.MIXTURE).card();

        assertThatThrownBy(() -> MixtureCheckpoints.of(card.withClasses(List.of("right"), true), ClosedForms.MIXTURE))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("2 components");
        assertThatThrownBy(() -> MixtureCheckpoints.of(card.withClasses(List.of("a", "b"), false), ClosedForms.MIXTURE))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("null class");
    }
}
