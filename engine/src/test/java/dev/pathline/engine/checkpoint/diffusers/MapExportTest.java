package dev.pathline.engine.checkpoint.diffusers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pathline.diffusion.card.ModelCard;
import dev.pathline.diffusion.card.ModelKind;
import dev.pathline.diffusion.card.SamplingDefaults;
import dev.pathline.diffusion.prediction.Preconditioning;
import dev.pathline.diffusion.prediction.Prediction;
import dev.pathline.diffusion.prediction.TargetInput;
import dev.pathline.diffusion.prediction.TimeInput;
import dev.pathline.diffusion.schedule.Edm;
import dev.pathline.diffusion.schedule.RectifiedFlow;
import dev.pathline.diffusion.schedule.TrigFlow;
import dev.pathline.engine.checkpoint.Checkpoint;
import dev.pathline.engine.checkpoint.CheckpointException;
import dev.pathline.engine.network.NetworkConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Flow maps and consistency models that were trained here, on their way to Python and back. */
class MapExportTest {

    private static final String CONFIG = "unet/config.json";
    private static final String SCHEDULER = "scheduler/scheduler_config.json";

    @TempDir
    private Path folder;

    private DiffusersExport exported(ModelCard card, NetworkConfig network) throws IOException {
        Path model = folder.resolve("model");
        FlowMapCheckpoint.write(model, card, network);
        DiffusersExport export = DiffusersExport.open(model, true);
        export.write(folder.resolve("exported"), bytes -> {
        });
        return export;
    }

    private void assertRefused(ModelCard card, NetworkConfig network, String message) {
        Path model = folder.resolve("refused" + message.hashCode());
        FlowMapCheckpoint.write(model, card, network);
        assertThatThrownBy(() -> DiffusersExport.open(model, true)).isInstanceOf(CheckpointException.class)
                .hasMessageContaining(message);
    }

    private static NetworkConfig twoTimes() {
        return FlowMapCheckpoint.unet(json -> json);
    }

    private static NetworkConfig unlabelled() {
        return FlowMapCheckpoint.unet(json -> json.replace("\"num_class_embeds\": 4", "\"num_class_embeds\": null"));
    }

    private static NetworkConfig oneTime() {
        return FlowMapCheckpoint.unet(json -> json.replace("\"low_frequency\", \"target", "\"positional\", \"target")
                .replace("\"target_embedding_type\": \"low_frequency\"", "\"target_embedding_type\": null"));
    }

    private static ModelCard consistency() {
        return ModelCard.of("cm", ModelKind.CONSISTENCY, FlowMapCheckpoint.SHAPE, new Edm(0.002, 80, 18).spec(),
                Prediction.DATA)
                .withNetworkInput(new Preconditioning.Consistency(0.35, 0.002), new TimeInput.LogSigma(250))
                .withClasses(List.of("a", "b", "c"), true)
                .withDefaults(new SamplingDefaults("consistency", 2, "karras-leading", 1));
    }

    @ParameterizedTest
    @EnumSource(value = TargetInput.class, names = {"TIME", "LENGTH"})
    void shouldBringAFlowMapBack(TargetInput target) throws IOException {
        ModelCard card = FlowMapCheckpoint.card().withTargetInput(target);
        DiffusersExport export = exported(card, twoTimes());

        assertThat(export.pipeline()).isEmpty();
        assertThat(export.remarks()).singleElement().asString()
                .contains("no network of diffusers has a second time", "docs/python/flow_map.py");
        assertThat(Files.readString(folder.resolve("exported/" + CONFIG)))
                .contains(target == TargetInput.TIME
                        ? "\"deltatime_type\" : \"r\""
                        : "\"deltatime_type\" : \"t-r\"");
        assertThat(Files.readString(folder.resolve("exported/" + SCHEDULER)))
                .contains("FlowMapEulerDiscreteScheduler", "\"num_train_timesteps\" : 1,", "\"shift\" : 1.0");
        assertThat(folder.resolve("exported/model_index.json")).doesNotExist();

        DiffusersImport back = DiffusersImport.open(new ImportRequest(folder.resolve("exported"), null, null, Map.of(),
                false, null, List.of("a", "b", "c"), true, null), "map");
        assertThat(back.remarks()).isEmpty();
        ModelCard read = back.card();
        assertThat(read.withDefaults(card.defaults()).withDescription("").withTraining(card.training())
                .withWeights(0, "")).isEqualTo(card);
        assertThat(read.defaults()).isEqualTo(new SamplingDefaults("mean-flow", 4, "time", 1));
        back.write(folder.resolve("again"), "1", bytes -> {
        });
        assertThat(Checkpoint.read(folder.resolve("again")).weights().keySet())
                .contains("time_embedding_r.linear_2.weight");
    }

