package dev.pathline.engine.checkpoint.diffusers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pathline.diffusion.card.ModelCard;
import dev.pathline.diffusion.noise.NoiseKey;
import dev.pathline.diffusion.noise.NoiseSource;
import dev.pathline.diffusion.plan.SamplingPlan;
import dev.pathline.diffusion.planner.Planner;
import dev.pathline.diffusion.planner.SamplingSettings;
import dev.pathline.engine.TestDevice;
import dev.pathline.engine.checkpoint.Checkpoint;
import dev.pathline.engine.checkpoint.StoredType;
import dev.pathline.engine.sampling.LoadedModel;
import dev.pathline.engine.sampling.Sampler;
import dev.pathline.engine.script.NumericProfile;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Pipelines of diffusers against the same ones imported: the files that Python wrote, the same noise, the card's own
 * defaults but for the number of steps, and the samples at the end. {@code record_pipelines.py} makes the recording.
 */
class WholePipelineTest {

    private static final double LARGEST_DIFFERENCE = 1e-3;

    @TempDir
    private Path folder;

    static Stream<Pipelines.Recorded> pipelines() {
        return Pipelines.all().stream();
    }

    @ParameterizedTest
    @MethodSource("pipelines")
    void shouldMakeTheSamplesOfDiffusers(Pipelines.Recorded recorded) throws Exception {
        Path source = recorded.writeTo(folder.resolve("source"), StoredType.F32);
        DiffusersImport.open(ImportRequest.of(source), "recorded").write(folder.resolve("model"), "1", bytes -> {
        });
        List<float[]> samples = sample(Checkpoint.read(folder.resolve("model")), recorded);

        float[] expected = recorded.output();
        int size = samples.getFirst().length;
        double largest = 0;
        for (int i = 0; i < expected.length; i++) {
            largest = Math.max(largest, Math.abs(samples.get(i / size)[i % size] - expected[i]));
        }
        assertThat(largest).as(recorded.name()).isLessThanOrEqualTo(LARGEST_DIFFERENCE);
    }

    static List<float[]> sample(Checkpoint checkpoint, Pipelines.Recorded recorded) throws Exception {
        ModelCard card = checkpoint.card();
        SamplingPlan plan = Planner.plan(card,
                SamplingSettings.defaults(card.conditional()).withSteps(recorded.steps()));
        int[] labels = recorded.labels().isEmpty()
                ? new int[2]
                : recorded.labels().stream().mapToInt(Integer::intValue).toArray();
        // Euler and Heun begin with sigma z where the forward process has z, EDM with sqrt(sigma^2 + 1) z.
        double scale = recorded.firstInput()
                / (card.preconditioning().inputScale(card.noiseSchedule(), card.noiseSchedule().maxTime())
                        * plan.initialScale());
        return TestDevice.on(() -> {
            try (LoadedModel model = LoadedModel.load(TestDevice.TORCH, checkpoint, NumericProfile.FLOAT32)) {
                return new Sampler(model, given(plan, scale), labels.length).sample(plan, labels, 0);
            }
        });
    }

    /** The noise that Python had, by the solver's step, and at the start scaled as it was there. */
    static NoiseSource given(SamplingPlan plan, double scale) {
        return new NoiseSource() {
            @Override
            public void fill(NoiseKey key, float[] values) {
                Formula.noise(key.stage() == NoiseKey.INITIAL ? "initial" : "step" + step(key.stage()), key.sample(),
                        key.stage() == NoiseKey.INITIAL ? scale : 1, values);
            }

            @Override
            public void fill(NoiseKey key, double[] values) {
                throw new AssertionError("lanes compute in float32");
            }

            private int step(int stage) {
                return plan.stages().get(stage).step();
            }
        };
    }
}
