package dev.pathline.api.generate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.pathline.api.request.GenerateRequestReader;
import dev.pathline.common.error.ApiException;
import dev.pathline.common.error.ErrorCode;
import dev.pathline.common.image.Png;
import dev.pathline.common.image.Raster;
import dev.pathline.common.wire.GenerateRequest;
import dev.pathline.diffusion.card.ModelCard;
import dev.pathline.diffusion.card.ModelKind;
import dev.pathline.diffusion.npy.Npy;
import dev.pathline.diffusion.planner.Planner;
import dev.pathline.diffusion.prediction.Prediction;
import dev.pathline.diffusion.schedule.ScheduleSpec;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BudgetTest {

    private static final long MB = 1 << 20;
    private static final Budget BUDGET = new Budget(20_000, 256 * MB, 32 * MB);

    private static ModelCard card(Integer... shape) {
        return ModelCard.of("m", ModelKind.DIFFUSION, List.of(shape), ScheduleSpec.of("rectified-flow"),
                Prediction.VELOCITY);
    }

    private static void require(ModelCard card, String settings) {
        GenerateRequest request = GenerateRequestReader.read(
                ("{\"model\":\"m\"" + settings + "}").getBytes(StandardCharsets.UTF_8), name -> 64);
        BUDGET.require(request, Planner.plan(card, request.settings()), card);
    }

    private static ApiException refused(ModelCard card, String settings) {
        return catchThrowableOfType(ApiException.class, () -> require(card, settings));
    }

    @ParameterizedTest
    @CsvSource({"npy", "png"})
    void shouldRefuseFilesThatTheStoreCannotHold(String format) {
        ApiException refusal = refused(card(3, 1024, 1024), ",\"count\":64,\"format\":\"" + format + "\"");

        assertThat(refusal.code()).isEqualTo(ErrorCode.TOO_COSTLY);
        assertThat(refusal.detail()).contains("64 samples", "256 MB");
        assertThat(refusal.errors()).singleElement().satisfies(error -> {
            assertThat(error.field()).isEqualTo("count");
            assertThat(error.message()).contains("at most 17 samples");
        });
        assertThatCode(() -> require(card(3, 1024, 1024), ",\"count\":17")).doesNotThrowAnyException();
        assertThat(refused(card(3, 1024, 1024), ",\"count\":18")).isNotNull();
        assertThat(refused(card(3, 8192, 8192), "").errors().getFirst().message()).contains("cannot be had");
        assertThat(refused(card(20_000_000), ",\"count\":4").code()).isEqualTo(ErrorCode.TOO_COSTLY);
    }

    @Test
    void shouldRefusePreviewsThatTheLogCannotHold() {
        ApiException refusal = refused(card(3, 1024, 1024), ",\"count\":16,\"preview\":{\"every\":1}");

        assertThat(refusal.errors().getFirst().field()).isEqualTo("preview");
        assertThat(refusal.detail()).contains("32 MB");
        assertThatCode(() -> require(card(3, 1024, 1024), ",\"count\":4,\"preview\":{\"every\":1}"))
                .doesNotThrowAnyException();
        assertThat(BUDGET.hasRoomForPreviews(4, card(3, 1024, 1024))).isTrue();
        assertThat(BUDGET.hasRoomForPreviews(16, card(3, 1024, 1024))).isFalse();
    }

    /** Noise cannot be compressed: a file of it is as large as one gets. */
    @ParameterizedTest
    @CsvSource({"1,1,1", "1,28,28", "3,64,64", "3,300,200", "1,1,5000", "3,5000,1"})
    void shouldNotThinkFilesSmallerThanTheyAre(int channels, int height, int width) {
        var random = new Random(7);
        float[] sample = new float[channels * height * width];
        for (int i = 0; i < sample.length; i++) {
            sample[i] = random.nextFloat(-1, 1);
        }
        byte[] png = Png.encode(Raster.ofSample(sample, channels, height, width));
        byte[] npy = Npy.encode(sample, channels, height, width);
        JobSize size = JobSize.of(List.of(channels, height, width));

        // What can be compressed of noise is one byte a line.
        assertThat(size.file()).isBetween((long) png.length + npy.length,
                (long) png.length + npy.length + height + 1024);
        assertThat(size.preview()).isGreaterThanOrEqualTo(4 * Math.ceilDiv(png.length, 3));
    }
}
