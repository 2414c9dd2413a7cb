package dev.pathline.engine.measure;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pathline.diffusion.schedule.RectifiedFlow;
import dev.pathline.engine.ClosedForms;
import dev.pathline.engine.TestDevice;
import dev.pathline.engine.sampling.LoadedModel;
import dev.pathline.engine.script.NumericProfile;
import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

class MeasureTest {

    /** Two runs of warm-up and one outlier count for nothing. */
    @Test
    void shouldTakeTheMedianAfterAWarmUp() {
        var calls = new AtomicInteger();

        Timing timing = Timing.of(() -> {
            int call = calls.getAndIncrement();
            if (call < 2 || call == 4) {
                LockSupport.parkNanos(300_000_000);
            }
        }, Duration.ZERO);

        assertThat(calls).hasValue(7);
        assertThat(timing.runs()).isEqualTo(5);
        assertThat(timing.seconds()).isBetween(0.0, 0.25);
    }

    @Test
    void shouldTimeEvaluationsAndTicks() {
        var timings = new ArrayList<Timing>();

        TestDevice.on(() -> {
            try (var model = LoadedModel.load(TestDevice.TORCH,
                    ClosedForms.of(RectifiedFlow.DEFAULT, ClosedForms.MIXTURE), NumericProfile.FLOAT32)) {
                var timer = new ModelTimer(model, Duration.ofMillis(30));
                timings.add(timer.evaluation(3));
                timings.add(timer.tick(3));
            }
            return 0;
        });

        assertThat(timings).allSatisfy(timing -> {
            assertThat(timing.runs()).isGreaterThanOrEqualTo(5);
            assertThat(timing.seconds()).isPositive();
        });
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void shouldCountThePeakFromTheReset() {
        long size = 800_000_000;
        boolean reset = ResidentMemory.reset();
        long before = settled();

        touch(size);
        long during = ResidentMemory.peak().orElseThrow();
        boolean again = ResidentMemory.reset();
        long after = ResidentMemory.peak().orElseThrow();

        assertThat(reset).isEqualTo(again);
        if (reset) {
            assertThat(during - before).isGreaterThan(size / 2);
            assertThat(after).isLessThan(during - size / 2);
        }
    }

    /** The collector gives heap back on a thread of its own, a while after it has run. */
    private static long settled() {
        long last = Long.MAX_VALUE;
        for (long now = peak(); last - now > 10_000_000; now = peak()) {
            last = now;
        }
        return last;
    }

    private static long peak() {
        LockSupport.parkNanos(200_000_000);
        ResidentMemory.reset();
        return ResidentMemory.peak().orElseThrow();
    }

    /** A native block, given back at once: the peak is all that remains of it. */
    private static void touch(long size) {
        TestDevice.on(() -> {
            try (var manager = TestDevice.TORCH.newManager()) {
                return manager.ones(new ai.djl.ndarray.types.Shape(size / 4)).isEmpty();
            }
        });
    }
}
