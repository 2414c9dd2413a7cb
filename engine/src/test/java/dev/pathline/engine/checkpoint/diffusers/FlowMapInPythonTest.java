package dev.pathline.engine.checkpoint.diffusers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.pathline.diffusion.card.ModelCard;
import dev.pathline.diffusion.noise.NoiseKey;
import dev.pathline.diffusion.noise.NoiseSource;
import dev.pathline.diffusion.noise.PhiloxNoise;
import dev.pathline.diffusion.npy.Npy;
import dev.pathline.diffusion.npy.NpyArray;
import dev.pathline.diffusion.plan.SamplingPlan;
import dev.pathline.diffusion.planner.Planner;
import dev.pathline.diffusion.planner.SamplingSettings;
import dev.pathline.diffusion.prediction.TargetInput;
import dev.pathline.engine.TestDevice;
import dev.pathline.engine.checkpoint.Checkpoint;
import dev.pathline.engine.sampling.LoadedModel;
import dev.pathline.engine.sampling.Sampler;
import dev.pathline.engine.script.NumericProfile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A flow map of ours, exported and sampled by docs/python/flow_map.py in Python, against its samples here. The environment
 * variable PYTHON names a Python with torch and diffusers 0.40; without one the test is skipped, and what such a Python
 * computed is in {@link MapPipelinesTest}'s recording.
 */
class FlowMapInPythonTest {

    private static final String PYTHON = System.getenv().getOrDefault("PYTHON", "python3");
    private static final double LARGEST_DIFFERENCE = 1e-5;
    private static final long SEED = 3;
    private static final NoiseSource NOISE = new PhiloxNoise();

    @TempDir
    private Path folder;

    @BeforeAll
    static void findPython() throws Exception {
        String missing = run(List.of(PYTHON, "-c",
                "import numpy, torch, safetensors; from diffusers import FlowMapEulerDiscreteScheduler"));
        assumeTrue(missing.isEmpty(), () -> PYTHON + " has no torch, safetensors and diffusers 0.40: " + missing);
    }

    /** Returns nothing where the program ends well, else the last line that it wrote. */
    private static String run(List<String> command) throws Exception {
        Path log = Files.createTempFile("python", ".log");
        try {
            Process process = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile())
                    .start();
            boolean ended = process.waitFor(5, TimeUnit.MINUTES);
            process.destroyForcibly();
            List<String> lines = Files.readAllLines(log);
            return ended && process.exitValue() == 0 ? "" : lines.isEmpty() ? "no output" : lines.getLast();
        } catch (IOException e) {
            return String.valueOf(e.getMessage());
        } finally {
            Files.delete(log);
        }
    }

    @ParameterizedTest
    @CsvSource({"LENGTH, 1, false", "LENGTH, 4, false", "TIME, 2, false", "TIME, 4, true"})
    void shouldMakeTheSameSamplesInPython(TargetInput target, int steps, boolean transformer) throws Exception {
        Path model = folder.resolve("model");
        FlowMapCheckpoint.write(model, FlowMapCheckpoint.card().withTargetInput(target), transformer
                ? FlowMapCheckpoint.transformer(json -> json)
                : FlowMapCheckpoint.unet(json -> json));
        Path exported = folder.resolve("exported");
        DiffusersExport.open(model, true).write(exported, bytes -> {
        });
        int[] labels = {2, 0, 3};
        List<float[]> ours = sample(Checkpoint.read(model), steps, labels);

        Files.write(folder.resolve("noise.npy"), Npy.encode(noise(labels.length), 3, 1, 8, 8));
        var command = new ArrayList<>(List.of(PYTHON, "../docs/python/flow_map.py", exported.toString(), "--noise",
                folder.resolve("noise.npy").toString(), "--out", folder.resolve("python.npy").toString(), "--steps",
                Integer.toString(steps)));
        for (int label : labels) {
            command.addAll(List.of("--label", Integer.toString(label)));
        }
        assertThat(run(command)).isEmpty();

        NpyArray python = Npy.read(folder.resolve("python.npy"));
        assertThat(python.shape()).containsExactly(3, 1, 8, 8);
        for (int i = 0; i < labels.length; i++) {
            float[] theirs = Arrays.copyOfRange(python.values(), 64 * i, 64 * (i + 1));
            assertThat(TestDevice.maxDifference(ours.get(i), theirs)).isLessThanOrEqualTo(LARGEST_DIFFERENCE);
        }
    }

    private static float[] noise(int count) {
        float[] all = new float[64 * count];
        for (int i = 0; i < count; i++) {
            float[] one = new float[64];
            NOISE.fill(new NoiseKey(SEED, i, NoiseKey.INITIAL, 0), one);
            System.arraycopy(one, 0, all, 64 * i, 64);
        }
        return all;
    }

    private static List<float[]> sample(Checkpoint checkpoint, int steps, int[] labels) {
        ModelCard card = checkpoint.card();
        SamplingPlan plan = Planner.plan(card, SamplingSettings.defaults(true).withSteps(steps));
        return TestDevice.on(() -> {
            try (LoadedModel model = LoadedModel.load(TestDevice.TORCH, checkpoint, NumericProfile.FLOAT32)) {
                return new Sampler(model, NOISE, labels.length).sample(plan, labels, SEED);
            }
        });
    }
}
