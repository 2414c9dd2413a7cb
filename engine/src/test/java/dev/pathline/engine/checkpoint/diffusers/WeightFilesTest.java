package dev.pathline.engine.checkpoint.diffusers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pathline.engine.checkpoint.Checkpoint;
import dev.pathline.engine.checkpoint.CheckpointException;
import dev.pathline.engine.checkpoint.Safetensors;
import dev.pathline.engine.checkpoint.StoredType;
import dev.pathline.engine.checkpoint.TensorData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Which files hold the weights, in all the ways that diffusers has named them. */
class WeightFilesTest {

    private static final String SINGLE = "diffusion_pytorch_model.safetensors";
    private static final String INDEX = SINGLE + ".index.json";

    @TempDir
    private Path folder;

    private Path source;
    private Path unet;
    private Map<String, TensorData> weights;

    @BeforeEach
    void write() throws IOException {
        source = Pipelines.named("ddpm").writeTo(folder.resolve("source"), StoredType.F32);
        unet = source.resolve("unet");
        weights = Safetensors.read(unet.resolve(SINGLE)).tensors();
    }

    private DiffusersImport open(@Nullable String variant) {
        return DiffusersImport.open(new ImportRequest(source, variant, null, Map.of(), false, null, null, false, null),
                "x");
    }

    private Checkpoint imported(@Nullable String variant) throws IOException {
        Path model = folder.resolve("models/" + variant + System.identityHashCode(weights));
        open(variant).write(model, "1", bytes -> {
        });
        return Checkpoint.read(model);
    }

    /** Two shards and their index. */
    private void shard(String first, String second, String index) throws IOException {
        var names = new ArrayList<>(new TreeMap<>(weights).keySet());
        var halves = List.of(new HashMap<String, TensorData>(), new HashMap<String, TensorData>());
        var map = new StringBuilder();
        for (int i = 0; i < names.size(); i++) {
            int half = i < names.size() / 2 ? 0 : 1;
            halves.get(half).put(names.get(i), weights.get(names.get(i)));
            map.append(i == 0 ? "" : ",").append('"').append(names.get(i)).append("\":\"")
                    .append(half == 0 ? first : second).append('"');
        }
        Safetensors.write(unet.resolve(first), halves.get(0), StoredType.F32, Map.of());
        Safetensors.write(unet.resolve(second), halves.get(1), StoredType.F32, Map.of());
        Files.writeString(unet.resolve(index), "{\"metadata\":{\"total_size\":1},\"weight_map\":{" + map + "}}");
    }

    private void change(String tensor, float value) {
        float[] values = weights.get(tensor).values().clone();
        values[values.length - 1] = value;
        weights = new TreeMap<>(weights);
        weights.put(tensor, new TensorData(weights.get(tensor).shape(), values));
    }

    @ParameterizedTest
    @CsvSource({
        "diffusion_pytorch_model.fp16-00001-of-00002.safetensors, diffusion_pytorch_model.fp16-00002-of-00002.safetensors,"
                + " diffusion_pytorch_model.safetensors.index.fp16.json, fp16",
        "diffusion_pytorch_model-00001-of-00002.fp16.safetensors, diffusion_pytorch_model-00002-of-00002.fp16.safetensors,"
                + " diffusion_pytorch_model.safetensors.fp16.index.json, fp16",
        "diffusion_pytorch_model-00001-of-00002.fp16.safetensors, diffusion_pytorch_model-00002-of-00002.fp16.safetensors,"
                + " diffusion_pytorch_model.safetensors.index.fp16.json, fp16",
        "diffusion_pytorch_model.non-ema-00001-of-00002.safetensors,"
                + " diffusion_pytorch_model.non-ema-00002-of-00002.safetensors,"
                + " diffusion_pytorch_model.safetensors.index.non-ema.json, non-ema"})
    void shouldKnowShardsOfAVariantInBothSpellings(String first, String second, String index, String variant)
            throws IOException {
        Files.delete(unet.resolve(SINGLE));
        shard(first, second, index);

        for (String asked : new String[]{null, variant}) {
            Map<String, TensorData> read = imported(asked).weights();
            assertThat(read.keySet()).isEqualTo(weights.keySet());
            read.forEach((name, tensor) -> assertThat(tensor.values()).as(name)
                    .isEqualTo(weights.get(name).values()));
        }
        assertThatThrownBy(() -> open("ema")).hasMessageContaining("has no weights in the variant ema")
                .hasMessageContaining("--variant " + variant);
    }

