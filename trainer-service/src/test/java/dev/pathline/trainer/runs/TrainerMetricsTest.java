package dev.pathline.trainer.runs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pathline.trainer.run.RunListener;
import io.micrometer.core.instrument.MockClock;
import io.micrometer.core.instrument.simple.SimpleConfig;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class TrainerMetricsTest {

    private final MockClock clock = new MockClock();
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry(SimpleConfig.DEFAULT, clock);
    private final TrainerMetrics metrics = new TrainerMetrics(registry);

    private double blocked() {
        return registry.get(TrainerMetrics.Metric.BLOCKED_SECONDS.key()).functionCounter().count();
    }

    @Test
    void shouldCountTheSecondsThatARunIsBlockedWhileItIs() {
        RunListener run = metrics.listener(6);
        run.blocked("full");
        clock.add(Duration.ofSeconds(30));
        assertThat(blocked()).as("still blocked").isEqualTo(30);
        run.blocked("still full");
        clock.add(Duration.ofSeconds(12));
        run.unblocked();
        clock.add(Duration.ofSeconds(100));

        assertThat(blocked()).isEqualTo(42);
    }

    @Test
    void shouldStopCountingWhenARunIsStoppedWhileItIsBlocked() {
        metrics.listener(6).blocked("full");
        clock.add(Duration.ofSeconds(5));
        metrics.idle();
        clock.add(Duration.ofSeconds(100));

        assertThat(blocked()).isEqualTo(5);
    }
}
