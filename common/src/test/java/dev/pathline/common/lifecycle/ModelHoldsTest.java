package dev.pathline.common.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pathline.common.inprocess.DirectoryModelRegistry;
import dev.pathline.common.inprocess.InProcessEventLog;
import dev.pathline.common.inprocess.InProcessJobStore;
import dev.pathline.common.job.JobCommand;
import dev.pathline.common.job.JobRecord;
import dev.pathline.common.port.ModelReferences;
import dev.pathline.common.port.ModelRegistry.RegisteredModel;
import dev.pathline.common.port.ModelStore;
import dev.pathline.common.registry.ModelGarbage;
import dev.pathline.common.registry.ModelGarbage.Report;
import dev.pathline.common.registry.ModelGarbage.Rules;
import dev.pathline.common.testing.Jobs;
import dev.pathline.common.testing.Models;
import dev.pathline.common.testing.MutableClock;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.scheduler.Schedulers;

/** A server's unfinished jobs keep their models from a collector in another process. */
class ModelHoldsTest {

    private static final Duration QUARTER = Duration.ofMinutes(15);
    private static final Rules RULES = new Rules(1, Duration.ZERO, Duration.ofHours(1));

    @TempDir
    private Path folder;

    private final MutableClock clock = new MutableClock();
    private final InProcessJobStore jobs = new InProcessJobStore(1000, clock);

    private ModelStore store() {
        return new DirectoryModelRegistry(List.of(folder), Duration.ZERO, clock);
    }

    private Report collect() {
        return new ModelGarbage(store(), List.of(), clock).collect(RULES, false);
    }

    @Test
    void shouldKeepWhatAnUnfinishedJobNeedsUntilItEnds() throws Exception {
        for (int version = 1; version <= 3; version++) {
            store().register(Models.model("shoes", "weights " + version));
        }
        jobs.create(JobRecord.queued("a", Jobs.request("shoes", "1"), null, null, clock.instant()));
        var users = List.<ModelReferences>of(new JobModels(jobs));
        var holds = new ModelHolds(store(), users, QUARTER, clock);
        assertThat(users.getFirst().inUse()).containsExactly("shoes@1");
        holds.publish();

        assertThat(collect().retired()).extracting(RegisteredModel::version).containsExactly("2");
        clock.advance(Duration.ofMinutes(10));
        holds.publish();
        clock.advance(Duration.ofMinutes(10));
        assertThat(collect().retired()).as("the second publication holds").isEmpty();

        var lifecycle = new JobLifecycle(jobs, new InProcessEventLog(Schedulers.immediate(), 1 << 20, 1 << 20), clock);
        lifecycle.apply("a", new JobCommand.Cancel());
        assertThat(users.getFirst().inUse()).isEmpty();
        holds.publish();
        clock.advance(Duration.ofMinutes(10));
        assertThat(collect().retired()).extracting(RegisteredModel::version).containsExactly("1");
    }

    @Test
    void shouldRescueARetiredVersionThatAJobGotInThatMoment() throws Exception {
        store().register(Models.model("shoes", "one"));
        store().register(Models.model("shoes", "two"));
        RegisteredModel resolved = store().resolve("shoes@1").orElseThrow();
        assertThat(collect().retired()).hasSize(1);

        jobs.create(JobRecord.queued("a", Jobs.request("shoes", resolved.version()), null, null, clock.instant()));
        clock.advance(Duration.ofMinutes(55));
        new ModelHolds(store(), List.of(new JobModels(jobs)), QUARTER, clock).publish();
        clock.advance(Duration.ofMinutes(10));

        assertThat(collect().restored()).extracting(RegisteredModel::version).containsExactly("1");
        assertThat(store().open(store().find("shoes", "1").orElseThrow()).resolve(Models.WEIGHTS)).hasContent("one");
    }
}
