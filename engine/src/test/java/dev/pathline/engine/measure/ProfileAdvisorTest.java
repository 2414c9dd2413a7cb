package dev.pathline.engine.measure;

import static org.assertj.core.api.Assertions.assertThat;

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
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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

    private ProfileAdvice advise(Checkpoint checkpoint) {
        return TestDevice.on(() -> new ProfileAdvisor(TestDevice.TORCH, 1, folder).advise(checkpoint));
    }

    private List<Path> kept() throws IOException {
        try (var files = Files.list(folder)) {
            return files.toList();
        }
    }

    @Test
    void shouldMeasureOnceAndKeepTheAnswer() throws IOException {
        ProfileAdvice measured = advise(TINY);

        assertThat(measured.rowsPerSecond()).containsKey("f32").containsKey(measured.profile().name());
        assertThat(measured.rowsPerSecond().values()).allMatch(speed -> speed > 0);
        assertThat(kept()).hasSize(1);

        // What is kept counts, not the clock: an answer that no measurement would give comes back.
        Path file = kept().getFirst();
        Files.writeString(file,
                Files.readString(file).replaceAll("\"profile\" : \"[^\"]*\"", "\"profile\" : \"f32-cl\""));

        assertThat(advise(TINY).profile()).isEqualTo(NumericProfile.FLOAT32_CHANNELS_LAST);
        assertThat(advise(TINY).rowsPerSecond()).isEqualTo(measured.rowsPerSecond());
    }

    @Test
    void shouldMeasureAnewWhereTheKeptAnswerCannotBeRead() throws IOException {
        advise(TINY);
        Path file = kept().getFirst();
        Files.writeString(file, "{\"profile\": \"f3");

        assertThat(advise(TINY).rowsPerSecond()).isNotEmpty();
        assertThat(Files.readString(file)).contains("rowsPerSecond");
    }

    @Test
    void shouldAnswerWhereNothingCanBeKept() throws IOException {
        Path file = Files.writeString(folder.resolve("a-file"), "");

        ProfileAdvice advice = TestDevice.on(
                () -> new ProfileAdvisor(TestDevice.TORCH, 1, file.resolve("profiles")).advise(TINY));

        assertThat(NumericProfile.candidates(false)).contains(advice.profile());
    }

    @Test
    void shouldLeaveClosedFormsInFloat32() {
        ProfileAdvice advice = advise(ClosedForms.of(RectifiedFlow.DEFAULT, ClosedForms.MIXTURE));

        assertThat(advice.profile()).isEqualTo(NumericProfile.FLOAT32);
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void shouldKeepFromWhereBitsAreSteady() throws IOException {
        int steady = TestDevice.on(() -> {
            try (var model = LoadedModel.load(TestDevice.TORCH, TINY, NumericProfile.FLOAT32)) {
                return new ProfileAdvisor(TestDevice.TORCH, 1, folder).steadyRows(TINY, model);
            }
        });

        assertThat(steady).isPositive();
        assertThat(Files.readString(kept().getFirst())).containsPattern("\"f32\" : " + steady);
    }

    /** From the number on, a row's bits are its own: in batches of other sizes, at another place, beside other rows. */
    @Test
    void shouldFindWhereBitsAreSteady() {
        for (NumericProfile profile : NumericProfile.candidates(false)) {
            TestDevice.on(() -> {
                try (var model = LoadedModel.load(TestDevice.TORCH, TINY, profile)) {
                    int steady = SteadyRows.of(model).orElseThrow();
                    float[] alone = rows(model, steady, 0);
                    for (int more : new int[]{0, 1, 3, 13}) {
                        float[] among = rows(model, steady, more);
                        assertThat(Arrays.copyOfRange(among, more * 64, among.length)).as(profile.name() + " " + more)
                                .isEqualTo(alone);
                    }
                }
                return 0;
            });
        }
    }

    /** The outputs of {@code count} rows that are always the same, after {@code others}. */
    private static float[] rows(LoadedModel model, int count, int others) {
        float[] x = new float[(others + count) * 64];
        System.arraycopy(TestDevice.gaussian(others * 64, 9), 0, x, 0, others * 64);
        System.arraycopy(TestDevice.gaussian(count * 64, 4), 0, x, others * 64, count * 64);
        float[] times = new float[others + count];
        Arrays.fill(times, 0.4f);
        return model.evaluate(x, times, times, new long[others + count]);
    }
}
