package dev.pathline.engine.sampling;

import dev.pathline.engine.graph.InputNames;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.pathline.engine.script.InputTable;
import dev.pathline.diffusion.card.ModelCard;
import dev.pathline.diffusion.card.ModelCardJson;
import dev.pathline.diffusion.card.ModelKind;
import dev.pathline.diffusion.model.Network;
import dev.pathline.diffusion.model.NetworkInputs;
import dev.pathline.diffusion.plan.PlanExecutor;
import dev.pathline.diffusion.plan.SamplingPlan;
import dev.pathline.diffusion.planner.Planner;
import dev.pathline.diffusion.planner.SamplingSettings;
import dev.pathline.diffusion.prediction.Preconditioning;
import dev.pathline.diffusion.prediction.Prediction;
import dev.pathline.diffusion.prediction.TimeInput;
import dev.pathline.diffusion.schedule.RectifiedFlow;
import dev.pathline.engine.TestDevice;
import dev.pathline.engine.checkpoint.Checkpoint;
import dev.pathline.engine.checkpoint.CheckpointException;
import dev.pathline.engine.checkpoint.StoredType;
import dev.pathline.engine.sampling.LaneRuns.Sample;
import dev.pathline.engine.script.NumericProfile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Modules that {@code src/test/python/write_torchscript.py} wrote, served as models. */
class TorchScriptTest {

    private static final String X_TIME = "{\"name\":\"x\"},{\"name\":\"time\"}";
    private static final String X_TIME_LABEL = X_TIME + ",{\"name\":\"label\"}";
    private static final double[][] MEANS = {{1, 0.5}, {-0.8, -0.6}, {0.1, 0.2}};

    @TempDir
    private Path folder;

    private static ModelCard card() {
        return ModelCard.of("module", ModelKind.DIFFUSION, List.of(2), RectifiedFlow.DEFAULT.spec(), Prediction.DATA)
                .withNetworkInput(Preconditioning.NONE, TimeInput.scaled(1000));
    }

    private Path write(ModelCard card, String module, String arguments, String returns) throws IOException {
        ModelCardJson.write(card, folder.resolve("pathline.json"));
        Files.createDirectories(folder.resolve("network"));
        Files.writeString(folder.resolve("network/config.json"), "{\"_class_name\":\"TorchScript\",\"arguments\":["
                + arguments + "],\"returns\":\"" + returns + "\"}");
        Files.write(folder.resolve("network/model.pt"),
                Files.readAllBytes(Path.of("src/test/resources/torchscript", module)));
        return folder;
    }

    private static float[] evaluate(Checkpoint checkpoint, float[] x, float... times) {
        return TestDevice.on(() -> {
            try (var model = LoadedModel.load(TestDevice.TORCH, checkpoint, NumericProfile.BFLOAT16)) {
                assertThat(model.profile()).isEqualTo(NumericProfile.MODULE);
                return model.evaluate(InputTable.of(times.length).with(InputNames.X, x).with(InputNames.TIME, times)
                        .completedFor(model.network()));
            }
        });
    }

    /** What gaussian.pt computes, in float64. */
    private static void gaussian(double[] x, NetworkInputs inputs, double[] output) {
        double[] mean = MEANS[inputs.label() == Network.NO_LABEL ? 2 : inputs.label()];
        double sigma = inputs.time() / 1000;
        double alpha = 1 - sigma;
        double gain = alpha * 0.25 / (alpha * alpha * 0.25 + sigma * sigma);
        for (int i = 0; i < 2; i++) {
            output[i] = mean[i] + gain * (x[i] - alpha * mean[i]);
        }
    }

    /** One batch of different solvers, steps, classes and guidance scales. The module was saved with its dropout on. */
    @Test
    void shouldServeAModuleLikeAnyOtherNetwork() throws IOException {
        Checkpoint checkpoint = Checkpoint.read(
                write(card().withClasses(List.of("a", "b"), true), "gaussian.pt", X_TIME_LABEL, "tensor"));
        var samples = new ArrayList<Sample>();
        String[] solvers = {"euler", "heun", "dpm-solver++-2m", "ancestral"};
        for (int i = 0; i < 12; i++) {
            boolean labelled = i % 3 < 2;
            SamplingPlan plan = Planner.plan(checkpoint.card(), SamplingSettings.defaults(labelled)
                    .withSolver(solvers[i % 4]).withSteps(5 + i % 5).withCfgScale(i % 2 == 0 ? 2.0 : 1.0));
            samples.add(new Sample(plan, i % 3, 3, i));
        }

        float[][] results = LaneRuns.run(checkpoint, samples, 5);

        for (int i = 0; i < results.length; i++) {
            Sample sample = samples.get(i);
            double[] expected = new PlanExecutor(sample.plan(), TorchScriptTest::gaussian, LaneRuns.NOISE).sample(2,
                    sample.label() == 2 ? Network.NO_LABEL : sample.label(), sample.seed(), sample.index(),
                    PlanExecutor.Listener.NONE);
            for (int d = 0; d < 2; d++) {
                assertThat((double) results[i][d]).as(sample.plan().solver()).isCloseTo(expected[d], within(2e-5));
            }
        }
    }

