package dev.pathline.engine.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pathline.engine.TestDevice;
import dev.pathline.engine.checkpoint.CheckpointException;
import dev.pathline.engine.checkpoint.TensorData;
import dev.pathline.engine.data.ImageDataset;
import dev.pathline.engine.data.augment.AugmentationSettings;
import dev.pathline.engine.data.augment.PipelineSettings;
import dev.pathline.engine.data.augment.Transform;
import dev.pathline.engine.network.UNet2D;
import dev.pathline.engine.network.UNet2DConfigJson;
import dev.pathline.engine.script.NumericProfile;
import dev.pathline.diffusion.prediction.Preconditioning;
import dev.pathline.diffusion.prediction.Prediction;
import dev.pathline.diffusion.prediction.TimeInput;
import dev.pathline.diffusion.schedule.RectifiedFlow;
import dev.pathline.engine.objective.DiffusionObjective;
import dev.pathline.engine.objective.TimeDistribution;
import dev.pathline.engine.objective.Weighting;
import dev.pathline.engine.script.TrainingProgram.AdamW;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

class ResumeTest {

    private static final int STEPS = 12;

    @TempDir
    private Path folder;

    private static TrainingTask task(long dataSeed) {
        var random = new SplittableRandom(dataSeed);
        byte[] pixels = new byte[50 * 64];
        byte[] labels = new byte[50];
        random.nextBytes(pixels);
        for (int i = 0; i < labels.length; i++) {
            labels[i] = (byte) (i % 3);
        }
        var config = UNet2DConfigJson.read(JsonMapper.shared().readTree(
                """
                        {"sample_size": 8, "in_channels": 1, "out_channels": 1, "block_out_channels": [16, 32],
                         "down_block_types": ["DownBlock2D", "AttnDownBlock2D"], "up_block_types": ["AttnUpBlock2D", "UpBlock2D"],
                         "layers_per_block": 1, "attention_head_dim": 8, "norm_num_groups": 8, "num_class_embeds": 4}"""));
        var augmentation = new AugmentationSettings(1, true,
                new PipelineSettings(0.5, Map.of(Transform.values()[0], 1.0)));
        return new DenoisingTask(UNet2D.build(config, augmentation.labels()), UNet2D.build(config).parameters(),
                new DiffusionObjective(RectifiedFlow.DEFAULT, Prediction.VELOCITY, Preconditioning.NONE,
                        TimeInput.scaled(1000), new TimeDistribution.LogitNormal(0, 1), new Weighting.Plain()),
                new ImageDataset(List.of(1, 8, 8), pixels, labels), augmentation, 7, 3, 0.1, 4);
    }

    private static Map<String, TensorData> train(Path folder, NumericProfile profile, TrainingTask task, long dieAt) {
        var plan = new TrainingPlan(new Budget.Steps(STEPS), new LearningRate(1e-3, 3, 0),
                new AdamW(0.9, 0.99, 1e-8, 0.01, 1), List.of(new MovingAverage.Constant(0.99)), 1, profile, 4, 4, 1);
        TrainingListener listener = new TrainingListener() {
            @Override
            public void progressed(Progress progress) {
                if (progress.step() == dieAt) {
                    throw new IllegalStateException("killed");
                }
            }
        };
        return new Trainer(TestDevice.TORCH, TestDevice.THREAD, task, plan,
                new Snapshots(folder, Map.of("data", task.dataHash(), "batch", "7"), false), listener).run().averages()
                .firstEntry().getValue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"f32", "bf16", "bf16-cl"})
    void shouldEndWithTheSameBitsAfterEveryInterruption(String name) {
        NumericProfile profile = NumericProfile.named(name);
        Map<String, TensorData> whole = train(folder.resolve("whole"), profile, task(1), -1);

        Path broken = folder.resolve("broken");
        for (long dieAt : new long[]{2, 6, 7, 11}) {
            assertThatThrownBy(() -> train(broken, profile, task(1), dieAt)).hasMessage("killed");
        }
        Map<String, TensorData> resumed = train(broken, profile, task(1), -1);

        assertThat(resumed.keySet()).isEqualTo(whole.keySet())
                .as("what the network was told of augmentation ends with the run")
                .doesNotContain("augmentation_embedding.weight");
        whole.forEach((tensor, data) -> assertThat(resumed.get(tensor).values()).as(tensor).isEqualTo(data.values()));
        assertThat(train(folder.resolve("other"), profile, task(2), -1).get("conv_in.weight").values())
                .isNotEqualTo(whole.get("conv_in.weight").values());
    }

    @Test
    void shouldPassOverASnapshotThatIsNotWhole() throws IOException {
        Map<String, TensorData> whole = train(folder.resolve("whole"), NumericProfile.FLOAT32, task(1), -1);
        Path broken = folder.resolve("broken");
        assertThatThrownBy(() -> train(broken, NumericProfile.FLOAT32, task(1), 10)).hasMessage("killed");
        Path newest = broken.resolve("snapshot-8.safetensors");
        byte[] bytes = Files.readAllBytes(newest);
        Files.write(newest, java.util.Arrays.copyOf(bytes, bytes.length / 2));

        Map<String, TensorData> resumed = train(broken, NumericProfile.FLOAT32, task(1), -1);

        whole.forEach((tensor, data) -> assertThat(resumed.get(tensor).values()).as(tensor).isEqualTo(data.values()));
    }

    @Test
    void shouldKeepTwoSnapshots() throws IOException {
        train(folder, NumericProfile.FLOAT32, task(1), -1);

        try (var files = Files.list(folder)) {
            assertThat(files.map(f -> f.getFileName().toString())).containsExactlyInAnyOrder("snapshot-8.safetensors",
                    "snapshot-12.safetensors");
        }
    }

    @Test
    void shouldRefuseToGoOnWithOtherData() {
        train(folder, NumericProfile.FLOAT32, task(1), -1);

        assertThatThrownBy(() -> train(folder, NumericProfile.FLOAT32, task(2), -1))
                .isInstanceOf(CheckpointException.class).hasMessageContaining("data was " + task(1).dataHash())
                .hasMessageContaining("is " + task(2).dataHash()).hasMessageNotContaining("batch");
    }

    @Test
    void shouldVisitEveryImageOnceAnEpoch() {
        var shuffle = new dev.pathline.engine.data.Shuffle(50, 3);
        for (int epoch = 0; epoch < 3; epoch++) {
            int start = 50 * epoch;
            assertThat(java.util.stream.IntStream.range(start, start + 50).map(shuffle::at).distinct().count())
                    .isEqualTo(50);
        }
        int seen = shuffle.at(120);
        assertThat(new dev.pathline.engine.data.Shuffle(50, 3).at(120)).isEqualTo(seen);
    }
}
