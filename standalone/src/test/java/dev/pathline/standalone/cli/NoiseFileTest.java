package dev.pathline.standalone.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pathline.diffusion.npy.Npy;
import dev.pathline.diffusion.card.ModelCard;
import dev.pathline.diffusion.card.ModelCardJson;
import dev.pathline.diffusion.noise.NoiseKey;
import dev.pathline.diffusion.noise.PhiloxNoise;
import dev.pathline.diffusion.plan.SamplingPlan;
import dev.pathline.diffusion.planner.Planner;
import dev.pathline.diffusion.planner.SamplingSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code sample --noise FILE.npy}: noise in place of a seed. */
class NoiseFileTest {

    private static final int COUNT = 3;
    private static final long SEED = 7;

    @TempDir
    private Path folder;

    private Path sample(String name, String... arguments) {
        Path out = folder.resolve(name);
        var all = new ArrayList<>(List.of("sample", "mixture-2d", "-o", out.toString(), "--profile", "f32"));
        all.addAll(List.of(arguments));
        CommandRun run = CommandRun.of(all.toArray(String[]::new));
        assertThat(run.code()).as(run.output()).isZero();
        return out;
    }

    private static float[] noise(int sample, int stage) {
        float[] values = new float[2];
        new PhiloxNoise().fill(new NoiseKey(SEED, sample, stage, 0), values);
        return values;
    }

    private String file(String name, List<float[]> arrays, int... shape) throws IOException {
        float[] all = new float[2 * arrays.size()];
        for (int i = 0; i < arrays.size(); i++) {
            System.arraycopy(arrays.get(i), 0, all, 2 * i, 2);
        }
        return Files.write(folder.resolve(name), Npy.encode(all, shape)).toString();
    }

    /** What the stages of a solver's plan draw, sample by sample, in front of it where the sample starts. */
    private static List<float[]> everyDraw(String solver, int steps) throws IOException {
        ModelCard card = ModelCardJson.read(CommandRun.MODELS.resolve("mixture-2d/1/pathline.json"));
        SamplingPlan plan = Planner.plan(card,
                SamplingSettings.defaults(false).withSolver(solver).withSteps(steps));
        var arrays = new ArrayList<float[]>();
        for (int sample = 0; sample < COUNT; sample++) {
            arrays.add(noise(sample, NoiseKey.INITIAL));
            for (int stage = 0; stage < plan.stages().size(); stage++) {
                if (plan.stages().get(stage).needsNoise()) {
                    arrays.add(noise(sample, stage));
                }
            }
        }
        return arrays;
    }

    @Test
    void shouldStartWhereTheFileSays() throws IOException {
        var starts = new ArrayList<float[]>();
        for (int sample = 0; sample < COUNT; sample++) {
            starts.add(noise(sample, NoiseKey.INITIAL));
        }
        Path seeded = sample("seeded.npy", "--count", "3", "--seed", "7");

        Path given = sample("given.npy", "--noise", file("noise.npy", starts, COUNT, 2));

        assertThat(given).hasSameBinaryContentAs(seeded);
    }

    /** Three kinds of stochastic plan: with one draw a step, at the start of a step, and two draws a step. */
    @ParameterizedTest
    @ValueSource(strings = {"ancestral", "edm-stochastic", "predictor-corrector"})
    void shouldDrawWhatTheFileSays(String solver) throws IOException {
        List<float[]> draws = everyDraw(solver, 5);
        assertThat(draws.size()).isGreaterThan(2 * COUNT);
        Path seeded = sample("seeded.npy", "--count", "3", "--seed", "7", "--solver", solver, "--steps", "5");

        Path given = sample("given.npy", "--solver", solver, "--steps", "5", "--noise",
                file("noise.npy", draws, COUNT, draws.size() / COUNT, 2));

        assertThat(given).hasSameBinaryContentAs(seeded);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "--solver ancestral --steps 5 | noise.npy: solver 'ancestral' draws noise 4 times in 5 steps, so each sample needs 5 arrays",
        "--count 4 | --count is 4, but",
        "--seed 3 | --seed and --noise",
        "--noise other.npy | other.npy cannot be read: no such file"})
    void shouldSayInASentenceWhatIsWrong(String line, String sentence) throws IOException {
        String noise = line.contains("--noise")
                ? ""
                : " --noise " + file("noise.npy", List.of(new float[2], new float[2], new float[2]), 3, 2);

        CommandRun run = CommandRun.of(("sample mixture-2d -o " + folder.resolve("out.npy") + " " + line + noise)
                .split(" "));

        assertThat(run.code()).as(run.output()).isEqualTo(1);
        assertThat(run.output().strip()).contains(sentence).doesNotContain("\n");
    }

    @Test
    void shouldSayWhichShapesFit() throws IOException {
        CommandRun run = CommandRun.of("sample", "mixture-2d", "--noise",
                file("noise.npy", List.of(new float[2], new float[2]), 4), "-o", folder.resolve("x.npy").toString());

        assertThat(run.output()).contains(
                "noise.npy has shape [4], but mixture-2d takes [count, 2] or [count, 1 + draws, 2]");
    }

    @Test
    void shouldNotTakeAFileWhereSamplesAreMeasured() {
        CommandRun run = CommandRun.of("evaluate", "fashion-flow", "--noise", "x.npy", "--classifier",
                "../metrics/fashion-classifier");

        assertThat(run.code()).isEqualTo(1);
        assertThat(run.output()).contains("must be independent or brownian, not 'x.npy'");
    }
}
