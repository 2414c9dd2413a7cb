package dev.pathline.api.health;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pathline.common.inprocess.InProcessJobStore;
import dev.pathline.common.inprocess.InProcessWorkerLiveness;
import dev.pathline.common.port.ModelRegistry;
import dev.pathline.common.port.RegistryUnavailableException;
import dev.pathline.common.testing.MutableClock;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.Status;

class RegistryOutageTest {

    private final MutableClock clock = new MutableClock();
    private final Registry registry = new Registry();
    private final RegistryHealthIndicator health = new RegistryHealthIndicator(registry);

    /** A registry that can be away. */
    private static final class Registry implements ModelRegistry {

        private @Nullable Outage outage;
        private boolean known = true;

        @Override
        public List<RegisteredModel> list() {
            if (!known) {
                throw new RegistryUnavailableException("nobody answers", new IOException("timed out"));
            }
            return List.of();
        }

        @Override
        public Optional<RegisteredModel> resolve(String reference) {
            return Optional.empty();
        }

        @Override
        public Optional<RegisteredModel> find(String name, String version) {
            return Optional.empty();
        }

        @Override
        public Path open(RegisteredModel model) {
            throw new UnsupportedOperationException();
        }

        @Override
        public List<BrokenCard> broken() {
            return List.of();
        }

        @Override
        public Optional<Outage> outage() {
            return Optional.ofNullable(outage);
        }
    }

    @Test
    void shouldShowForHowLongTheRegistryHasBeenAway() {
        var meters = new SimpleMeterRegistry();
        var metrics = new ApiMetrics(new InProcessJobStore(1, clock), new InProcessWorkerLiveness(clock), registry,
                clock);
        metrics.bindTo(meters);
        var gauge = meters.get(ApiMetrics.Metric.REGISTRY_OUTAGE.key()).gauge();
        assertThat(gauge.value()).isZero();

        registry.outage = new ModelRegistry.Outage(clock.instant(), "nobody answers");
        clock.advance(Duration.ofMinutes(2));
        assertThat(gauge.value()).isEqualTo(120);
    }

    @Test
    void shouldStayUpWithWhatIsKnownAndSayWhatIsWrong() {
        assertThat(health.health().getDetails()).doesNotContainKey("reason");
        registry.outage = new ModelRegistry.Outage(clock.instant(), "nobody answers");

        Health serving = health.health();
        assertThat(serving.getStatus()).isEqualTo(Status.UP);
        assertThat(serving.getDetails()).containsEntry("reason", "nobody answers")
                .containsEntry("awaySince", clock.instant().toString());
        registry.known = false;
        assertThat(health.health().getStatus()).isEqualTo(Status.DOWN);
    }
}