    /** bfloat16 in, inside and out would abort the JVM if it reached DJL. 3.9998 is the whole time 4. */
    @Test
    void shouldCastWhatAModuleTakesAndReturns() throws IOException {
        Checkpoint checkpoint = Checkpoint.read(write(card(), "halves.pt",
                "{\"name\":\"time\",\"type\":\"int64\"},{\"name\":\"x\",\"type\":\"bfloat16\"}", "tuple"));

        assertThat(evaluate(checkpoint, new float[]{1, 2.001f, -3, 8}, 0, 3.9998f)).containsExactly(0.5f, 1, 2.5f, 8);
    }

    @Test
    void shouldServeATracedModule() throws IOException {
        Checkpoint checkpoint = Checkpoint.read(write(card(), "traced.pt", X_TIME, "tensor"));

        assertThat(evaluate(checkpoint, new float[]{1, 2, 3, 4, 5, 6}, 10, 20, 30)).containsExactly(12, 14, 26, 28, 40,
                42);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"narrow.pt | tensor | it returns (2, 1) for an input of (2, 2)",
        "infinite.pt | tensor | its output is not finite",
        "dictionary.pt | tensor | does not take and return what config.json says",
        "traced.pt | tuple | it returns (2) for an input of (2, 2)",
        "halves.pt | tensor | does not take and return what config.json says",
        "gaussian.pt | tensor | Argument label not provided",
        "weights-only.pt | tensor | it holds no TorchScript module; write one with torch.jit.script",
        "../../python/write_torchscript.py | tensor | it is not a whole zip archive"})
    void shouldRefuseAModuleThatDoesNotDoWhatIsSaid(String module, String returns, String reason) throws IOException {
        Checkpoint checkpoint = Checkpoint.read(write(card(), module, X_TIME, returns));

        assertThatThrownBy(() -> evaluate(checkpoint, new float[2], 1)).isInstanceOf(CheckpointException.class)
                .hasMessageContaining("model.pt cannot be used: ").hasMessageContaining(reason)
                .message().doesNotContain("\n").hasSizeLessThan(400);
    }

    /** A table of three classes is asked for a fourth by this card; the trial at load finds out. */
    @Test
    void shouldNoticeAtLoadThatAClassIsMissing() throws IOException {
        Checkpoint checkpoint = Checkpoint.read(
                write(card().withClasses(List.of("a", "b", "c"), true), "gaussian.pt", X_TIME_LABEL, "tensor"));

        assertThatThrownBy(() -> evaluate(checkpoint, new float[2], 1)).isInstanceOf(CheckpointException.class)
                .hasMessageContaining("index");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"{\"name\":\"x\"} | must have x and time",
        "{\"name\":\"x\"},{\"name\":\"sigma\"} | has 'sigma'; known are x, time, target, guidance, label",
        "{\"name\":\"x\"},{\"name\":\"x\"},{\"name\":\"time\"} | has 'x' twice",
        "{\"name\":\"x\",\"type\":\"int64\"},{\"name\":\"time\"} | gives x the type int64",
        "{\"name\":\"x\",\"type\":\"half\"},{\"name\":\"time\"} | type 'half' is unknown",
        "{\"name\":\"x\"},{\"name\":\"time\"},{\"name\":\"label\"} | have label, which is for a card with classes",
        "{\"name\":\"x\"},{\"name\":\"time\"},{\"name\":\"target\"} | have target, which is for kind flow-map"})
    void shouldRefuseArgumentsThatCannotBe(String arguments, String reason) throws IOException {
        Path directory = write(card(), "traced.pt", arguments, "tensor");

        assertThatThrownBy(() -> Checkpoint.read(directory)).isInstanceOf(CheckpointException.class)
                .hasMessageContaining(reason);
    }

    @Test
    void shouldRefuseAFileThatIsAnotherOrMissing() throws IOException {
        Path directory = write(card().withWeights(0, "ab".repeat(32)), "traced.pt", X_TIME, "tensor");
        assertThatThrownBy(() -> Checkpoint.read(directory)).hasMessageContaining("the card says abab");

        write(card(), "traced.pt", X_TIME, "tensor");
        Checkpoint checkpoint = Checkpoint.read(directory);
        assertThatThrownBy(() -> checkpoint.write(folder.resolve("copy"), StoredType.F32))
                .hasMessageContaining("copy its directory");
        Files.delete(directory.resolve("network/model.pt"));
        assertThatThrownBy(() -> Checkpoint.read(directory)).hasMessageContaining("has no network/model.pt");
    }

    /** A damaged archive is an error or, where nothing that counts was hit, a model; never a dead JVM. */
    @Test
    void shouldSurviveDamagedArchives() throws IOException {
        Path directory = write(card(), "traced.pt", X_TIME, "tensor");
        Path file = directory.resolve("network/model.pt");
        Checkpoint checkpoint = Checkpoint.read(directory);
        byte[] whole = Files.readAllBytes(file);
        long seed = System.nanoTime();
        var random = new Random(seed);
        for (int i = 0; i < 60; i++) {
            byte[] damaged = whole.clone();
            damaged[random.nextInt(damaged.length)] ^= (byte) (1 << random.nextInt(8));
            Files.write(file, i % 6 == 0 ? Arrays.copyOf(damaged, random.nextInt(damaged.length)) : damaged);
            try {
                evaluate(checkpoint, new float[2], 1);
            } catch (CheckpointException e) {
                assertThat(e).as("seed " + seed).hasMessageContaining("model.pt cannot be used: ");
            }
        }
    }
}