    @Test
    void shouldBringATransformerBack() throws IOException {
        DiffusersExport export = exported(FlowMapCheckpoint.card(), FlowMapCheckpoint.transformer(json -> json));
        assertThat(export.pipeline()).isEmpty();
        assertThat(export.remarks()).singleElement().asString().contains("docs/python/flow_map.py");
        assertThat(Files.readString(folder.resolve("exported/transformer/config.json")))
                .contains("\"deltatime_type\" : \"t-r\"");
        ModelCard back = DiffusersImport.open(ImportRequest.of(folder.resolve("exported")), "map").card();
        assertThat(back.targetInput()).isEqualTo(TargetInput.LENGTH);
        assertThat(back.kind()).isEqualTo(ModelKind.FLOW_MAP);
        assertThat(back.classes()).hasSize(3);
    }

    @Test
    void shouldNameWhatNoSchedulerOfFlowMapsHas() {
        ModelCard card = FlowMapCheckpoint.card();
        assertRefused(card.withTargetInput(TargetInput.LEVEL), twoTimes(),
                "targetInput is level, and FlowMapEulerDiscreteScheduler is for time and length");
        assertRefused(card.withNetworkInput(Preconditioning.NONE, TimeInput.scaled(0.5)), twoTimes(),
                "timeInput is scaled by 0.5, and FlowMapEulerDiscreteScheduler is for scaled by a whole number");
        assertRefused(ModelCard.of("trig", ModelKind.FLOW_MAP, FlowMapCheckpoint.SHAPE, TrigFlow.DEFAULT.spec(),
                Prediction.AVERAGE_VELOCITY), unlabelled(),
                "schedule is trig-flow, and FlowMapEulerDiscreteScheduler is for rectified-flow");
        assertRefused(ModelCard.of("ctm", ModelKind.FLOW_MAP, FlowMapCheckpoint.SHAPE, RectifiedFlow.DEFAULT.spec(),
                Prediction.DATA), unlabelled(),
                "prediction is data, and FlowMapEulerDiscreteScheduler is for average-velocity");
        assertRefused(card, FlowMapCheckpoint.transformer(json -> json.replace("\"num_layers\"",
                "\"qk_norm\": \"layer_norm\", \"num_layers\"")),
                "diffusers has no network like DiTTransformer2DModel with qk_norm");
    }

    /** Without its scheduler nothing would say that the network has a second time. */
    @Test
    void shouldNotExportTheNetworkOfAFlowMapAlone() {
        FlowMapCheckpoint.write(folder.resolve("model"), FlowMapCheckpoint.card());
        assertThatThrownBy(() -> DiffusersExport.open(folder.resolve("model"), false))
                .hasMessageContaining("no network like UNet2DModel with time_embedding_type, target_embedding_type");
    }

    @Test
    void shouldRefuseOneTimeForTwoAndTwoForOne() throws IOException {
        exported(FlowMapCheckpoint.card(), twoTimes());
        Path source = folder.resolve("exported");
        assertThatThrownBy(() -> DiffusersImport.open(new ImportRequest(source, null, null,
                Map.of("_class_name", "FlowMatchEulerDiscreteScheduler"), true, null, null, false, null), "x"))
                .isInstanceOf(CheckpointException.class).hasMessageContaining("unet/config.json: the network has a"
                        + " second time, target_embedding_type, and FlowMatchEulerDiscreteScheduler does not say");
        String config = Files.readString(source.resolve(CONFIG));
        Files.writeString(source.resolve(CONFIG), config.replace("\"t-r\"", "\"t/r\""));
        assertThatThrownBy(() -> DiffusersImport.open(ImportRequest.of(source), "x"))
                .hasMessageContaining("deltatime_type is \"t/r\"; supported are r, t-r");
        Files.writeString(source.resolve(CONFIG), config.replace("\"target_embedding_type\"", "\"_without\""));
        assertThatThrownBy(() -> DiffusersImport.open(ImportRequest.of(source), "x"))
                .hasMessageContaining("target_embedding_type is null, and FlowMapEulerDiscreteScheduler is for networks"
                        + " with a second time");
        Files.writeString(source.resolve(CONFIG), config.replace("\"target_embedding_type\"",
                "\"guidance_embedding_type\": \"low_frequency\", \"target_embedding_type\""));
        assertThatThrownBy(() -> DiffusersImport.open(ImportRequest.of(source), "x"))
                .hasMessageContaining("guidance_embedding_type makes the scale of guidance an input");
    }

