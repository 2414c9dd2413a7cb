package dev.pathline.trainer.specification;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pathline.diffusion.card.SamplingDefaults;
import dev.pathline.engine.checkpoint.StoredType;
import dev.pathline.trainer.run.TinyRuns;
import dev.pathline.trainer.specification.fields.SpecException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
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
        assertThat(spec.defaults().times()).isNull();
        SamplingDefaults twice = read(good().replace("steps: 3, cfgScale", "times: [1, 0.8], cfgScale")).defaults();
        assertThat(twice.times()).containsExactly(1.0, 0.8);
        assertThat(twice.steps()).isEqualTo(2);
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
        "type: flow-matching | type: ddpm | objective.type is 'ddpm'; known are ddpm-noise, ddpm-data, v-prediction, score-matching, flow-matching, edm, edm2, mean-flow",
        "UNet2DModel | DiT | _class_name is 'DiT'; known are UNet2DModel, DiTTransformer2DModel, MlpDenoiser",
        "DownBlock2D, Attn | MyBlock, Attn | down_block_types has 'MyBlock'",
        "norm_num_groups: 4 | norm_num_groups: 3 | groups",
        "num_class_embeds: 4 | num_class_embeds: 3 | network has a table of 3 classes: 4 are needed",
        "layers_per_block: 1 | dropout: 0.1 | dropout must be 0: nothing is dropped in training here",
        "layers_per_block: 1 | time_embedding_type: fourier | time_embedding_type must not be fourier",
        "layers_per_block: 1 | guidance_embedding_type: low_frequency | objective does not work: the network takes 'guidance', which the objective does not give",
        "layers_per_block: 1 | target_embedding_type: positional | objective does not work: the network takes 'target', which the objective does not give",
        "num_class_embeds: 4 | class_embed_type: timestep | class_embed_type must be null",
        "out_channels: 1 | out_channels: 2 | out_channels must be in_channels",
        "sample_size: 8 | sample_size: null | sample_size is null",
        "profile: f32 | profile: f128 | profile is 'f128'; known are bf16, f32, bf16-cl, f32-cl",
        "format: idx | format: png | data.format is 'png'; known are idx, cifar-10, cifar-100, images, csv, npy, mixture, trajectories",
        "solver: euler | solver: rk45 | defaults.solver is not accepted",
        "cfgScale: 2 | cfgScale: 99 | defaults.cfgScale is not accepted",
        "steps: 3 | times: [0.5, 0.8] | defaults.times must decrease, but 0.8 comes after 0.5",
        "steps: 3 | steps: 3, times: 1 | defaults.times is there beside steps",
        "steps: 3 | times: soon | defaults.times must be a number",
        "seed: 1 | sead: 1 | sead is unknown; known are",
        "seed: 1 | \"\": 1 | (a field without a name) is unknown; known are",
        "name: tiny | name: ../tiny | name is '../tiny', but names a folder",
        "lower] | dark] | data.classes has a name twice",
        "snapshotEvery: 5 | lossLimit: 0.5 | lossLimit is 0.5, but a loss is seldom at its best",
        "snapshotEvery: 5 | lossLimit: -1 | lossLimit must be a number from 0 on, not -1",
        "snapshotEvery: 5 | snapshotEvery: 0 | snapshotEvery must be a whole number from 1 on",
        "profile: f32 | store: f8 | store is 'f8'; known are f16, bf16, f32"})
    void shouldNameTheFieldThatIsWrong(String from, String to, String message) {
        assertThat(good()).contains(from);
        assertThatThrownBy(() -> read(good().replace(from, to))).isInstanceOf(SpecException.class)
                .hasMessageContaining("spec.yaml").hasMessageContaining(message).hasMessageNotContaining("mistakes");
    }

    /** In braces both are valid YAML, of a field with a longer name. */
    @Test
    void shouldSeeAColonOrABlankThatIsMissingInAName() {
        assertThatThrownBy(() -> read(good().replace("learningRate: 0.003", "learningRate:0.003")))
                .hasMessageContaining("optimizer.learningRate has no value: a space is missing behind the ':'");
        assertThatThrownBy(() -> read(good().replace("defaults: {solver: euler, steps: 3, cfgScale: 2}",
                "defaults {solver: euler}"))).hasMessageContaining("defaults has no ':' behind it");
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

    @Test
    void shouldSayWhatIsNoTextOfASpecification() throws IOException {
        Path latin = Files.write(folder.resolve("latin.yaml"), "name: caf\u00e9".getBytes(StandardCharsets.ISO_8859_1));
        assertThatThrownBy(() -> TrainingSpecs.read(latin)).isInstanceOf(SpecException.class)
                .hasMessage(latin + " is not a text in UTF-8");
        assertThatThrownBy(() -> TrainingSpecs.read(folder)).isInstanceOf(SpecException.class)
                .hasMessageContaining("cannot be read");
        Path long3 = Files.write(folder.resolve("long.yaml"), new byte[4 << 20]);
        assertThatThrownBy(() -> TrainingSpecs.read(long3)).hasMessageContaining("longer than any specification");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "layers_per_block: 1 | layers_per_block: 1, droput: 0.5 | network.droput is unknown; known are",
        "layers_per_block: 1 | layer_per_block: 1 | did you mean layers_per_block?",
        "labelDropout: 0.1 | labeldropout: 0.1 | did you mean labelDropout?",
        "warmupSteps: 5 | warmUpSteps: 5 | optimizer.warmUpSteps is unknown",
        "solver: euler | solvr: euler | defaults.solvr is unknown",
        "decay: 0.9 | decy: 0.9 | averages[0].decy is unknown",
        "std: 1} | sdt: 1} | objective.time.sdt is unknown",
        "classes: | clases: | data.clases is unknown",
        "type: flow-matching | type: flow-maching | known are ddpm-noise, ddpm-data, v-prediction, score-matching, flow-matching, edm, edm2, mean-flow",
        "warmupSteps: 5 | warmupSteps: 11 | optimizer.warmupSteps is 11, but the run has 10 steps",
        "images: 60 | images: 6 | optimizer.warmupSteps is 5, but the run has 1 step (images by batch)",
        "warmupSteps: 5 | warmupSteps: 1e9 | optimizer.warmupSteps is 1000000000, but the run has 10 steps",
        "images: 60 | images: 1e30 | images must be a whole number from 1 on, not 1.0E30",
        "images: 60 | images: 9000000000000000000 | images must be at most 1000000000000000",
        "images: 60 | minutes: 1e300 | minutes must be at most 527040, a year",
        "images: 60 | images: 1,000 | images must be a whole number from 1 on, not \"1,000\": write the digits together",
        "images: 60 | images: '60' | images must be a whole number from 1 on, not \"60\": leave the quotes out",
        "learningRate: 0.003 | learningRate: '0,003' | : write a point for the comma",
        "labelDropout: 0.1 | labelDropout: 10% | : give the share, 0.1 for 10 %",
        "learningRate: 0.003 | learningRate: 1e-60 | optimizer.learningRate is 1.0E-60, with which nothing can be trained",
        "learningRate: 0.003 | learningRate: 1000 | optimizer.learningRate is 1000.0, with which nothing can be trained",
        "learningRate: 0.003 | learningRate: .nan | optimizer.learningRate must be a number above 0, not",
        "learningRate: 0.003 | learningRate: .inf | optimizer.learningRate must be a number above 0, not",
        "labelDropout: 0.1 | labelDropout: 1 | objective.labelDropout is 1, so that no label would be learnt",
        "name: tiny | name: '' | name is empty: give a text", "name: tiny | name: ~ | name is missing: give a text",
        "name: tiny | name: 5 | name must be a text, not 5: put it in quotes",
        "format: idx | format: '' | data.format is ''; known are idx",
        "seed: 1 | evaluation: {every: 11} | evaluation.every is 11, but the run has 10 steps",
        "seed: 1 | evaluation: {every: 5, samples: 1e7} | evaluation.samples must be at most 1000000",
        "batch: 6 | batch: 100000 | batch must be at most 65536, not 100000",
        "sample_size: 8 | sample_size: 1048576 | a sample has 1,099,511,627,776 numbers",
        "block_out_channels: [8, 16] | block_out_channels: [8, 1048576] | network does not work: it has",
        "steps: 3, | steps: 5000000000, | defaults.steps must be at most 2147483647"})
    void shouldRefuseWhatWouldPassWithoutAWord(String from, String to, String message) {
        assertThat(good()).contains(from);
        assertThatThrownBy(() -> read(good().replace(from, to.replace(", droput", "\n  droput"))))
                .isInstanceOf(SpecException.class).hasMessageContaining(message);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"hidden_width: 100000 | network does not work: it has",
        "hidden_width: 1048576 | network does not work: it has",
        "num_blocks: 1000000 | network", "hidden_width: 8, hiden_width: 9 | network.hiden_width is unknown",
        "hidden_width: 8, num_class_embeds: 1048577 | network does not work"})
    void shouldBoundNetworks(String setting, String message) {
        String yaml = points("type: flow-matching")
                .replace(setting.startsWith("num_blocks") ? "num_blocks: 1" : "hidden_width: 8", setting);

        assertThatThrownBy(() -> read(yaml)).isInstanceOf(SpecException.class).hasMessageContaining(message)
                .hasMessageNotContaining("Exception");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|',
            value = {"num_attention_heads: 1048576, attention_head_dim: 1048576 | network does not work",
                "num_attention_heads: 2, attention_head_dim: 4, dropout: 0.1 | dropout must be 0",
                "num_attention_heads: 2, attention_head_dim: 4, drop_out: 0 | network.drop_out is unknown"})
    void shouldBoundTransformersToo(String setting, String message) {
        String yaml = points("type: flow-matching").replaceAll("network: .*", "network: {_class_name:"
                + " DiTTransformer2DModel, sample_size: 8, patch_size: 2, in_channels: 1, num_layers: 1,"
                + " num_embeds_ada_norm: null, " + setting + "}");

        assertThatThrownBy(() -> read(yaml)).isInstanceOf(SpecException.class).hasMessageContaining(message);
    }

    /** What is pasted from a checkpoint's own file is not refused for what diffusers notes in it. */
    @Test
    void shouldTakeTheNotesOfDiffusers() throws IOException {
        assertThat(read(good().replace("  layers_per_block: 1", "  layers_per_block: 1\n  _diffusers_version: 0.30.0\n"
                + "  _name_or_path: there")).steps()).isEqualTo(10);
    }

    @Test
    void shouldReadNumbersAndFlagsHoweverPeopleWriteThem() throws IOException {
        TrainingSpec spec = read(good().replace("learningRate: 0.003", "learningRate: 3e-3").replace("images: 60",
                "images: 6e1").replace("decay: 0.9", "decay: .9").replace("seed: 1", "seed: 0x10")
                .replace("lower]}", "lower], augmentation: {mirror: Yes}}"));

        assertThat(spec.learningRate().peak()).isEqualTo(0.003);
        assertThat(spec.steps()).isEqualTo(10);
        assertThat(spec.seed()).isEqualTo(16);
        assertThat(spec.data().augmentation().mirror()).isTrue();
        assertThat(read(good().replace("lower]}", "lower], augmentation: {mirror: True}}")).data().augmentation()
                .mirror()).isTrue();
        assertThatThrownBy(() -> read(good().replace("lower]}", "lower], augmentation: {mirror: 'true'}}")))
                .hasMessageContaining(
                        "data.augmentation.mirror must be true or false, not \"true\": leave the quotes out");
    }

    @Test
    void shouldCallClassesAsTheyAreWritten() throws IOException {
        assertThat(read(good().replace("[dark, upper, lower]", "[1e3, 1.50, True]")).data().classes())
                .containsExactly("1e3", "1.50", "True");
        assertThatThrownBy(() -> read(good().replace("[dark, upper, lower]", "[dark, ~, lower]")))
                .hasMessageContaining("data.classes must be a list of names");
    }

    @Test
    void shouldTakeNothingForWhatIsLeftEmpty() throws IOException {
        String yaml = points("type: flow-matching").replaceAll("data: .*",
                "data: {format: csv, path: a.csv, test: ~, labels: null}");

        assertThat(read(yaml).data().source().files()).isEqualTo(Map.of("path", "a.csv"));
    }

    /** A million bytes of mistakes are told in a few lines. */
    @Test
    void shouldTellTheFirstOfThousandsOfMistakes() {
        var yaml = new StringBuilder(good());
        for (int i = 0; i < 100_000; i++) {
            yaml.append("x").append(i).append(": 1\n");
        }
        yaml.append("y".repeat(1_000)).append(": ").append("z".repeat(100_000)).append('\n');

        assertThatThrownBy(() -> TrainingSpecs.read(yaml.toString(), "spec")).isInstanceOfSatisfying(
                SpecException.class,
                e -> {
                    assertThat(e.problems()).hasSize(20);
                    assertThat(e.count()).isEqualTo(100_001);
                    assertThat(e.getMessage()).hasSizeLessThan(10_000).contains("has 100001 mistakes",
                            "and 99981 more");
                });
        assertThatThrownBy(
                () -> TrainingSpecs.read(good().replace("batch: 6", "batch: " + "z".repeat(100_000)), "spec"))
                .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(300));
    }
}
