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
import java.util.Arrays;
import java.util.HashMap;
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

    /** float16 ends at 65504: what it cannot hold is stored as float32, and what is no number cannot be used. */
    @Test
    void shouldStoreWhatANarrowTypeCannotHold() throws Exception {
        Checkpoint mixture = ClosedForms.of(VpLinear.DEFAULT, ClosedForms.MIXTURE);
        var weights = new HashMap<>(mixture.weights());
        List<Integer> shape = weights.get(GaussianMixtureNet.MEANS).shape();
        weights.put(GaussianMixtureNet.MEANS, new TensorData(shape, new float[]{70_000, -1, 0.1f, 65_519}));
        Path directory = folder.resolve("wide");
        new Checkpoint(mixture.card(), mixture.config(), weights).write(directory, StoredType.F16);

        Checkpoint read = Checkpoint.read(directory);
        assertThat(read.weights().get(GaussianMixtureNet.MEANS).values()).containsExactly(70_000, -1, 0.1f, 65_519);
        Checkpoint.require(directory);

        new Checkpoint(mixture.card(), mixture.config(), weights).requireUsable();
        for (float wrong : new float[]{Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY}) {
            weights.put(GaussianMixtureNet.MEANS, new TensorData(shape, new float[]{1, 2, wrong, 4}));
            assertThatThrownBy(() -> new Checkpoint(mixture.card(), mixture.config(), weights).requireUsable())
                    .isInstanceOf(CheckpointException.class).hasMessageContaining("holds " + wrong);
        }
    }

    @Test
    void shouldKnowWhatATypeHolds() {
        assertThat(StoredType.F16.holding(new float[]{65_519, -65_504, Float.NaN, Float.POSITIVE_INFINITY}))
                .isEqualTo(StoredType.F16);
        assertThat(StoredType.F16.holding(new float[]{0, -65_520})).isEqualTo(StoredType.F32);
        assertThat(StoredType.BF16.holding(new float[]{65_520, 3.3e38f})).isEqualTo(StoredType.BF16);
        assertThat(StoredType.BF16.holding(new float[]{Float.MAX_VALUE})).isEqualTo(StoredType.F32);
        assertThat(StoredType.F32.holding(new float[]{Float.MAX_VALUE})).isEqualTo(StoredType.F32);
        assertThat(StoredType.F16.rounded(new float[]{70_000, 0.1f})).containsExactly(70_000, 0.1f);
        assertThat(StoredType.F16.rounded(new float[]{0.1f})).containsExactly(StoredType.F16.round(0.1f));
    }

    @Test
    void shouldCheckWithoutHoldingTheWeights() throws Exception {
        Path directory = folder.resolve("mixture");
        ClosedForms.of(VpLinear.DEFAULT, ClosedForms.MIXTURE).write(directory, StoredType.F32);
        Checkpoint.require(directory);
        Path file = directory.resolve("network/diffusion_pytorch_model.safetensors");
        byte[] bytes = Files.readAllBytes(file);
        bytes[bytes.length - 1] ^= 1;
        Files.write(file, bytes);
        assertThatThrownBy(() -> Checkpoint.require(directory)).isInstanceOf(CheckpointException.class)
                .hasMessageContaining("but the card says");
        Files.delete(file);
        assertThatThrownBy(() -> Checkpoint.require(directory)).isInstanceOf(CheckpointException.class)
                .hasMessageContaining(file.toString());
    }

    /** Whatever a copy has come to, it is not whole until its last byte. */
    @Test
    void shouldSeeWhetherAFolderIsWhole() throws Exception {
        Path directory = folder.resolve("mixture");
        ClosedForms.of(VpLinear.DEFAULT, ClosedForms.MIXTURE).write(directory, StoredType.F32);
        var whole = new CompleteFiles();
        assertThat(whole.incomplete(directory)).isEmpty();
        Path file = directory.resolve("network/diffusion_pytorch_model.safetensors");
        byte[] bytes = Files.readAllBytes(file);
        for (int length : new int[]{0, 4, 8, 100, bytes.length - 1}) {
            Files.write(file, Arrays.copyOf(bytes, length));
            assertThat(whole.incomplete(directory)).as("%d bytes", length)
                    .contains("network/diffusion_pytorch_model.safetensors");
        }
        Files.write(file, bytes);
        assertThat(whole.incomplete(directory)).isEmpty();
        Files.delete(file);
        assertThat(whole.incomplete(directory)).contains("network/diffusion_pytorch_model.safetensors");
        Files.write(file, bytes);
        Path settings = directory.resolve("network/config.json");
        byte[] text = Files.readAllBytes(settings);
        for (int length : new int[]{0, 1, text.length / 2}) {
            Files.write(settings, Arrays.copyOf(text, length));
            assertThat(whole.incomplete(directory)).as("%d bytes", length).contains("network/config.json");
        }
        Files.write(settings, new byte[text.length]);
        assertThat(whole.incomplete(directory)).contains("network/config.json");
        Files.write(settings, text);
        assertThat(whole.incomplete(directory)).isEmpty();
        Files.delete(settings);
        assertThat(whole.incomplete(directory)).contains("config.json in unet or transformer or network");
    }

    @Test
    void shouldSeeWhetherAModuleIsWhole() throws Exception {
        Path directory = folder.resolve("module");
        Files.createDirectories(directory.resolve("network"));
        Files.writeString(directory.resolve("network/config.json"), "{}");
        byte[] bytes = CheckpointTest.class.getResourceAsStream("/torchscript/gaussian.pt").readAllBytes();
        Path file = directory.resolve("network/model.pt");
        for (int length : new int[]{0, 100, bytes.length - 30}) {
            Files.write(file, Arrays.copyOf(bytes, length));
            assertThat(new CompleteFiles().incomplete(directory)).contains("network/model.pt");
        }
        Files.write(file, bytes);
        assertThat(new CompleteFiles().incomplete(directory)).isEmpty();
    }
}
