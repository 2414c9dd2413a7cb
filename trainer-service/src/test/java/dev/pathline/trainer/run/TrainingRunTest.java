package dev.pathline.trainer.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.pathline.common.image.Png;
import dev.pathline.diffusion.card.ModelCard;
import dev.pathline.diffusion.noise.PhiloxNoise;
import dev.pathline.diffusion.planner.Planner;
import dev.pathline.diffusion.planner.SamplingSettings;
import dev.pathline.engine.checkpoint.Checkpoint;
import dev.pathline.engine.checkpoint.CheckpointException;
import dev.pathline.engine.data.DataException;
import dev.pathline.engine.sampling.LoadedModel;
import dev.pathline.engine.sampling.Sampler;
import dev.pathline.engine.script.NumericProfile;
import dev.pathline.engine.torch.ComputeThread;
import dev.pathline.engine.training.TrainingException;
import dev.pathline.trainer.delivery.RunFolders;
import dev.pathline.trainer.delivery.RunResult;
import dev.pathline.trainer.life.RunLock;
import dev.pathline.trainer.specification.ModelCards;
import dev.pathline.trainer.specification.TrainingSpec;
import dev.pathline.trainer.specification.TrainingSpecs;
import dev.pathline.trainer.specification.fields.SpecException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainingRunTest {

    @TempDir
    private Path folder;

    private Path data;

    @BeforeEach
    void writeData() throws IOException {
        data = TinyRuns.data(folder.resolve("data"));
    }

    private RunResult.Finished finish(String yaml) throws IOException {
        return (RunResult.Finished) TinyRuns.run(folder, yaml);
    }

    @Test
    void shouldWriteAModelThatLoadsAndSamples() throws IOException {
        RunResult.Finished result = finish(TinyRuns.flow(data, 10));

        assertThat(result.folder()).isEqualTo(folder.resolve("models/tiny/1"));
        Checkpoint checkpoint = Checkpoint.read(result.folder());
        ModelCard card = checkpoint.card();
        assertThat(card.version()).isEqualTo("1");
        assertThat(card.classes()).containsExactly("dark", "upper", "lower");
        assertThat(card.nullClass()).isTrue();
        assertThat(card.defaults().timeGrid()).isEqualTo("time");
        assertThat(card.training().run()).startsWith("tiny-");
        assertThat(card.training().imagesSeen()).isEqualTo(60);
        assertThat(card.training().spec()).startsWith("tiny (sha256 ");
        assertThat(card.metrics().get(ModelCards.SIGMA_DATA)).isCloseTo(0.6, within(0.15));
        List<float[]> samples = TinyRuns.THREAD.call(() -> {
            try (var model = LoadedModel.load(TinyRuns.TORCH, checkpoint, NumericProfile.FLOAT32)) {
                return new Sampler(model, new PhiloxNoise(), 4).sample(
                        Planner.plan(card, SamplingSettings.defaults(true)), new int[]{0, 1, 2, 0, 1}, 7);
            }
        });
        assertThat(samples).hasSize(5).allSatisfy(sample -> assertThat(sample).hasSize(64));
    }

    @Test
    void shouldWriteSheetsOfOneColumnAClass() throws IOException {
        finish(TinyRuns.flow(data, 10));

        var sheet = Png.decode(Files.readAllBytes(folder.resolve("run/sheets/step-10.png")));
        assertThat(sheet.width()).isEqualTo(3 * 8 + 2 * 2);
        assertThat(sheet.height()).isEqualTo(4 * 8 + 3 * 2);
    }

    @Test
    void shouldGoOnWhenASheetCannotBeWritten() throws IOException {
        Files.createDirectories(folder.resolve("run"));
        Files.writeString(folder.resolve("run/sheets"), "a file where the folder should be");
        var warnings = new ArrayList<String>();

        RunResult result = new TrainingRun(TinyRuns.spec(folder, TinyRuns.flow(data, 10)), TinyRuns.folders(folder))
                .run(TinyRuns.TORCH, TinyRuns.THREAD, new RunListener() {
                    @Override
                    public void warning(String message) {
                        warnings.add(message);
                    }
                });

        assertThat(result).isInstanceOf(RunResult.Finished.class);
        assertThat(warnings).hasSize(1).first().asString().contains("step 10");
    }

    @Test
    void shouldWriteOneVersionOfOneResult() throws IOException {
        finish(TinyRuns.flow(data, 10));
        assertThat(finish(TinyRuns.flow(data, 10)).alreadyThere()).isTrue();

        RunResult.Finished described = finish(TinyRuns.flow(data, 10).replace("A tiny", "Quite a tiny"));
        assertThat(described.alreadyThere()).isFalse();
        assertThat(described.folder()).isEqualTo(folder.resolve("models/tiny/2"));
    }

    @Test
    void shouldJustWriteTheModelOfAFinishedRun() throws IOException {
        RunResult.Finished first = finish(TinyRuns.flow(data, 10));
        byte[] weights = Files.readAllBytes(first.folder().resolve("unet").resolve(Checkpoint.WEIGHTS));
        Files.move(folder.resolve("models"), folder.resolve("elsewhere"));
        var steps = new ArrayList<Long>();

        RunResult result = new TrainingRun(TinyRuns.spec(folder, TinyRuns.flow(data, 10)), TinyRuns.folders(folder))
                .run(TinyRuns.TORCH, TinyRuns.THREAD, new RunListener() {
                    @Override
                    public void progressed(Progress progress) {
                        steps.add(progress.step());
                    }
                });

        assertThat(steps).isEmpty();
        assertThat(result).isInstanceOf(RunResult.Finished.class);
        assertThat(Files.readAllBytes(first.folder().resolve("unet").resolve(Checkpoint.WEIGHTS))).isEqualTo(weights);
    }

    @Test
    void shouldNameWhatDiffersFromTheRunInTheFolder() throws IOException {
        finish(TinyRuns.flow(data, 10));

        assertThatThrownBy(() -> TinyRuns.run(folder, TinyRuns.flow(data, 10).replace("0.003", "0.004")))
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining("optimizer.learningRate was 0.003 and is 0.004")
                .hasMessageNotContaining("batch");
    }

    @Test
    void shouldDeliverAnotherAverageOfARunThatIsDone() throws IOException {
        String yaml = TinyRuns.flow(data, 10).replace("decay: 0.9}]", "decay: 0.9}, {type: power, width: 0.1}]");
        Checkpoint first = Checkpoint.read(finish(yaml).folder());

        TrainingSpec spec = TinyRuns.spec(folder, yaml);
        var again = (RunResult.Finished) new TrainingRun(spec.withResult("power-0.1"), TinyRuns.folders(folder))
                .run(TinyRuns.TORCH, TinyRuns.THREAD, new RunListener() {
                    @Override
                    public void snapshot(long step) {
                        throw new IllegalStateException("nothing is trained");
                    }
                });

        assertThat(again.folder()).isEqualTo(folder.resolve("models/tiny/2"));
        Checkpoint other = Checkpoint.read(again.folder());
        assertThat(other.card().training().run()).endsWith("/power-0.1");
        assertThat(other.weights().get("conv_in.weight").values())
                .isNotEqualTo(first.weights().get("conv_in.weight").values());
        assertThatThrownBy(() -> spec.withResult("power-0.2")).isInstanceOf(SpecException.class)
                .hasMessageContaining("constant-0.9, power-0.1");
    }

    @Test
    void shouldStopAndGoOn() throws IOException {
        var run = new TrainingRun(TinyRuns.spec(folder, TinyRuns.flow(data, 30)), TinyRuns.folders(folder));
        RunResult stopped = run.run(TinyRuns.TORCH, TinyRuns.THREAD, new RunListener() {
            @Override
            public void progressed(Progress progress) {
                run.stop();
            }
        });
        assertThat(stopped).isInstanceOf(RunResult.Stopped.class);
        assertThat(((RunResult.Stopped) stopped).step()).isBetween(10L, 11L);
        assertThat(folder.resolve("models/tiny")).doesNotExist();

        assertThat(finish(TinyRuns.flow(data, 30)).folder()).isEqualTo(folder.resolve("models/tiny/1"));
    }

    @Test
    void shouldWaitWhereNothingCanBeWrittenYet() throws IOException {
        Path snapshots = Files.writeString(Files.createDirectories(folder.resolve("run")).resolve("snapshots"), "");
        var told = new ArrayList<String>();

        RunResult result = new TrainingRun(TinyRuns.spec(folder, TinyRuns.flow(data, 10)), TinyRuns.folders(folder))
                .run(TinyRuns.TORCH, TinyRuns.THREAD, new RunListener() {
                    @Override
                    public void blocked(String reason) {
                        told.add(reason);
                        assertThatCode(() -> Files.delete(snapshots)).doesNotThrowAnyException();
                    }

                    @Override
                    public void unblocked() {
                        told.add("unblocked");
                    }

                    @Override
                    public void started(long step) {
                        told.add("started");
                    }
                });

        assertThat(told).hasSize(3).endsWith("unblocked", "started").first().asString()
                .contains(snapshots + " is a file, and a folder is needed", "the run waits");
        assertThat(result).isInstanceOf(RunResult.Finished.class);
    }

    /** Puts a file where the registry's folder belongs, once the place of the result was found to be good. */
    private class ModelsInTheWay implements RunListener {
        @Override
        public void started(long step) {
            Path models = folder.resolve("models");
            assertThatCode(() -> {
                Files.deleteIfExists(models);
                Files.writeString(models, "");
            }).doesNotThrowAnyException();
        }
    }

    @Test
    void shouldWaitWhereItsResultCannotBeWrittenYet() throws IOException {
        Path models = folder.resolve("models");
        var told = new ArrayList<String>();

        RunResult result = new TrainingRun(TinyRuns.spec(folder, TinyRuns.flow(data, 10)), TinyRuns.folders(folder))
                .run(TinyRuns.TORCH, TinyRuns.THREAD, new ModelsInTheWay() {
                    @Override
                    public void blocked(String reason) {
                        told.add(reason);
                        assertThatCode(() -> Files.delete(models)).doesNotThrowAnyException();
                    }

                    @Override
                    public void unblocked() {
                        told.add("unblocked");
                    }
                });

        assertThat(told).hasSize(2).endsWith("unblocked").first().asString()
                .contains("training is done, but its result cannot be written", models.toString());
        assertThat(result).isInstanceOf(RunResult.Finished.class);
        assertThat(models.resolve("tiny/1/pathline.json")).exists();
    }

    @Test
    void shouldDeliverLaterWhereItIsStoppedBefore() throws IOException {
        Path models = folder.resolve("models");
        var run = new TrainingRun(TinyRuns.spec(folder, TinyRuns.flow(data, 10)), TinyRuns.folders(folder));

        RunResult result = run.run(TinyRuns.TORCH, TinyRuns.THREAD, new ModelsInTheWay() {
            @Override
            public void blocked(String reason) {
                run.stop();
            }
        });

        assertThat(result).isEqualTo(new RunResult.Stopped(10, 10));
        Files.delete(models);
        assertThat(finish(TinyRuns.flow(data, 10)).folder()).isEqualTo(models.resolve("tiny/1"));
    }

    @Test
    void shouldSayWhatCannotBeWrittenWhenItIsStopped() throws IOException {
        Path file = Files.writeString(folder.resolve("models"), "");
        var run = new TrainingRun(TinyRuns.spec(folder, TinyRuns.flow(data, 10)), TinyRuns.folders(folder));

        assertThatThrownBy(() -> run.run(TinyRuns.TORCH, TinyRuns.THREAD, new RunListener() {
            @Override
            public void blocked(String reason) {
                run.stop();
            }
        })).isInstanceOf(TrainingException.class)
                .hasMessageContaining(file.toString());
    }

    @Test
    void shouldRefuseDataThatDoesNotFit() {
        assertThatThrownBy(() -> TinyRuns.run(folder, TinyRuns.flow(folder.resolve("none"), 10)))
                .isInstanceOf(DataException.class).hasMessageContaining("dataset-fashion-mnist");
        assertThatThrownBy(() -> TinyRuns.run(folder,
                TinyRuns.flow(data, 10).replace(", lower]", "]").replace("num_class_embeds: 4", "num_class_embeds: 3")))
                .isInstanceOf(DataException.class).hasMessageContaining("data.classes names 2");
        assertThatThrownBy(() -> TinyRuns.run(folder,
                TinyRuns.flow(data, 10).replace("sample_size: 8", "sample_size: 16")))
                .isInstanceOf(SpecException.class).hasMessageContaining("[1, 8, 8]");
    }

    @Test
    void shouldKeepASecondTrainingOut() throws IOException {
        Files.createDirectories(folder.resolve("run"));
        try (RunLock held = RunLock.take(folder.resolve("run"))) {
            assertThat(held).isNotNull();
            assertThatThrownBy(() -> TinyRuns.run(folder, TinyRuns.flow(data, 10)))
                    .isInstanceOf(TrainingException.class).hasMessageContaining("another training is at work");
        }
        assertThat(finish(TinyRuns.flow(data, 10)).alreadyThere()).isFalse();
    }

    /** How many steps a budget of time pays for is known when it is spent. */
    @Test
    void shouldCountTheImagesOfABudgetOfTime() throws IOException {
        String yaml = TinyRuns.flow(data, 10).replace("images: 60", "minutes: 0.005").replace("sheetEvery: 10", "")
                .replace("decay: 0.9}]", "decay: 0.9}, {type: power, width: 0.1}]");
        var last = new AtomicLong();
        TrainingSpec spec = TinyRuns.spec(folder, yaml);
        var result = (RunResult.Finished) new TrainingRun(spec, TinyRuns.folders(folder)).run(TinyRuns.TORCH,
                TinyRuns.THREAD, new RunListener() {
                    @Override
                    public void progressed(Progress progress) {
                        last.set(progress.step());
                    }
                });

        assertThat(Checkpoint.read(result.folder()).card().training().imagesSeen()).isEqualTo(6 * last.get())
                .isPositive();
        var other = (RunResult.Finished) new TrainingRun(spec.withResult("power-0.1"), TinyRuns.folders(folder))
                .run(TinyRuns.TORCH, TinyRuns.THREAD, new RunListener() {
                });
        assertThat(Checkpoint.read(other.folder()).card().training().imagesSeen()).isEqualTo(6 * last.get());
    }

    @Test
    void shouldSayWhatItWasTrainedOn() throws IOException {
        assertThat(Checkpoint.read(finish(TinyRuns.flow(data, 1)).folder()).card().training().data())
                .contains("idx, 90 images, sha256");

        RunResult points = TinyRuns.run(Files.createDirectories(folder.resolve("points")), """
                name: points
                data: {format: mixture, components: [{mean: [-1, 0], std: 0.2}, {mean: [1, 0], std: 0.2}]}
                network: {_class_name: MlpDenoiser, sample_shape: [2], hidden_width: 8, num_blocks: 1}
                objective: {type: flow-matching}
                optimizer: {learningRate: 0.01, finalShare: 1}
                batch: 8
                images: 8
                profile: f32
                """);
        assertThat(Checkpoint.read(((RunResult.Finished) points).folder()).card().training().data())
                .contains("mixture, endless vectors, sha256");
    }

    /** A sheet is due at step 10, and so is a snapshot: who goes on from it does not come by step 10 again. */
    @Test
    void shouldMakeTheSheetOfTheStepThatItWasStoppedAt() throws IOException {
        var run = new TrainingRun(TinyRuns.spec(folder, TinyRuns.flow(data, 20)), TinyRuns.folders(folder));
        run.run(TinyRuns.TORCH, TinyRuns.THREAD, new RunListener() {
            @Override
            public void progressed(Progress progress) {
                run.stop();
            }
        });
        assertThat(folder.resolve("run/snapshots/snapshot-10.safetensors")).exists();
        assertThat(folder.resolve("run/sheets/step-10.png")).doesNotExist();

        finish(TinyRuns.flow(data, 20));

        assertThat(folder.resolve("run/sheets/step-10.png")).exists();
        assertThat(folder.resolve("run/sheets/step-20.png")).exists();
    }

    @Test
    void shouldFindOutBeforeTheFirstStepThatTestImagesAreNotWhole() throws IOException {
        Files.delete(data.resolve("t10k-images-idx3-ubyte"));

        assertThatThrownBy(() -> TinyRuns.run(folder, TinyRuns.classifier(data))).isInstanceOf(DataException.class)
                .hasMessageContaining("t10k-images");
        assertThat(folder.resolve("run/snapshots")).doesNotExist();
        assertThatThrownBy(
                () -> SpecCheck.check(TinyRuns.classifier(data), "the specification", path -> Optional.empty(),
                        TinyRuns.TORCH, TinyRuns.folders(folder)))
                .isInstanceOf(SpecException.class)
                .hasMessageContaining("data cannot be used").hasMessageContaining("t10k-images");
    }

    @Test
    void shouldGoOnWithTheThreadsThatItBeganWith() throws IOException {
        var warnings = new ArrayList<String>();
        TrainingSpec spec = TinyRuns.spec(folder, TinyRuns.flow(data, 20));
        assertThat(TinyRuns.TORCH.name()).as("libtorch is loaded before threads are told").isEqualTo("cpu");
        try (var one = new ComputeThread("one", 1); var two = new ComputeThread("two", 2)) {
            var run = new TrainingRun(spec, TinyRuns.folders(folder));
            run.run(TinyRuns.TORCH, one, new RunListener() {
                @Override
                public void progressed(Progress progress) {
                    run.stop();
                }
            });
            new TrainingRun(spec, TinyRuns.folders(folder)).run(TinyRuns.TORCH, two, new RunListener() {
                @Override
                public void warning(String message) {
                    warnings.add(message);
                }
            });
        }
        assertThat(warnings).hasSize(1).first().asString().contains("1 thread(s)").contains("not the 2");
    }

    /** The text of a specification decides what is made, not where it lies: the same weights are one version. */
    @Test
    void shouldNotMakeASecondVersionOfTheSameTextInAnotherPlace() throws IOException {
        String yaml = TinyRuns.flow(data, 5).replace("sheetEvery: 10", "sheetEvery: 0");
        RunResult.Finished first = finish(yaml);
        Path elsewhere = Files.createDirectories(folder.resolve("elsewhere"));
        var again = (RunResult.Finished) new TrainingRun(
                TrainingSpecs.read(Files.writeString(elsewhere.resolve("other.yaml"), yaml)),
                new RunFolders(elsewhere.resolve("run"), TinyRuns.models(folder.resolve("models")),
                        folder.resolve("metrics")))
                .run(TinyRuns.TORCH, TinyRuns.THREAD, new RunListener() {
                });

        assertThat(again.alreadyThere()).isTrue();
        assertThat(again.model()).isEqualTo(first.model());
        assertThat(Checkpoint.read(first.folder()).card().training().spec()).startsWith("tiny (sha256 ");
    }

    /** Where no label is dropped, nothing trains the row for 'no label': guidance would use what it began with. */
    @Test
    void shouldMakeNoNullClassWhereNoLabelWasDropped() throws IOException {
        String yaml = TinyRuns.flow(data, 5).replace("labelDropout: 0.1", "labelDropout: 0")
                .replace("sheetEvery: 10", "sheetEvery: 5");
        assertThatThrownBy(() -> finish(yaml)).hasMessageContaining("defaults.cfgScale is not accepted")
                .hasMessageContaining("trained without a null class");

        for (String rows : List.of("num_class_embeds: 4", "num_class_embeds: 3")) {
            String plain = yaml.replace("cfgScale: 2", "cfgScale: 1").replace("num_class_embeds: 4", rows)
                    .replace("name: tiny", "name: without-" + rows.substring(rows.length() - 1));
            RunResult.Finished result = (RunResult.Finished) TinyRuns.run(
                    Files.createDirectories(folder.resolve(rows.replace(": ", "-"))), plain);
            ModelCard card = Checkpoint.read(result.folder()).card();

            assertThat(card.nullClass()).isFalse();
            assertThat(card.classes()).hasSize(3);
            assertThatThrownBy(() -> Planner.plan(card, SamplingSettings.defaults(true).withCfgScale(2.0)))
                    .hasMessageContaining("trained without a null class");
        }
    }

    @Test
    void shouldRefuseANetworkThatDoesNotFitIntoMemory() throws IOException {
        TrainingSpec spec = TinyRuns.spec(folder, TinyRuns.flow(data, 10));
        RunFactory.requireMemory(spec, TinyRuns.TORCH.memory());

        assertThatThrownBy(() -> RunFactory.requireMemory(spec, 1000)).isInstanceOf(SpecException.class)
                .hasMessageContaining("network has ").hasMessageContaining("make it smaller");
    }
}
