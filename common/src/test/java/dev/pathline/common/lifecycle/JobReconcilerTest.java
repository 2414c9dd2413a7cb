package dev.pathline.common.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pathline.common.inprocess.InProcessJobDispatch;
import dev.pathline.common.inprocess.InProcessJobStore;
import dev.pathline.common.port.JobDispatch;
import dev.pathline.common.port.JobStore.Claim;
import dev.pathline.common.testing.Jobs;
import dev.pathline.common.testing.MutableClock;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class JobReconcilerTest {

    private static final Duration LEASE = Duration.ofSeconds(30);

    private final MutableClock clock = new MutableClock();
    private final InProcessJobStore store = new InProcessJobStore(10, clock);

    @Test
    void shouldPublishAgainWhatABrokerHasLost() throws Exception {
        store.create(Jobs.queued("a", clock.instant()));
        store.create(Jobs.queued("held", clock.instant()));
        Claim claim = store.claim("held", "w", LEASE).orElseThrow();
        var afterTheLoss = new InProcessJobDispatch(LEASE, clock);
        var reconciler = new JobReconciler(store, afterTheLoss);
        reconciler.publish();
        reconciler.publish();
        JobDispatch.Delivery delivery = afterTheLoss.next(Duration.ZERO).orElseThrow();
        assertThat(delivery.jobId()).isEqualTo("a");
        assertThat(afterTheLoss.next(Duration.ZERO)).isEmpty();

        afterTheLoss.done(delivery);
        store.release(claim);
        reconciler.publish();
        assertThat(afterTheLoss.next(Duration.ZERO)).isPresent();
        assertThat(afterTheLoss.next(Duration.ZERO)).as("what was lost is told again, as long as it waits").isPresent();
    }
}
