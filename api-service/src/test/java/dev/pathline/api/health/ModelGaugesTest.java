package dev.pathline.api.health;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pathline.common.inprocess.InProcessJobStore;
import dev.pathline.common.job.JobRecord;
import dev.pathline.common.port.ServedModels;
import dev.pathline.common.testing.Jobs;
import dev.pathline.common.testing.MutableClock;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class ModelGaugesTest {

    @Test
    void shouldCountTheJobsOfEachModelAndForgetThoseOfWhichThereAreNone() {
        var clock = new MutableClock();
        var store = new InProcessJobStore(10, clock);
        var meters = new SimpleMeterRegistry();
        var gauges = new ModelGauges(store, meters);
        for (String id : new String[]{"a", "b", "c"}) {
            store.create(JobRecord.queued(id, Jobs.request(id.equals("c") ? "moons" : "fashion-flow", "1"), null, null,
                    clock.instant()));
        }
        store.claim("w", ServedModels.ALL, Duration.ofMinutes(1));
        gauges.count();
        assertThat(meters.get("pathline.model.waiting").tag("model", "fashion-flow@1").gauge().value()).isEqualTo(1);
        assertThat(meters.get("pathline.model.claimed").tag("model", "fashion-flow@1").gauge().value()).isEqualTo(1);
        assertThat(meters.get("pathline.model.waiting").tag("model", "moons@1").gauge().value()).isEqualTo(1);
        assertThat(meters.get("pathline.model.claimed").tag("model", "moons@1").gauge().value()).isZero();

        clock.advance(Duration.ofMinutes(2));
        gauges.count();
        assertThat(meters.get("pathline.model.waiting").tag("model", "fashion-flow@1").gauge().value()).isEqualTo(2);
    }
}
