package dev.pathline.engine.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pathline.engine.TestDevice;
import dev.pathline.engine.checkpoint.TensorData;
import dev.pathline.engine.data.ImageDataset;
import dev.pathline.engine.data.augment.AugmentationSettings;
import dev.pathline.engine.network.SmallConvNet;
import dev.pathline.engine.network.SmallConvNetConfig;
import dev.pathline.engine.script.NumericProfile;
import dev.pathline.engine.script.TrainingProgram.AdamW;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StopTest {

    private static final int STEPS = 9;

    @TempDir
    private Path folder;

    private Trainer trainer(TrainingListener listener) {
        byte[] pixels = new byte[20 * 64];
        new SplittableRandom(1).nextBytes(pixels);
        var data = new ImageDataset(List.of(1, 8, 8), pixels, new byte[20]);
        var config = new SmallConvNetConfig(8, 1, List.of(8, 8), List.of(1, 1), 4, 2);
        var task = new ClassificationTask(SmallConvNet.build(config), data, 4, 0, new AugmentationSettings(1,
                true, null), 1);
        var plan = new TrainingPlan(new Budget.Steps(STEPS), new LearningRate(1e-3, 3, 0),
                new AdamW(0.9, 0.99, 1e-8, 0.01, 1), List.of(new MovingAverage.Constant(0.9)), 1,
                NumericProfile.FLOAT32, 4, 4, 1);
        return new Trainer(TestDevice.TORCH, TestDevice.THREAD, task, plan,
                new Snapshots(folder, Map.of("a", "b"), false),
                listener);
    }

    private Trainer stoppingAt(long step) {
        var trainer = new AtomicReference<Trainer>();
        trainer.set(trainer(new TrainingListener() {
            @Override
            public void progressed(Progress progress) {
                if (progress.step() == step) {
                    trainer.get().stop();
                }
            }
        }));
        return trainer.get();
    }

    @Test
    void shouldStopAfterAStepWithASnapshotAndGoOnToTheSameEnd() {
        Trainer.Outcome stopped = stoppingAt(5).run();
        // The request came while step 5 was reported: step 6 is the one under way.
        assertThat(stopped.finished()).isFalse();
        assertThat(folder.resolve("snapshot-" + stopped.step() + ".safetensors")).exists();
        assertThat(stopped.step()).isBetween(5L, 6L);

        Map<String, TensorData> resumed = trainer(new TrainingListener() {
        }).run().averages().get("constant-0.9");

        folder = folder.resolve("whole");
        Trainer.Outcome whole = trainer(new TrainingListener() {
        }).run();
        assertThat(whole.finished()).isTrue();
        whole.averages().get("constant-0.9").forEach(
                (name, data) -> assertThat(resumed.get(name).values()).as(name).isEqualTo(data.values()));
    }

    @Test
    void shouldDoNothingWhenStoppedBeforeTheFirstStep() {
        Trainer trainer = trainer(new TrainingListener() {
        });
        trainer.stop();

        Trainer.Outcome outcome = trainer.run();

        assertThat(outcome.step()).isZero();
        assertThat(outcome.finished()).isFalse();
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void shouldSayWhyASnapshotCannotBeWrittenAndKeepTheEarlierOnes() throws IOException {
        Path inTheWay = folder.resolve("snapshot-8.safetensors");
        Files.createDirectories(inTheWay.resolve("something"));
        var trainer = new AtomicReference<Trainer>();
        trainer.set(trainer(new TrainingListener() {
            @Override
            public void blocked(String reason) {
                trainer.get().stop();
            }
        }));

        assertThatThrownBy(() -> trainer.get().run()).isInstanceOf(TrainingException.class)
                .hasMessageContaining("step 8").hasMessageContaining(folder.toString())
                .hasMessageContaining("earlier snapshots are intact");

        assertThat(folder.resolve("snapshot-4.safetensors")).isRegularFile();
        Files.delete(inTheWay.resolve("something"));
        Files.delete(inTheWay);
        assertThat(trainer(new TrainingListener() {
        }).run().finished()).isTrue();
    }

    @Test
    void shouldWaitForTheDiskAndLoseNothing() throws IOException {
        Path inTheWay = folder.resolve("snapshot-8.safetensors");
        Files.createDirectories(inTheWay.resolve("something"));
        var heard = new java.util.ArrayList<String>();
        Trainer.Outcome waited = trainer(new TrainingListener() {
            @Override
            public void blocked(String reason) {
                heard.add(reason);
                try {
                    Files.delete(inTheWay.resolve("something"));
                    Files.delete(inTheWay);
                } catch (IOException e) {
                    throw new java.io.UncheckedIOException(e);
                }
            }

            @Override
            public void unblocked() {
                heard.add("goes on");
            }
        }).run();

        assertThat(heard).hasSize(2).last().isEqualTo("goes on");
        assertThat(heard.getFirst()).contains("step 8", "waits");
        folder = folder.resolve("whole");
        Map<String, TensorData> whole = trainer(new TrainingListener() {
        }).run().averages().get("constant-0.9");
        whole.forEach((name, data) -> assertThat(waited.averages().get("constant-0.9").get(name).values()).as(name)
                .isEqualTo(data.values()));
    }

    @Test
    void shouldSweepUpWhatAKilledProcessLeft() throws IOException {
        Path left = Files.writeString(folder.resolve(".snapshot-4.safetensors.0815.part"), "half");

        trainer(new TrainingListener() {
        }).run();

        assertThat(left).doesNotExist();
    }

    @Test
    void shouldHandOutAveragesOnlyWhenAsked() {
        var seen = new java.util.ArrayList<Long>();
        Trainer.Outcome outcome = trainer(new TrainingListener() {
            @Override
            public boolean wantsAverages(long step) {
                return step % 3 == 0;
            }

            @Override
            public void averages(long step, Map<String, TensorData> averages) {
                assertThat(averages).containsKey("scores.weight");
                seen.add(step);
            }
        }).run();

        assertThat(seen).containsExactly(3L, 6L, 9L);
        assertThat(outcome.step()).isEqualTo(STEPS);
    }
}
