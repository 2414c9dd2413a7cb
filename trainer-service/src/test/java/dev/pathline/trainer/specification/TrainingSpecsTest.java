package dev.pathline.trainer.specification;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pathline.engine.checkpoint.StoredType;
import dev.pathline.trainer.run.TinyRuns;
import dev.pathline.trainer.specification.fields.SpecException;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TrainingSpecsTest {

    @TempDir
    private Path folder;

    private String good() {
        return TinyRuns.flow(Path.of("/data"), 10);
    }

    private TrainingSpec read(String yaml) throws IOException {
        return TinyRuns.spec(folder, yaml);
    }

    @ParameterizedTest
    @ValueSource(strings = {"fashion-flow.yaml", "fashion-classifier.yaml"})
    void shouldReadTheCommittedSpecifications(String name) {
        TrainingSpec spec = TrainingSpecs.read(Path.of("../training").resolve(name));

        assertThat(name).startsWith(spec.name());
        assertThat(spec.data().classes()).hasSize(10);
        assertThat(spec.store()).isEqualTo(StoredType.F16);
    }

    @Test
    void shouldFillInDefaults() throws IOException {
        TrainingSpec spec = read(good());

        assertThat(spec.defaults().timeGrid()).isEqualTo("time");
        assertThat(spec.optimizer().beta2()).isEqualTo(0.99);
        assertThat(spec.store()).isEqualTo(StoredType.F16);
        assertThat(spec.steps()).isEqualTo(10);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"batch: 6 | batch: 0 | batch must be a whole number from 1 on, not 0",
        "batch: 6 | batch: 6.5 | batch must be a whole number from 1 on, not 6.5",
        "images: 60 | images: many | images must be a whole number from 1 on, not",
        "learningRate: 0.003 | learningRate: -1 | optimizer.learningRate must be a number above 0, not -1",
        "decay: 0.9 | decay: 1 | averages[0].decay must be a number from 0 to below 1, not 1",
        "decay: 0.9} | decay: 0.9}, {type: power, width: 0.3} | averages[1].width must be a number above 0 and up to 0.28",
        "seed: 1 | microBatches: 4 | microBatches is 4, which does not divide the batch of 6",
        "images: 60 | minutes: 0 | minutes must be a number above 0, not 0",
        "seed: 1 | minutes: 1 | minutes is there beside images",
        "labelDropout: 0.1 | labelDropout: 1.5 | objective.labelDropout must be a number from 0 to 1, not 1.5",
        "std: 1} | std: 0} | objective.time.std must be a number above 0, not 0",
        "logit-normal | beta | objective.time.distribution is 'beta'; known are uniform, logit-normal, mode, log-normal",
        "type: flow-matching | type: ddpm | objective.type is 'ddpm'; known are ddpm-noise, ddpm-data, v-prediction, score-matching, flow-matching, edm, edm2, classification",
        "UNet2DModel | DiT | _class_name is 'DiT'; known are UNet2DModel, DiTTransformer2DModel, MlpDenoiser",
        "DownBlock2D, Attn | MyBlock, Attn | down_block_types has 'MyBlock'",
        "norm_num_groups: 4 | norm_num_groups: 3 | groups",
        "num_class_embeds: 4 | num_class_embeds: 3 | network has a table of 3 classes: 4 are needed",
        "layers_per_block: 1 | dropout: 0.1 | dropout must be 0: nothing is dropped in training here",
        "layers_per_block: 1 | time_embedding_type: fourier | time_embedding_type must not be fourier",
        "layers_per_block: 1 | target_embedding_type: positional | target_embedding_type must be null",
        "num_class_embeds: 4 | class_embed_type: timestep | class_embed_type must be null",
        "out_channels: 1 | out_channels: 2 | out_channels must be in_channels",
        "sample_size: 8 | sample_size: null | sample_size is null",
        "profile: f32 | profile: f128 | profile is 'f128'; known are bf16, f32, bf16-cl, f32-cl",
        "format: idx | format: png | data.format is 'png'; known are idx, cifar-10, cifar-100, images, csv, npy, mixture",
        "solver: euler | solver: rk45 | defaults.solver is not accepted",
        "cfgScale: 2 | cfgScale: 99 | defaults.cfgScale is not accepted",
        "seed: 1 | sead: 1 | sead is unknown; known are",
        "name: tiny | name: ../tiny | name is '../tiny', but names a folder",
        "lower] | dark] | data.classes has a name twice",
        "snapshotEvery: 5 | snapshotEvery: 0 | snapshotEvery must be a whole number from 1 on",
        "profile: f32 | store: f8 | store is 'f8'; known are f16, bf16, f32"})
    void shouldNameTheFieldThatIsWrong(String from, String to, String message) {
        assertThat(good()).contains(from);
        assertThatThrownBy(() -> read(good().replace(from, to))).isInstanceOf(SpecException.class)
                .hasMessageContaining("spec.yaml").hasMessageContaining(message).hasMessageNotContaining("mistakes");
    }

    @Test
    void shouldNameAllMistakesAtOnce() {
        String yaml = good().replace("batch: 6", "batch: 0").replace("name: tiny", "title: tiny")
                .replace("labelDropout: 0.1", "labelDropout: 7").replace("seed: 1", "seed: one");

        assertThatThrownBy(() -> read(yaml)).hasMessageContaining("5 mistakes")
                .hasMessageContaining("\n  name is missing")
                .hasMessageContaining("\n  title is unknown").hasMessageContaining("\n  batch must be")
                .hasMessageContaining("\n  objective.labelDropout must be").hasMessageContaining("\n  seed must be");
    }

    @Test
    void shouldTellWhatIsWrongWithTheDefaultsTogetherWithTheRest() {
        String yaml = good().replace("batch: 6", "batch: 0").replace("name: tiny", "name: ../tiny")
                .replace("solver: euler, steps: 3, cfgScale: 2", "solver: rk45, steps: 3, timeGrid: none, cfgScale: 99")
                .replace("sheetEvery: 10", "sheetEvery: -1");

        assertThatThrownBy(() -> read(yaml)).hasMessageContaining("6 mistakes")
                .hasMessageContaining("\n  defaults.solver is not accepted")
                .hasMessageContaining("\n  defaults.timeGrid is not accepted")
                .hasMessageContaining("\n  defaults.cfgScale is not accepted").hasMessageContaining("\n  batch must be")
                .hasMessageContaining("\n  name is").hasMessageContaining("\n  sheetEvery must be");
    }

    private static String points(String objective) {
        return """
                name: points
                data: {format: mixture, components: [{mean: [-1, 0], std: 0.2}, {mean: [1, 0], std: 0.2}]}
                network: {_class_name: MlpDenoiser, sample_shape: [2], hidden_width: 8, num_blocks: 1}
                objective: {%s}
                optimizer: {learningRate: 0.01}
                batch: 8
                images: 80
                """.formatted(objective);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "type: flow-matching, labelDropout: 0.1 | objective.labelDropout is there, but the network has no classes",
        "type: ddpm-noise, sigmaData: 0.5 | objective.sigmaData is there, but neither",
        "type: flow-matching, sigmaData: 0.5, weighting: {type: min-snr} | objective.sigmaData is there, but neither",
        "type: v-prediction, weighting: {type: snr, gamma: 5} | objective.weighting.gamma is unknown"})
    void shouldRefuseSettingsWithoutEffect(String objective, String message) {
        assertThatThrownBy(() -> read(points(objective))).isInstanceOf(SpecException.class)
                .hasMessageContaining(message).hasMessageNotContaining("mistakes");
    }

    @ParameterizedTest
    @ValueSource(strings = {"type: edm, sigmaData: 0.5", "type: score-matching, sigmaData: 0.5",
        "type: flow-matching, sigmaData: 0.5, weighting: {type: edm}"})
    void shouldTakeTheScaleOfTheDataWhereItIsUsed(String objective) throws IOException {
        assertThat(read(points(objective)).settings()).containsEntry("objective.sigmaData", "0.5");
    }

    @Test
    void shouldRefuseAnAugmentationThatDoesNothing() {
        String yaml = good().replace("lower]}", "lower], augmentation: {edm: {probability: 0, xflip: 1}}}");

        assertThatThrownBy(() -> read(yaml)).isInstanceOf(SpecException.class)
                .hasMessageContaining("data.augmentation.edm does nothing: give a probability above 0");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "type: ddpm-noise, schedule: {name: ddpm-linear, zeroTerminalSnr: 1}, weighting: {type: snr-plus-one} | objective does not work: times may be 1.0, where ddpm-linear has alpha = 0.0",
        "type: ddpm-noise, schedule: {name: ddpm-linear, zeroTerminalSnr: 1} | objective makes no model that can be sampled: prediction NOISE does not determine the data",
        "type: flow-matching, weighting: {type: likelihood} | objective does not work: times may be 0.0",
        "type: flow-matching, schedule: {name: vp-cosine}, time: {distribution: uniform, from: 0} | objective does not work: times may be 0.0",
        "type: ddpm-data, time: {distribution: mode} | objective does not work: times may be 0.0",
        "type: edm, time: {std: 500} | objective does not work: times may be 0.0"})
    void shouldRefuseObjectivesWhoseNumbersAreNotFinite(String objective, String message) {
        assertThatThrownBy(() -> read(points(objective))).isInstanceOf(SpecException.class)
                .hasMessageContaining(message).hasMessageNotContaining("mistakes");
    }

    @Test
    void shouldTrainTheBoundDownToPureNoise() throws IOException {
        assertThat(read(points("type: v-prediction, schedule: {name: ddpm-linear, zeroTerminalSnr: 1},"
                + " weighting: {type: likelihood}")).steps()).isEqualTo(10);
    }

    @Test
    void shouldReportAMissingPartOnce() {
        String yaml = good().replaceAll("optimizer: .*\n", "");

        assertThatThrownBy(() -> read(yaml)).hasMessageEndingWith("spec.yaml: optimizer is missing: give an object");
    }

    @Test
    void shouldSayWhereAFileIsNoYaml() {
        assertThatThrownBy(() -> read("name: tiny\nbatch: [1, 2\n")).isInstanceOf(SpecException.class)
                .hasMessageContaining("not YAML: line ");
        assertThatThrownBy(() -> read("name: a\nname: b\n")).isInstanceOf(SpecException.class)
                .hasMessageContaining("name");
        assertThatThrownBy(() -> read("")).isInstanceOf(SpecException.class);
        assertThatThrownBy(() -> TrainingSpecs.read(folder.resolve("none.yaml"))).isInstanceOf(SpecException.class)
                .hasMessageContaining("there is no file").hasMessageContaining("none.yaml");
    }
}
