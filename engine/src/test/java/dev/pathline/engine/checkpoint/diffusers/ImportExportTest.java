package dev.pathline.engine.checkpoint.diffusers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pathline.diffusion.card.ModelCard;
import dev.pathline.diffusion.card.SamplingDefaults;
import dev.pathline.engine.checkpoint.Checkpoint;
import dev.pathline.engine.checkpoint.CheckpointException;
import dev.pathline.engine.checkpoint.Safetensors;
import dev.pathline.engine.checkpoint.StoredType;
import dev.pathline.engine.checkpoint.TensorData;
import dev.pathline.engine.network.NetworkType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.json.JsonMapper;

class ImportExportTest {

    private static final String WEIGHTS = "unet/diffusion_pytorch_model.safetensors";
    private static final String INDEX = WEIGHTS + ".index.json";

    @TempDir
    private Path folder;

    private Path source;
    private Path model;

    @BeforeEach
    void write() throws IOException {
        source = Pipelines.named("ddpm").writeTo(folder.resolve("source"), StoredType.F16);
        model = folder.resolve("models/ddpm/1");
    }

    private ModelCard imported(ImportRequest request) throws IOException {
        return DiffusersImport.open(request, "ddpm").write(model, "1", bytes -> {
        });
    }

    private Path exported(boolean withScheduler) throws IOException {
        Path target = folder.resolve("exported");
        DiffusersExport.open(model, withScheduler).write(target, bytes -> {
        });
        return target;
    }

    private static ImportRequest with(Path source, Map<String, String> settings) {
        return new ImportRequest(source, null, null, settings, false, null, null, false, null);
    }

