package dev.pathline.engine.measure;

import dev.pathline.engine.graph.InputNames;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pathline.engine.script.InputTable;
import dev.pathline.diffusion.card.ModelCard;
import dev.pathline.diffusion.card.ModelKind;
import dev.pathline.diffusion.prediction.Prediction;
import dev.pathline.diffusion.schedule.RectifiedFlow;
import dev.pathline.diffusion.schedule.ScheduleSpec;
import dev.pathline.engine.ClosedForms;
import dev.pathline.engine.TestDevice;
import dev.pathline.engine.checkpoint.Checkpoint;
import dev.pathline.engine.checkpoint.TensorData;
import dev.pathline.engine.network.NetworkConfig;
import dev.pathline.engine.network.NetworkType;
import dev.pathline.engine.sampling.LoadedModel;
import dev.pathline.engine.script.NumericProfile;
import dev.pathline.engine.script.ProfileChoice;
import dev.pathline.engine.script.ProfileChoice.Origin;
import dev.pathline.engine.script.ProfileRule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BiPredicate;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

class ProfileAdvisorTest {

    private static final Checkpoint TINY = tiny();

    @TempDir
    private Path folder;

    private static Checkpoint tiny() {
        NetworkConfig config = NetworkType.read(JsonMapper.shared().readTree(
                """
                        {"_class_name": "UNet2DModel", "sample_size": 8, "in_channels": 1, "out_channels": 1,
                         "block_out_channels": [32, 32], "layers_per_block": 1, "down_block_types": ["DownBlock2D", "AttnDownBlock2D"],
                         "up_block_types": ["AttnUpBlock2D", "UpBlock2D"]}
                        """));
        var weights = new HashMap<String, TensorData>();
        config.build().parameters().forEach(p -> weights.put(p.name(),
                new TensorData(p.shape(), TestDevice.gaussian((int) p.size(), p.name().hashCode()))));
        weights.values().forEach(data -> {
            for (int i = 0; i < data.values().length; i++) {
                data.values()[i] *= 0.1f;
            }
        });
        return new Checkpoint(ModelCard.of("tiny", ModelKind.DIFFUSION, List.of(1, 8, 8),
                new ScheduleSpec("rectified-flow", Map.of()), Prediction.VELOCITY), config, weights);
    }

    private ProfileAdvisor advisor() {
        return new ProfileAdvisor(TestDevice.TORCH, 1, folder);
    }

    private ProfileChoice choose(Checkpoint checkpoint) {
        return advisor().choose("tiny", checkpoint.config());
    }

    private List<Path> kept() throws IOException {
        try (var files = Files.list(folder)) {
            return files.toList();
        }
    }

