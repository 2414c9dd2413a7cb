package dev.pathline.common.port;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pathline.common.port.WorkerLiveness.WorkerStatus;
import dev.pathline.common.testing.MutableClock;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every {@link WorkerLiveness} must do. */
public abstract class WorkerLivenessContract {

    private static final Duration HOLDS = Duration.ofSeconds(10);

    private final MutableClock clock = new MutableClock();
    private WorkerLiveness liveness;

    /** Nobody lives yet; signs hold by the clock. */
    protected abstract WorkerLiveness create(MutableClock clock);

    @BeforeEach
    void createLiveness() {
        liveness = create(clock);
    }

    @Test
    void shouldKnowWhoLives() {
        assertThat(liveness.live()).isEmpty();
        liveness.report(new WorkerStatus("b", null), HOLDS);
        liveness.report(new WorkerStatus("a", 10.0), HOLDS);
        assertThat(liveness.live()).containsExactly(new WorkerStatus("a", 10.0), new WorkerStatus("b", null));
    }

    @Test
    void shouldForgetWhoGivesNoSign() {
        liveness.report(new WorkerStatus("a", null), HOLDS);
        clock.advance(HOLDS.minusMillis(1));
        assertThat(liveness.live()).hasSize(1);
        liveness.report(new WorkerStatus("a", 5.0), HOLDS);
        clock.advance(HOLDS.minusMillis(1));
        assertThat(liveness.live()).containsExactly(new WorkerStatus("a", 5.0));
        clock.advance(Duration.ofMillis(1));
        assertThat(liveness.live()).isEmpty();
    }

    @Test
    void shouldForgetWhoLeaves() {
        liveness.report(new WorkerStatus("a", null), HOLDS);
        liveness.leave("a");
        assertThat(liveness.live()).isEmpty();
    }

    @Test
    void shouldAddUpTheSpeedsItKnows() {
        assertThat(liveness.rowsPerSecond()).isEmpty();
        liveness.report(new WorkerStatus("a", null), HOLDS);
        assertThat(liveness.rowsPerSecond()).isEmpty();
        liveness.report(new WorkerStatus("b", 10.0), HOLDS);
        liveness.report(new WorkerStatus("c", 2.5), HOLDS);
        assertThat(liveness.rowsPerSecond()).hasValue(12.5);
    }
}