    private static Map<String, byte[]> bytes(Path root) throws IOException {
        var bytes = new TreeMap<String, byte[]>();
        try (Stream<Path> files = Files.walk(root)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                bytes.put(root.relativize(file).toString(), Files.readAllBytes(file));
            }
        }
        return bytes;
    }

    private void edit(String file, UnaryOperator<String> change) throws IOException {
        Path path = source.resolve(file);
        String text = Files.readString(path);
        String changed = change.apply(text);
        assertThat(changed).isNotEqualTo(text);
        Files.writeString(path, changed);
    }

    private void assertRefused(String... parts) {
        assertThatThrownBy(() -> imported(ImportRequest.of(source))).isInstanceOf(CheckpointException.class)
                .satisfies(e -> assertThat(e.getMessage()).contains(parts).doesNotContain("\n"));
        assertThat(model.getParent().getParent()).doesNotExist();
    }

    @ParameterizedTest
    @EnumSource(StoredType.class)
    void shouldGiveBackEveryByteOfAPipeline(StoredType type) throws IOException {
        Path other = Pipelines.named("ddpm").writeTo(folder.resolve("other"), type);
        imported(ImportRequest.of(other));

        Map<String, byte[]> expected = bytes(other);
        Map<String, byte[]> exported = bytes(exported(true));
        assertThat(exported.keySet()).isEqualTo(expected.keySet());
        expected.forEach((file, content) -> assertThat(exported.get(file)).as(file).isEqualTo(content));
    }

    @Test
    void shouldMakeACheckpointThatIsReadAndTheSameEveryTime() throws IOException {
        ModelCard card = imported(ImportRequest.of(source));
        Map<String, byte[]> first = bytes(model);

        Checkpoint read = Checkpoint.read(model);
        assertThat(read.card()).isEqualTo(card);
        assertThat(card.shape()).containsExactly(2, 8, 8);
        assertThat(card.description()).isEqualTo("Imported from diffusers: DDPMPipeline with DDPMScheduler.");
        assertThat(card.weightsSha256()).hasSize(64);
        model = folder.resolve("again/ddpm/1");
        imported(ImportRequest.of(source));
        assertThat(bytes(model)).usingRecursiveComparison().isEqualTo(first);
    }

    @Test
    void shouldJoinShardsAndKeepEachTensorsType() throws IOException {
        Map<String, TensorData> weights = Safetensors.read(source.resolve(WEIGHTS)).tensors();
        shard(weights);

        imported(ImportRequest.of(source));

        Map<String, TensorData> joined = Checkpoint.read(model).weights();
        assertThat(joined.keySet()).isEqualTo(weights.keySet());
        joined.forEach((name, tensor) -> assertThat(tensor.values()).as(name).isEqualTo(weights.get(name).values()));
        Map<StoredType, Long> types = DiffusersExport.open(model, true).weights().types();
        assertThat(types.keySet()).containsExactly(StoredType.F16, StoredType.F32);
        assertThat(bytes(exported(true)).get(WEIGHTS)).isEqualTo(bytes(model).get(WEIGHTS));
    }

    /** The first half in float16, the second in float32; values were float16 all along, so both hold them. */
    private void shard(Map<String, TensorData> weights) throws IOException {
        var names = new ArrayList<>(new TreeMap<>(weights).keySet());
        var halves = List.of(new HashMap<String, TensorData>(), new HashMap<String, TensorData>());
        var map = new StringBuilder();
        for (int i = 0; i < names.size(); i++) {
            int half = 2 * i / names.size();
            halves.get(half).put(names.get(i), weights.get(names.get(i)));
            map.append(i == 0 ? "" : ",").append("\"%s\":\"part-%d.safetensors\"".formatted(names.get(i), half));
        }
        Files.delete(source.resolve(WEIGHTS));
        Safetensors.write(source.resolve("unet/part-0.safetensors"), halves.get(0), StoredType.F16, Map.of());
        Safetensors.write(source.resolve("unet/part-1.safetensors"), halves.get(1), StoredType.F32, Map.of());
        Files.writeString(source.resolve(INDEX), "{\"metadata\":{\"total_size\":1},\"weight_map\":{" + map + "}}");
    }

    @Test
    void shouldNotTrustAnIndex() throws IOException {
        shard(Safetensors.read(source.resolve(WEIGHTS)).tensors());
        String good = Files.readString(source.resolve(INDEX));

        edit(INDEX, text -> text.replaceFirst("\"part-0.safetensors\"", "\"../part-0.safetensors\""));
        assertRefused("index.json", "'../part-0.safetensors', which is not the name of a safetensors file");
        Files.writeString(source.resolve(INDEX), good);
        edit(INDEX, text -> text.replaceFirst("\"part-0.safetensors\"", "\"part-7.safetensors\""));
        assertRefused("index.json", "part-7.safetensors, which is not there");
        Files.writeString(source.resolve(INDEX), good);
        edit(INDEX, text -> text.replaceFirst("\"part-0.safetensors\"", "\"part-1.safetensors\""));
        assertRefused("part-0.safetensors has the tensor conv_in.bias", "says is in part-1.safetensors");
        Files.writeString(source.resolve(INDEX), good);
        edit(INDEX,
                text -> text.replaceFirst("\"weight_map\":\\{", "\"weight_map\":{\"more\":\"part-0.safetensors\","));
        assertRefused("part-0.safetensors lacks the tensor more");
        Files.writeString(source.resolve(INDEX), good);
        edit(INDEX, text -> text.replaceFirst("\"conv_in.bias\":\"part-0.safetensors\",", ""));
        assertRefused("part-0.safetensors has the tensor conv_in.bias, which weight_map", "lacks");
        Files.writeString(source.resolve(INDEX), "{\"weight_map\":[]}");
        assertRefused("weight_map must be an object");
    }

    @Test
    void shouldTakeTheVariantThatIsAskedForOrTheOnlyOne() throws IOException {
        Path plain = source.resolve(WEIGHTS);
        Path half = plain.resolveSibling("diffusion_pytorch_model.fp16.safetensors");
        Files.move(plain, half);
        imported(ImportRequest.of(source));
        assertThat(bytes(model).get(WEIGHTS)).isEqualTo(Files.readAllBytes(half));

        Files.copy(half, plain.resolveSibling("diffusion_pytorch_model.ema.safetensors"));
        model = folder.resolve("other/ddpm/1");
        assertRefused("variants ema, fp16", "--variant");
        imported(new ImportRequest(source, "ema", null, Map.of(), false, null, null, false, null));
        assertThat(model).exists();
    }

    @Test
    void shouldKnowTheNamesThatAttentionHadBefore() throws IOException {
        Map<String, TensorData> weights = Safetensors.read(source.resolve(WEIGHTS)).tensors();
        var old = new HashMap<String, TensorData>();
        weights.forEach((name, tensor) -> {
            boolean attention = name.contains(".to_");
            boolean matrix = attention && tensor.shape().size() == 2;
            old.put(name.replace("to_q", "query").replace("to_k", "key").replace("to_v", "value").replace("to_out.0",
                    "proj_attn"),
                    matrix
                            ? new TensorData(List.of(tensor.shape().get(0), tensor.shape().get(1), 1, 1),
                                    tensor.values())
                            : tensor);
        });
        assertThat(old).containsKey("mid_block.attentions.0.proj_attn.weight");
        Safetensors.write(source.resolve(WEIGHTS), old, StoredType.BF16, Map.of());

        imported(ImportRequest.of(source));
        Map<String, TensorData> read = Checkpoint.read(model).weights();
        assertThat(read.keySet()).isEqualTo(weights.keySet());
        assertThat(read.get("mid_block.attentions.0.to_out.0.weight").values())
                .isEqualTo(Safetensors.read(source.resolve(WEIGHTS)).tensors()
                        .get("mid_block.attentions.0.proj_attn.weight").values());
    }

    @Test
    void shouldNameTheFirstThatDoesNotFit() throws IOException {
        Map<String, TensorData> weights = Safetensors.read(source.resolve(WEIGHTS)).tensors();
        var changed = new TreeMap<>(weights);
        TensorData bias = changed.remove("conv_in.bias");
        Safetensors.write(source.resolve(WEIGHTS), changed, StoredType.F32, Map.of());
        assertRefused("diffusion_pytorch_model.safetensors lacks the tensor conv_in.bias");
        changed.put("conv_in.bias", new TensorData(List.of(2, 4), bias.values()));
        Safetensors.write(source.resolve(WEIGHTS), changed, StoredType.F32, Map.of());
        assertRefused("conv_in.bias has shape [2, 4], the network needs [8]");
        changed.put("conv_in.bias", bias);
        changed.put("one.more", bias);
        Safetensors.write(source.resolve(WEIGHTS), changed, StoredType.F32, Map.of());
        assertRefused("has the tensor one.more, which the network lacks");
        Files.write(source.resolve(WEIGHTS), new byte[100]);
        assertRefused("is not a usable safetensors file");
        Files.delete(source.resolve(WEIGHTS));
        assertRefused("unet has no weights: neither diffusion_pytorch_model.safetensors");
        Files.write(source.resolve("unet/diffusion_pytorch_model.bin"), new byte[8]);
        assertRefused("diffusion_pytorch_model.bin is a pickle", "safe_serialization=True");
    }

    @Test
    void shouldNameTheIndexWhereItsClassIsTheOneThatIsNotHere() throws IOException {
        edit("model_index.json", text -> text.replace("UNet2DModel", "UNet2DConditionModel"));
        assertRefused("model_index.json: unet (UNet2DConditionModel) is of a class that there is none of here",
                "unet/config.json was written by UNet2DModel");
    }

    @Test
    void shouldNameTheSettingThatIsNotSupported() throws IOException {
        edit("scheduler/scheduler_config.json", text -> text.replace("\"linear\"", "\"sigmoid\""));
        assertRefused("scheduler_config.json: beta_schedule of DDPMScheduler is \"sigmoid\"");
        edit("unet/config.json", text -> text.replace("\"act_fn\": \"silu\"", "\"act_fn\": \"none of them\""));
        assertRefused("unet/config.json: act_fn");
        edit("unet/config.json", text -> text.replace("UNet2DModel", "UNet2DConditionModel"));
        assertRefused("unet/config.json: _class_name is 'UNet2DConditionModel'");
        Files.writeString(source.resolve("unet/config.json"), "[]");
        assertRefused("unet/config.json must be a JSON object");
        Files.writeString(source.resolve("unet/config.json"), "<!DOCTYPE html><html></html>");
        assertRefused("unet/config.json is not JSON: it is a page of HTML");
        Files.writeString(source.resolve("unet/config.json"), "{\n\"a\": [1,");
        assertRefused("unet/config.json is not JSON: it ends in the middle at line 2");
        Files.writeString(source.resolve("unet/config.json"), "{\"a\": tr");
        assertRefused("unet/config.json is not JSON: it ends in the middle at line 1");
        Files.writeString(source.resolve("unet/config.json"), "{\"a\": tru}");
        assertRefused("unet/config.json is not JSON at line 1, column");
        Files.writeString(source.resolve("unet/config.json"), "");
        assertRefused("unet/config.json must be a JSON object");
        Files.delete(source.resolve("unet/config.json"));
        assertRefused("unet/config.json cannot be read");
    }

    @Test
    void shouldRefuseANetworkThatTakesMoreThanItsSample() throws IOException {
        edit("unet/config.json", text -> text.replace("\"out_channels\": 2", "\"out_channels\": 3"));
        assertRefused("unet/config.json: out_channels is 3 and in_channels 2");
    }

    @Test
    void shouldSaySomethingOfADecoderAndRefuseATextEncoder() throws IOException {
        edit("model_index.json", text -> text.replaceFirst("\\{", "{\"vae\": [\"diffusers\", \"AutoencoderKL\"],"));
        DiffusersImport found = DiffusersImport.open(ImportRequest.of(source), "ddpm");
        assertThat(found.decoders()).containsExactly("vae (AutoencoderKL)");
        assertThat(found.card().description())
                .endsWith("It samples latents, which a vae (AutoencoderKL) decodes, in Python.");
        imported(ImportRequest.of(source));
        assertThat(DiffusersExport.open(model, true).remarks())
                .containsExactly("the pipeline's vae is not here: load it in Python and pass it,"
                        + " from_pretrained(DIR, vae=...)");
        model = folder.resolve("other/ddpm/1");
        edit("model_index.json",
                text -> text.replaceFirst("\\{", "{\"text_encoder\": [\"transformers\", \"CLIPTextModel\"],"));
        assertRefused("model_index.json: the pipeline has the part text_encoder, a CLIPTextModel");
    }

    @Test
    void shouldReadANetworkAloneWithASchedulerThatIsNamed() throws IOException {
        Path unet = source.resolve("unet");
        assertThatThrownBy(() -> imported(ImportRequest.of(unet))).hasMessageContaining("--scheduler")
                .hasMessageContaining("DDPMScheduler");
        ModelCard card = imported(new ImportRequest(unet, null, "DDIMScheduler",
                Map.of("prediction_type", "v_prediction", "clip_sample", "false"), false, null, null, false, "Mine."));
        assertThat(card.defaults().solver()).isEqualTo("ddim");
        assertThat(card.description()).isEqualTo("Mine.");
        assertThat(Files.readString(exported(true).resolve("model_index.json"))).contains("DDIMPipeline");
        assertThat(Files.readString(folder.resolve("exported/scheduler/scheduler_config.json")))
                .contains("v_prediction");
        assertThatThrownBy(() -> imported(new ImportRequest(unet, null, "DDIM", Map.of(), false, null, null, false,
                null))).hasMessageContaining("--scheduler is 'DDIM', which is neither a file nor one of CMStochastic");
    }

    @Test
    void shouldTakeSettingsInPlaceOfTheFiles() throws IOException {
        ModelCard card = imported(with(source, Map.of("timestep_spacing", "trailing", "clip_sample", "false")));
        assertThat(card.defaults()).isEqualTo(new SamplingDefaults("ancestral", 100, "trailing", 1));
        assertThat(Files.readString(model.resolve("scheduler/scheduler_config.json")))
                .contains("\"timestep_spacing\" : \"trailing\"", "\"clip_sample\" : false");
    }

    @Test
    void shouldNameClassesAndTheNullClass() throws IOException {
        Path labelled = Pipelines.named("euler-ancestral").writeTo(folder.resolve("labelled"), StoredType.F32);
        assertThat(DiffusersImport.open(ImportRequest.of(labelled), "x").card()).satisfies(card -> {
            assertThat(card.classes()).containsExactly("0", "1", "2", "3", "4");
            assertThat(card.nullClass()).isFalse();
        });
        assertThat(DiffusersImport.open(new ImportRequest(labelled, null, null, Map.of(), false, null,
                List.of("a", "b", "c", "d"), true, null), "x").card()).satisfies(card -> {
                    assertThat(card.classes()).containsExactly("a", "b", "c", "d");
                    assertThat(card.nullClass()).isTrue();
                });
        assertThatThrownBy(() -> DiffusersImport.open(new ImportRequest(labelled, null, null, Map.of(), false, null,
                List.of("a"), false, null), "x")).hasMessageContaining("--classes has 1 names; the network has 5");
        assertThatThrownBy(() -> DiffusersImport.open(new ImportRequest(source, null, null, Map.of(), false, null,
                null, true, null), "x")).hasMessageContaining("num_class_embeds is null").hasMessageContaining(
                        "--null-class");
        assertThat(ClassNames.of(4, null, Map.of(0, "crane", 2, "Crane"))).containsExactly("crane", "1", "Crane (2)",
                "3");
    }

    @Test
    void shouldTakeATransformerWithItsClassesAndLatents() throws IOException {
        Path dit = folder.resolve("dit");
        Files.createDirectories(dit.resolve("transformer"));
        Files.createDirectories(dit.resolve("scheduler"));
        Files.writeString(dit.resolve("transformer/config.json"), """
                {"_class_name": "DiTTransformer2DModel", "num_attention_heads": 2, "attention_head_dim": 8,
                 "in_channels": 4, "out_channels": 8, "num_layers": 1, "sample_size": 4, "num_embeds_ada_norm": 3}""");
        Files.writeString(dit.resolve("model_index.json"), """
                {"_class_name": "DiTPipeline", "scheduler": ["diffusers", "DDIMScheduler"],
                 "transformer": ["diffusers", "DiTTransformer2DModel"], "vae": ["diffusers", "AutoencoderKL"],
                 "id2label": {"0": "tench", "1": "goldfish", "2": "shark"}}""");
        Files.writeString(dit.resolve("scheduler/scheduler_config.json"),
                "{\"_class_name\": \"DDIMScheduler\", \"clip_sample\": false}");
        var network = NetworkType.read(JsonMapper.shared()
                .readTree(Files.readString(dit.resolve("transformer/config.json")))).build();
        Safetensors.write(dit.resolve("transformer/diffusion_pytorch_model.safetensors"), Formula.weights(network),
                StoredType.BF16, Map.of());

        ModelCard card = imported(ImportRequest.of(dit));
        assertThat(card.shape()).containsExactly(4, 4, 4);
        assertThat(card.classes()).containsExactly("tench", "goldfish", "shark");
        assertThat(card.nullClass()).isTrue();
        assertThat(Checkpoint.read(model).card()).isEqualTo(card);
        assertThat(bytes(exported(true))).usingRecursiveComparison().isEqualTo(bytes(dit));
    }

    @Test
    void shouldNotTouchWhatIsThere() throws IOException {
        imported(ImportRequest.of(source));
        Map<String, byte[]> before = bytes(folder);
        assertThatThrownBy(() -> imported(ImportRequest.of(source))).isInstanceOf(IOException.class)
                .hasMessageContaining("it exists");
        Files.createDirectory(folder.resolve("exported"));
        assertThatThrownBy(() -> exported(true)).isInstanceOf(IOException.class).hasMessageContaining("it exists");
        assertThat(bytes(folder)).usingRecursiveComparison().isEqualTo(before);
    }

    @Test
    void shouldNotExportWeightsThatWereChanged() throws IOException {
        imported(ImportRequest.of(source));
        Path weights = model.resolve(WEIGHTS);
        byte[] bytes = Files.readAllBytes(weights);
        bytes[bytes.length - 1] ^= 1;
        Files.write(weights, bytes);
        assertThatThrownBy(() -> exported(true)).isInstanceOf(CheckpointException.class)
                .hasMessageContaining("but the card says");
        assertThat(folder.resolve("exported")).doesNotExist();
    }

    @Test
    void shouldWriteASchedulerThatFitsTheCardWhereTheOneBesideItDoesNot() throws IOException {
        imported(ImportRequest.of(source));
        Path scheduler = model.resolve("scheduler/scheduler_config.json");
        Files.writeString(scheduler, Files.readString(scheduler).replace("\"epsilon\"", "\"sample\""));
        assertThat(Files.readString(exported(true).resolve("scheduler/scheduler_config.json")))
                .contains("\"prediction_type\" : \"epsilon\"");
        assertThat(DiffusersExport.open(model, true).remarks()).isEmpty();

        Files.writeString(model.resolve("pathline.json"),
                Files.readString(model.resolve("pathline.json")).replace("\"leading\"", "\"log-snr\""));
        assertThat(DiffusersExport.open(model, true).remarks()).containsExactly(
                "the card recommends ancestral on the time grid log-snr, which DDPMScheduler does not compute: it fits"
                        + " the model, and samples in its own way");
    }

    @Test
    void shouldRefuseASettingThatIsMisspeltAndReportOneThatIsUnknown() throws IOException {
        edit("unet/config.json", text -> text.replace("\"act_fn\": \"silu\"", "\"actfn\": \"mish\""));
        assertRefused("unet/config.json: actfn is no setting of UNet2DModel; did you mean act_fn?");
        edit("unet/config.json", text -> text.replace("\"actfn\": \"mish\"", "\"resnet_act_fn\": \"mish\""));
        assertRefused("unet/config.json: resnet_act_fn is the name of 2022 of act_fn");
        edit("unet/config.json", text -> text.replace("\"resnet_act_fn\": \"mish\"", "\"model_max_length\": 77"));
        edit("scheduler/scheduler_config.json", text -> text.replace("\"prediction_type\"", "\"predction_type\""));
        assertRefused(
                "scheduler_config.json: predction_type is no setting of DDPMScheduler; did you mean prediction_type?");
        edit("scheduler/scheduler_config.json", text -> text.replace("\"predction_type\"", "\"tensor_format\""));
        assertThat(DiffusersImport.open(ImportRequest.of(source), "x").remarks()).hasSize(2)
                .anyMatch(remark -> remark.contains("scheduler_config.json has tensor_format, which no scheduler"))
                .anyMatch(remark -> remark.contains("config.json has model_max_length, which no network"));
    }

    @Test
    void shouldTakeOnlySettingsThatTheSchedulerHasAndReads() {
        assertThatThrownBy(() -> imported(with(source, Map.of("predction_type", "v_prediction"))))
                .isInstanceOf(CheckpointException.class).hasMessageContaining(
                        "--set predction_type: DDPMScheduler has no such setting (did you mean prediction_type?)");
        assertThatThrownBy(() -> imported(with(source, Map.of("algorithm_type", "sde-dpmsolver++"))))
                .hasMessageContaining("--set algorithm_type: DDPMScheduler has no such setting; it has beta_end,");
        assertThatThrownBy(() -> imported(with(source, Map.of("prediction_type", " "))))
                .hasMessageContaining("--set prediction_type= has no value");
        assertThatThrownBy(() -> imported(with(source, Map.of("sample_max_value", "1"))))
                .hasMessageContaining("--set sample_max_value changes nothing beside the other settings");
        assertThatThrownBy(() -> imported(with(source, Map.of("clip_sample", "False"))))
                .hasMessageContaining("clip_sample of DDPMScheduler is \"False\"; it must be true or false");
        assertThat(DiffusersImport.open(with(source, Map.of("_class_name", "DDIMScheduler")), "x").card().defaults()
                .solver()).isEqualTo("ddim-raw-noise");
    }

    @Test
    void shouldAskForTheClassOfASchedulerThatNothingSays() throws IOException {
        edit("scheduler/scheduler_config.json", text -> text.replace("\"_class_name\"", "\"_name\""));
        assertThat(DiffusersImport.open(ImportRequest.of(source), "x").card().defaults().solver())
                .isEqualTo("ancestral");
        Files.delete(source.resolve("model_index.json"));
        assertRefused("scheduler_config.json: _class_name is missing", "say it with --set _class_name=CLASS");
        assertThat(DiffusersImport.open(with(source, Map.of("_class_name", "DDIMScheduler")), "x").card().defaults()
                .solver()).isEqualTo("ddim-raw-noise");
        Files.delete(source.resolve("scheduler/scheduler_config.json"));
        assertRefused("source has no scheduler/scheduler_config.json and no scheduler_config.json");
    }

    @Test
    void shouldLeaveOutWhatLooksAtFinishedPicturesAndRefuseWhatItDoesNotKnow() throws IOException {
        edit("model_index.json", text -> text.replaceFirst("\\{", "{\"safety_checker\": [\"stable_diffusion\","
                + "\"StableDiffusionSafetyChecker\"], \"feature_extractor\": [null, null],"));
        assertThat(DiffusersImport.open(ImportRequest.of(source), "x").remarks()).containsExactly(
                "safety_checker (StableDiffusionSafetyChecker) looks at finished pictures and was left out: nothing does"
                        + " that here");
        imported(ImportRequest.of(source));
        assertThat(DiffusersExport.open(model, true).remarks()).singleElement().asString()
                .contains("the pipeline's safety_checker is not here");
        model = folder.resolve("other/ddpm/1");
        edit("model_index.json",
                text -> text.replaceFirst("\\{", "{\"image_encoder\": [\"transformers\", \"CLIPVision\"],"));
        assertRefused("the pipeline has the part image_encoder, a CLIPVision");
        edit("model_index.json", text -> text.replace("\"image_encoder\"", "\"transformer\""));
        assertRefused("the pipeline has two networks");
        edit("model_index.json", text -> text.replace("\"transformer\"", "\"nothing\"")
                .replace("[\"transformers\", \"CLIPVision\"]", "null")
                .replaceFirst("\"diffusers\",\\s*\"UNet2DModel\"", "\"my_code\", \"UNet2DModel\""));
        assertRefused("unet (UNet2DModel) is of the library 'my_code'; supported is diffusers");
    }

    /** No pipeline of diffusers has a transformer and no autoencoder. */
    @Test
    void shouldExportATransformerOfPicturesWithoutAPipeline() throws IOException {
        Path dit = Files.createDirectories(folder.resolve("dit"));
        Files.writeString(dit.resolve("config.json"),
                """
                        {"_class_name": "Transformer2DModel", "norm_type": "ada_norm_zero", "num_attention_heads": 2,
                         "attention_head_dim": 8, "in_channels": 1, "num_layers": 1, "sample_size": 4, "num_embeds_ada_norm": 3}""");
        Safetensors.write(dit.resolve("diffusion_pytorch_model.safetensors"), Formula.weights(NetworkType.read(
                JsonMapper.shared().readTree(Files.readString(dit.resolve("config.json")))).build()), StoredType.F32,
                Map.of());
        imported(new ImportRequest(dit, null, "DDIMScheduler", Map.of(), false, null, null, false, null));
        assertThat(model.resolve("model_index.json")).doesNotExist();

        DiffusersExport export = DiffusersExport.open(model, true);
        assertThat(export.pipeline()).isEmpty();
        assertThat(export.remarks()).singleElement().asString().contains(
                "no pipeline of diffusers has a transformer and no autoencoder: load"
                        + " DiTTransformer2DModel.from_pretrained(DIR, subfolder=\"transformer\") and its scheduler");
        Path exported = exported(true);
        assertThat(bytes(exported).keySet()).containsExactly("scheduler/scheduler_config.json",
                "transformer/config.json",
                "transformer/diffusion_pytorch_model.safetensors");
        assertThat(DiffusersImport.open(ImportRequest.of(exported), "x").card().shape()).containsExactly(1, 4, 4);

        Files.writeString(dit.resolve("config.json"), Files.readString(dit.resolve("config.json"))
                .replace("ada_norm_zero", "ada_norm_single"));
        assertThatThrownBy(
                () -> DiffusersImport.open(new ImportRequest(dit, null, "DDIMScheduler", Map.of(), false, null,
                        null, false, null), "x"))
                .hasMessageContaining("norm_type is \"ada_norm_single\"; supported are ada_norm_zero");
    }
}