    @Test
    void shouldChooseByRuleAndKeepNothing() {
        assertThat(choose(TINY)).isEqualTo(ProfileRule.of(TestDevice.TORCH).choose(TINY.config()));
        assertThat(choose(TINY).origin()).isEqualTo(Origin.RULE);
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void shouldObeyWhatAPersonKeptUntilItIsForgotten() {
        advisor().keep("tiny", NumericProfile.FLOAT32_CHANNELS_LAST, LocalDate.of(2026, 5, 4));

        assertThat(choose(TINY)).isEqualTo(new ProfileChoice(NumericProfile.FLOAT32_CHANNELS_LAST, Origin.KEPT,
                "kept by pathline bench on 2026-05-04"));
        assertThat(advisor().choose("another", TINY.config()).origin()).isEqualTo(Origin.RULE);

        advisor().forget("tiny");
        assertThat(choose(TINY).origin()).isEqualTo(Origin.RULE);
    }

    /** What is kept beside, as times of evaluations, is no choice; nor is what another way of choosing has left. */
    @Test
    void shouldNotObeyWhatNobodyChose() throws IOException {
        steady(8);
        Path measured = kept().getFirst();
        Files.writeString(measured, "{\"profile\": \"f32-cl\", \"keptProfile\": \"f32-cl\"}");

        assertThat(choose(TINY).origin()).isEqualTo(Origin.RULE);

        advisor().keep("tiny", NumericProfile.FLOAT32_CHANNELS_LAST, LocalDate.EPOCH);
        for (String text : List.of("{\"profile\": \"f32-cl\"}", "{\"keptProfile\": \"f3", "{\"keptProfile\": \"f16\"}",
                "{\"keptProfile\": \"f64\"}")) {
            for (Path file : kept()) {
                Files.writeString(file, text);
            }
            assertThat(choose(TINY).origin()).as(text).isEqualTo(Origin.RULE);
        }
    }

    @Test
    void shouldChooseWhereNothingCanBeKept() throws IOException {
        Path file = Files.writeString(folder.resolve("a-file"), "");
        var advisor = new ProfileAdvisor(TestDevice.TORCH, 1, file.resolve("profiles"));

        assertThat(advisor.choose("tiny", TINY.config()).origin()).isEqualTo(Origin.RULE);
    }

    @Test
    void shouldLeaveClosedFormsInFloat32() {
        Checkpoint exact = ClosedForms.of(RectifiedFlow.DEFAULT, ClosedForms.MIXTURE);
        advisor().keep("tiny", NumericProfile.BFLOAT16, LocalDate.EPOCH);

        assertThat(choose(exact).profile()).isEqualTo(NumericProfile.FLOAT32);
        assertThat(choose(exact).origin()).isEqualTo(Origin.RULE);
    }

    @Test
    void shouldKeepWhichSizesAreSteady() throws IOException {
        List<Integer> steady = steady(40);

        assertThat(steady).isNotEmpty().isSorted().allMatch(size -> size <= 40);
        assertThat(steady(24)).isEqualTo(steady.stream().filter(size -> size <= 24).toList());

        Path file = kept().getFirst();
        String json = Files.readString(file);
        assertThat(json).contains("\"f32\" : [ " + steady.getFirst());
        Files.writeString(file, json.replaceAll("\"f32\" : \\[[^]]*]", "\"f32\" : [ 8, 16 ]"));
        assertThat(steady(40)).containsExactly(8, 16);
    }

    private List<Integer> steady(int mostRows) {
        return TestDevice.on(() -> {
            try (var model = LoadedModel.load(TestDevice.TORCH, TINY, NumericProfile.FLOAT32)) {
                return new ProfileAdvisor(TestDevice.TORCH, 1, folder).steadySizes(TINY, model, mostRows).sizes();
            }
        });
    }

    /** In all sizes a row's bits are its own: at another place, beside other rows. */
    @Test
    void shouldFindWhichSizesAreSteady() {
        for (NumericProfile profile : NumericProfile.candidates(false)) {
            TestDevice.on(() -> {
                try (var model = LoadedModel.load(TestDevice.TORCH, TINY, profile)) {
                    List<Integer> sizes = SteadySizes.of(model, SteadySizes.LARGEST).sizes();
                    int least = sizes.getFirst();
                    float[] alone = rows(model, least, 0);
                    for (int size : sizes) {
                        float[] among = rows(model, least, size - least);
                        assertThat(Arrays.copyOfRange(among, (size - least) * 64, among.length))
                                .as(profile.name() + " " + size).isEqualTo(alone);
                    }
                }
                return 0;
            });
        }
    }

    @Test
    void shouldFillAnEvaluationUpToASteadySize() {
        var sizes = new SteadySizes(List.of(4, 8, 24));

        assertThat(List.of(sizes.of(1), sizes.of(4), sizes.of(5), sizes.of(24), sizes.of(25)))
                .containsExactly(4, 4, 8, 24, 25);
        assertThat(List.of(sizes.fitting(3), sizes.fitting(4), sizes.fitting(23), sizes.fitting(64)))
                .containsExactly(4, 4, 8, 24);
        assertThat(SteadySizes.NONE.isEmpty()).isTrue();
    }

    /** As libraries do in bfloat16: below twelve rows the bits are others, but only in one row of sixty. */
    @Test
    void shouldFindASizeThatChangesFewRows() {
        assertThat(SteadySizes.of(64, 384, false, probes((row, size) -> size < 12 && row % 60 == 59)).sizes())
                .containsExactly(16, 24, 32, 40, 48, 56, 64);
        assertThat(SteadySizes.of(64, 384, false, probes((_, _) -> false)).sizes()).startsWith(1, 2, 4, 8).endsWith(56,
                64);
        var calls = new AtomicInteger();
        assertThat(SteadySizes.of(64, 384, false, probes((_, _) -> calls.incrementAndGet() % 500 == 0)))
                .isEqualTo(SteadySizes.NONE);
    }

    /** Its rows gain little from a larger batch, and hundreds of them would keep others from the device. */
    @Test
    void shouldGiveASlowNetworkOneSize() {
        assertThat(SteadySizes.of(64, 384, true, probes((_, _) -> false)).sizes()).containsExactly(8);
    }

    /** However long an evaluation takes: what is tried must not depend on who else is busy. */
    @Test
    void shouldTryTheSameSizesWhereAnEvaluationTakesLong() {
        assertThat(SteadySizes.of(64, 384, false, probes((_, _) -> {
            LockSupport.parkNanos(3_000_000);
            return false;
        })).sizes()).containsExactly(1, 2, 4, 8, 16, 24, 32, 40, 48, 56, 64);
    }

    /**
     * Probes of a network that adds one to a number, and two where its bits are others.
     *
     * @param other whether a row has other bits, by its number (of 384) and the rows of the evaluation
     */
    private static IntFunction<ProbeRows> probes(BiPredicate<Integer, Integer> other) {
        ModelCard card = ModelCard.of("gaussian", ModelKind.DIFFUSION, List.of(1), RectifiedFlow.DEFAULT.spec(),
                Prediction.VELOCITY);
        return count -> new ProbeRows(card, inputs -> {
            float[] x = inputs.numbers(InputNames.X);
            float[] times = inputs.numbers(InputNames.TIME);
            var result = new float[times.length];
            for (int i = 0; i < result.length; i++) {
                int row = Math.round(times[i] * (count + 1)) - 1;
                result[i] = x[i] + (other.test(row, result.length) ? 2 : 1);
            }
            return result;
        }, count);
    }

    /** The outputs of {@code count} rows that are always the same, after {@code others}. */
    private static float[] rows(LoadedModel model, int count, int others) {
        float[] x = new float[(others + count) * 64];
        System.arraycopy(TestDevice.gaussian(others * 64, 9), 0, x, 0, others * 64);
        System.arraycopy(TestDevice.gaussian(count * 64, 4), 0, x, others * 64, count * 64);
        float[] times = new float[others + count];
        Arrays.fill(times, 0.4f);
        return model.evaluate(InputTable.of(others + count).with(InputNames.X, x).with(InputNames.TIME, times)
                .with(InputNames.LABEL, new long[others + count]));
    }
}