    @Test
    void shouldTakeTheIndexAndSayWhatItLeftOut() throws IOException {
        change("conv_in.bias", 7);
        shard("diffusion_pytorch_model-00001-of-00002.safetensors",
                "diffusion_pytorch_model-00002-of-00002.safetensors",
                INDEX);

        assertThat(imported(null).weights().get("conv_in.bias").values()).endsWith(7);
        assertThat(open(null).remarks()).singleElement().asString().contains(unet.resolve(SINGLE) + " was left out",
                unet.resolve(INDEX).toString());

        Files.delete(unet.resolve("diffusion_pytorch_model-00002-of-00002.safetensors"));
        assertThatThrownBy(() -> open(null)).isInstanceOf(CheckpointException.class)
                .hasMessageContaining(unet.resolve(INDEX) + ": weight_map").hasMessageContaining(
                        unet.resolve(SINGLE) + " is: if that is the newer one, delete the index");
    }

    @Test
    void shouldSayThatShardsWithoutAnIndexWereLeftOut() throws IOException {
        shard("diffusion_pytorch_model-00001-of-00002.safetensors",
                "diffusion_pytorch_model-00002-of-00002.safetensors", INDEX);
        Files.delete(unet.resolve(INDEX));

        assertThat(open(null).remarks()).singleElement().asString().contains(
                "diffusion_pytorch_model-00001-of-00002.safetensors was left out: no index",
                unet.resolve(SINGLE).toString());
    }

    @Test
    void shouldSayWhatLiesInTheIndexsPlace() throws IOException {
        Files.writeString(unet.resolve(INDEX), "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 9\n");
        assertThatThrownBy(() -> open(null)).isInstanceOf(CheckpointException.class)
                .hasMessageContaining(unet.resolve(INDEX) + " is not JSON: it is a pointer of Git LFS");
        Files.writeString(unet.resolve(INDEX), "{\"weight_map\": {\"a\"");
        assertThatThrownBy(() -> open(null)).hasMessageContaining("it ends in the middle at line 1");
    }

    @Test
    void shouldSayWhatIsThereInPlaceOfWeights() throws IOException {
        Files.move(unet.resolve(SINGLE), unet.resolve("model.safetensors"));
        assertThatThrownBy(() -> open(null)).hasMessageEndingWith("; model.safetensors has another name");
        Files.move(unet.resolve("model.safetensors"),
                unet.resolve("diffusion_pytorch_model-00001-of-00002.safetensors"));
        assertThatThrownBy(() -> open(null)).hasMessageContaining("and no index that says which tensors are in it");
        Files.writeString(unet.resolve("diffusion_pytorch_model.bin.index.json"), "{}");
        assertThatThrownBy(() -> open(null)).hasMessageContaining("is a pickle");
    }

    @ParameterizedTest
    @EnumSource(StoredType.class)
    void shouldRefuseWeightsThatAreNoNumbers(StoredType type) throws IOException {
        for (float wrong : new float[]{Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY}) {
            change("mid_block.resnets.0.conv1.weight", wrong);
            Safetensors.write(unet.resolve(SINGLE), weights, type, Map.of());
            Path model = folder.resolve("models/x/1");
            assertThatThrownBy(() -> open(null).write(model, "1", bytes -> {
            })).isInstanceOf(CheckpointException.class)
                    .hasMessageContaining("the tensor mid_block.resnets.0.conv1.weight holds " + wrong);
            assertThat(model.getParent()).as("nothing is written").doesNotExist();
        }
    }
}
