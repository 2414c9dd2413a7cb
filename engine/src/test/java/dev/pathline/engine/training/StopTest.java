package dev.pathline.engine.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pathline.engine.TestDevice;
import dev.pathline.engine.checkpoint.TensorData;
import dev.pathline.engine.data.Dataset;
import dev.pathline.engine.data.ImageDataset;
import dev.pathline.engine.data.augment.AugmentationSettings;
import dev.pathline.engine.network.SmallConvNet;
import dev.pathline.engine.network.SmallConvNetConfig;
import dev.pathline.engine.script.NumericProfile;
import dev.pathline.engine.script.TrainingProgram.AdamW;
import dev.pathline.engine.torch.ComputeThread;
import dev.pathline.engine.torch.Torch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StopTest {

    private static final int STEPS = 9;

    @TempDir
    private Path folder;

    private final AtomicLong copies = new AtomicLong();

    /** Counts how often a sample is asked for. */
    private record Counted(Dataset data, AtomicLong copies) implements Dataset {

        @Override
        public int size() {
            return data.size();
        }

        @Override
        public List<Integer> shape() {
            return data.shape();
        }

        @Override
        public int label(int index) {
            return data.label(index);
        }

        @Override
        public void copy(int index, float[] target, int offset) {
            copies.incrementAndGet();
            data.copy(index, target, offset);
        }

        @Override
        public double standardDeviation() {
            return data.standardDeviation();
        }

        @Override
        public String sha256() {
            return data.sha256();
        }
    }

    /** Wants the averages of some steps, and keeps a list of those it got. */
    private class Collector implements TrainingListener {

        final List<Long> seen = new ArrayList<>();
        private final long every;
        private Map<String, String> notes = Map.of();

        Collector(long every) {
            this.every = every;
        }

        @Override
        public boolean wantsAverages(long step) {
            return step % every == 0;
        }

        @Override
        public void averages(long step, Map<String, TensorData> averages) {
            assertThat(averages).containsKey("scores.weight");
            seen.add(step);
            notes = Map.of("last", Long.toString(step));
        }

        @Override
        public Map<String, String> notes() {
            return notes;
        }

        @Override
        public void resumed(Map<String, String> kept) {
            notes = kept;
        }
    }

    private Trainer trainer(TrainingListener listener) {
        return trainer(TestDevice.THREAD, listener);
    }

    private Trainer trainer(ComputeThread thread, TrainingListener listener) {
        byte[] pixels = new byte[20 * 64];
        new SplittableRandom(1).nextBytes(pixels);
        var data = new Counted(new ImageDataset(List.of(1, 8, 8), pixels, new byte[20]), copies);
        var config = new SmallConvNetConfig(8, 1, List.of(8, 8), List.of(1, 1), 4, 2);
        var task = new ClassificationTask(SmallConvNet.build(config), data, 4, 0, new AugmentationSettings(1,
                true, null), 1);
        var plan = new TrainingPlan(new Budget.Steps(STEPS), new LearningRate(1e-3, 3, 0),
                new AdamW(0.9, 0.99, 1e-8, 0.01, 1), List.of(new MovingAverage.Constant(0.9)), 1,
                NumericProfile.FLOAT32, 4, 4, 1);
        return new Trainer(TestDevice.TORCH, thread, task, plan,
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
        var collector = new Collector(3);
        Trainer.Outcome outcome = trainer(collector).run();

        assertThat(collector.seen).containsExactly(3L, 6L, 9L);
        assertThat(outcome.step()).isEqualTo(STEPS);
    }

    /** Step 4 has a snapshot: whoever goes on from it will not come by step 4 again. */
    @Test
    void shouldHandOutTheAveragesOfAStepAgainWhereARunDiedOverThem() {
        assertThatThrownBy(() -> trainer(new Collector(4) {
            @Override
            public void averages(long step, Map<String, TensorData> averages) {
                throw new IllegalStateException("killed");
            }
        }).run()).hasMessage("killed");
        var collector = new Collector(4);

        trainer(collector).run();

        assertThat(collector.seen).containsExactly(4L, 8L);
    }

    private Collector stoppingCollector(long step) {
        var trainer = new AtomicReference<Trainer>();
        var collector = new Collector(4) {
            @Override
            public void progressed(Progress progress) {
                if (progress.step() == step) {
                    trainer.get().stop();
                }
            }

            @Override
            public boolean wantsAverages(long asked) {
                return asked % 4 == 0 || asked == STEPS;
            }
        };
        trainer.set(trainer(collector));
        assertThat(trainer.get().run().finished()).isFalse();
        return collector;
    }

    @Test
    void shouldMakeUpForTheAveragesThatAStopHasSkipped() {
        assertThat(stoppingCollector(4).seen).as("a stop does not wait for samples").isEmpty();
        assertThat(folder.resolve("snapshot-4.safetensors")).exists();
        assertThat(stoppingCollector(STEPS).seen).containsExactly(4L, 8L);
        assertThat(folder.resolve("snapshot-9.safetensors")).exists();

        var collector = new Collector(STEPS);
        assertThat(trainer(collector).run().finished()).isTrue();
        assertThat(collector.seen).containsExactly(9L);

        var again = new Collector(STEPS);
        assertThat(trainer(again).run().finished()).isTrue();
        assertThat(again.seen).as("once is enough").isEmpty();
        assertThat(again.notes()).as("what it noted is in the snapshot").isEqualTo(Map.of("last", "9"));
    }

    @Test
    void shouldBeginOnlyWhereSomethingIsLeftToDo() {
        var begun = new ArrayList<String>();
        TrainingListener listener = new TrainingListener() {
            @Override
            public void begins() {
                begun.add("begun");
            }

            @Override
            public void progressed(Progress progress) {
                begun.add("step " + progress.step());
            }
        };
        trainer(listener).run();
        assertThat(begun).startsWith("begun", "step 1").hasSize(1 + STEPS);

        trainer(listener).run();
        assertThat(begun).hasSize(1 + STEPS);
    }

    @Test
    void shouldMakeNoBatchThatNoStepNeeds() {
        trainer(new TrainingListener() {
        }).run();
        assertThat(copies).hasValue(4L * STEPS);

        trainer(new TrainingListener() {
        }).run();
        assertThat(copies).as("a run that is done").hasValue(4L * STEPS);
    }

    /** The sums of a step are cut into as many parts as there are threads, and so their last bits depend on it. */
    @Test
    void shouldGoOnWithTheThreadsThatItBeganWith() {
        var used = new ArrayList<Integer>();
        var kept = new ArrayList<String>();
        class Threads implements TrainingListener {

            private final AtomicReference<Trainer> trainer = new AtomicReference<>();

            Trainer on(ComputeThread thread) {
                trainer.set(trainer(thread, this));
                return trainer.get();
            }

            @Override
            public void progressed(Progress progress) {
                used.add(Torch.intraOpThreads());
                if (progress.step() == 2) {
                    trainer.get().stop();
                }
            }

            @Override
            public void keepsThreads(int threads, int configured) {
                kept.add(threads + " not " + configured);
            }
        }
        assertThat(TestDevice.TORCH.name()).as("libtorch is loaded before threads are told").isEqualTo("cpu");
        try (var one = new ComputeThread("one", 1); var three = new ComputeThread("three", 3)) {
            new Threads().on(three).run();
            assertThat(new Threads().on(one).run().finished()).isTrue();
            assertThat(one.call(Torch::intraOpThreads)).as("for whoever comes next").isEqualTo(1);
        }
        assertThat(used).hasSize(STEPS).containsOnly(3);
        assertThat(kept).containsExactly("3 not 1");
    }
}
