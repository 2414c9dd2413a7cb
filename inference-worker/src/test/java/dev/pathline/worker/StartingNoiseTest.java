package dev.pathline.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pathline.common.image.Png;
import dev.pathline.common.image.Raster;
import dev.pathline.common.port.EventLog;
import dev.pathline.common.wire.JobEvent;
import dev.pathline.common.wire.Preview;
import dev.pathline.common.wire.PreviewKind;
import dev.pathline.diffusion.noise.NoiseKey;
import dev.pathline.diffusion.noise.PhiloxNoise;
import dev.pathline.worker.Workers.Ask;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A stream may begin with the noise itself. */
class StartingNoiseTest {

    @RegisterExtension
    final Workers workers = new Workers();

    private List<JobEvent.Step> steps(String id) {
        return Objects.requireNonNull(workers.log.read(id, 0).map(EventLog.LoggedEvent::event)
                .ofType(JobEvent.Step.class).collectList().block(Workers.PATIENCE));
    }

    @ParameterizedTest
    @EnumSource(PreviewKind.class)
    void shouldTellTheNoiseOfAllSamplesFirst(PreviewKind kind) {
        // More samples than places: those that wait are seen as noise all the same.
        workers.start("w", Workers.properties(4, 0, 0, Duration.ofMinutes(2)), UnaryOperator.identity());
        String id = workers.submit(Ask.of("good", 9, 3).previewed(new Preview(1, kind, true)));

        assertThat(workers.events(id)).startsWith("queued", "started", "step").endsWith("succeeded");
        List<JobEvent.Step> steps = steps(id);
        JobEvent.Step noise = steps.getFirst();
        assertThat(noise.step()).isZero();
        assertThat(noise.steps()).isEqualTo(3);
        assertThat(noise.images()).hasSize(9);
        assertThat(steps.subList(1, steps.size())).allSatisfy(step -> assertThat(step.step()).isPositive());
        for (int index = 0; index < 9; index++) {
            float[] expected = new float[64];
            new PhiloxNoise().fill(NoiseKey.initial(7, index), expected);
            double squares = 0;
            for (float value : expected) {
                squares += value * value;
            }
            float scale = (float) (1 / Math.max(1, Math.sqrt(squares / 64)));
            for (int i = 0; i < 64; i++) {
                expected[i] *= scale;
            }
            assertThat(Base64.getDecoder().decode(Objects.requireNonNull(noise.images().get(index).png())))
                    .isEqualTo(Png.encode(Raster.ofSample(expected, 1, 8, 8)));
        }
    }

    @Test
    void shouldTellItOnlyToThoseWhoAsk() {
        workers.start("w");
        String id = workers.submit(Ask.of("good", 2, 3).previewed());

        assertThat(workers.events(id)).containsExactly("queued", "started", "step", "step", "step", "succeeded");
        assertThat(steps(id)).extracting(JobEvent.Step::step).containsExactly(1, 2, 3);
    }
}
