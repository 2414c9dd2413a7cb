package dev.pathline.common.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.pathline.common.error.ErrorCode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class WireTest {

    @Test
    void shouldWriteEventsWithoutTheirType() {
        assertThat(JobEventJson.write(new JobEvent.Queued(3, null))).isEqualTo("{\"position\":3}");
        assertThat(JobEventJson.write(new JobEvent.Cancelled())).isEqualTo("{}");
        assertThat(JobEventJson.write(new JobEvent.Step(1, 20, 4, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY,
                40L,
                List.of(StepImage.of(0, ImageFormat.PNG, new byte[]{1}))))).isEqualTo(
                        "{\"step\":1,\"steps\":20,\"rowsDone\":4,\"etaMs\":40,\"images\":[{\"index\":0,\"png\":\"AQ==\"}]}");
        assertThat(JobEventJson.write(new JobEvent.Step(2, 2, 4, 0.5, 1.0, null,
                List.of(StepImage.of(1, ImageFormat.NPY, new byte[]{1}))))).isEqualTo(
                        "{\"step\":2,\"steps\":2,\"rowsDone\":4,\"sigma\":0.5,\"logSnr\":1.0,"
                                + "\"images\":[{\"index\":1,\"npy\":\"AQ==\"}]}");
    }

    @Test
    void shouldReadEveryEventItWrites() {
        for (JobEvent event : List.of(new JobEvent.Queued(1, 5L), new JobEvent.Started(2, "w"),
                new JobEvent.Step(1, 2, 4, 0.5, 1.0, null, List.of(new StepImage(0, null, "AQ=="))),
                new JobEvent.Succeeded(List.of(new ImageAnswer(0, "/x", ImageFormat.NPY, null, null, null)), "7", 3,
                        new Timings(1L, null, 2L, 3L)),
                new JobEvent.Failed(JobError.of(ErrorCode.NOT_FINITE, "NaN")), new JobEvent.Cancelled(),
                new JobEvent.Expired())) {
            assertThat(JobEventJson.read(event.type(), JobEventJson.write(event))).isEqualTo(event);
        }
        assertThatIllegalArgumentException().isThrownBy(() -> JobEventJson.read("pause", "{}"));
    }

    @Test
    void shouldGiveEveryErrorCodeAClientOrServerStatusAndASentence() {
        for (ErrorCode code : ErrorCode.values()) {
            assertThat(code.status()).isBetween(400, 599);
            assertThat(code.title()).isNotBlank().doesNotEndWith(".");
            assertThat(code.advice()).endsWith(".");
            assertThat(code.wire()).matches("[a-z_]+");
        }
        assertThat(JobError.of(ErrorCode.NOT_FINITE, "NaN in step 3").message())
                .isEqualTo("NaN in step 3. Use more steps, a smaller cfgScale or threshold: clip.");
    }

    @Test
    void shouldHaveEveryErrorCodeInTheReadme() throws Exception {
        String readme = Files.readString(Path.of("README.md"));
        for (ErrorCode code : ErrorCode.values()) {
            assertThat(readme).contains("| `" + code.wire() + "` | " + code.status() + " | " + code.title() + " | "
                    + (code.retryable() ? "yes" : "no") + " |\n");
        }
    }
}