    @Test
    void shouldBringAConsistencyModelBack() throws IOException {
        ModelCard card = consistency();
        DiffusersExport export = exported(card, oneTime());
        assertThat(export.pipeline()).isEqualTo("ConsistencyModelPipeline");
        assertThat(export.remarks()).isEmpty();
        assertThat(Files.readString(folder.resolve("exported/" + SCHEDULER))).contains(
                "CMStochasticIterativeScheduler", "\"num_train_timesteps\" : 18", "\"sigma_data\" : 0.35",
                "\"clip_denoised\" : false");
        ModelCard back = DiffusersImport.open(new ImportRequest(folder.resolve("exported"), null, null, Map.of(),
                false, null, List.of("a", "b", "c"), true, null), "cm").card();
        assertThat(back.withDefaults(card.defaults()).withDescription("").withTraining(card.training())
                .withWeights(0, "")).isEqualTo(card);
    }

    /** The pipeline passes a label, and no second row without one. */
    @Test
    void shouldSayThatThePipelineDoesNotGuide() throws IOException {
        ModelCard card = consistency();
        assertThat(exported(card.withDefaults(new SamplingDefaults("consistency", 1, "karras-leading", 2.5)), oneTime())
                .remarks()).containsExactly(
                        "the card recommends guidance of scale 2.5, and ConsistencyModelPipeline does not guide");
    }

    @Test
    void shouldSayWhereItsCardStarts() throws IOException {
        SamplingDefaults defaults = new SamplingDefaults("consistency", 2, null, 1);
        assertThat(exported(consistency().withDefaults(defaults), oneTime()).remarks()).singleElement().asString()
                .startsWith("the card recommends consistency on the time grid karras, which CMStochasticIterative");
        FlowMapCheckpoint.write(folder.resolve("times"),
                consistency().withDefaults(defaults.withTimes(List.of(80.0, 2.5))), oneTime());
        assertThat(DiffusersExport.open(folder.resolve("times"), true).remarks()).singleElement().asString()
                .startsWith("the card recommends consistency at the times [80.0, 2.5], which CMStochasticIterative");
    }

    /** A network with EDM's ln(sigma)/4 is a consistency model too, but not one that the pipeline calls. */
    @Test
    void shouldSayWhatAConsistencyModelOfAnotherTimeTakes() throws IOException {
        ModelCard card = consistency().withNetworkInput(new Preconditioning.Consistency(0.35, 0.002),
                TimeInput.logSigma());
        DiffusersExport export = exported(card, oneTime());
        assertThat(export.pipeline()).isEmpty();
        assertThat(export.remarks()).singleElement().asString()
                .contains("no pipeline of diffusers gives a network 0.00100000 times the timestep of its"
                        + " CMStochasticIterativeScheduler");
        assertThat(DiffusersImport.open(ImportRequest.of(folder.resolve("exported")), "cm").card().timeInput())
                .isEqualTo(TimeInput.logSigma());
    }

    @Test
    void shouldNameWhatTheSchedulerOfConsistencyModelsHasNot() {
        ModelCard card = consistency();
        assertRefused(card.withNetworkInput(new Preconditioning.Consistency(0.35, 0.01), card.timeInput()), oneTime(),
                "preconditioning.sigmaMin is 0.01, and CMStochasticIterativeScheduler is for the schedule's sigmaMin,"
                        + " here 0.002; --no-scheduler exports the network alone");
        assertRefused(card.withNetworkInput(new Preconditioning.Edm(0.35), card.timeInput()), oneTime(),
                "preconditioning is edm, and CMStochasticIterativeScheduler is for consistency");
        assertRefused(card.withNetworkInput(card.preconditioning(), TimeInput.scaled(10)), oneTime(),
                "timeInput is scaled by 10.0, and CMStochasticIterativeScheduler is for log-sigma");
        assertRefused(ModelCard.of("flow", ModelKind.CONSISTENCY, FlowMapCheckpoint.SHAPE,
                RectifiedFlow.DEFAULT.spec(), Prediction.VELOCITY), oneTime(),
                "schedule is rectified-flow, and CMStochasticIterativeScheduler is for edm");
    }

    /** The one pipeline with a transformer begins with unit noise, and a consistency model with 80 times that. */
    @Test
    void shouldNotWriteAPipelineThatStartsElsewhere() throws IOException {
        NetworkConfig network = FlowMapCheckpoint.transformer(json -> json
                .replace("\"in_channels\": 1", "\"in_channels\": 4").replace("low_frequency", "positional")
                .replace("\"target_embedding_type\": \"positional\"", "\"target_embedding_type\": null"));
        ModelCard card = ModelCard.of("latent", ModelKind.CONSISTENCY, List.of(4, 8, 8), Edm.DEFAULT.spec(),
                Prediction.DATA)
                .withNetworkInput(new Preconditioning.Consistency(0.5, 0.002), new TimeInput.LogSigma(250))
                .withClasses(List.of("a", "b", "c"), true);
        DiffusersExport export = exported(card, network);
        assertThat(export.pipeline()).isEmpty();
        assertThat(export.remarks()).anyMatch(remark -> remark.contains(
                "no pipeline of diffusers starts a transformer as CMStochasticIterativeScheduler asks for"));
    }
}
