package dev.pathline.common.port;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.pathline.common.experiment.ArmOf;
import dev.pathline.common.experiment.AuditEntry;
import dev.pathline.common.experiment.Experiment;
import dev.pathline.common.experiment.ExperimentState;
import dev.pathline.common.experiment.Metric;
import dev.pathline.common.job.JobCommand;
import dev.pathline.common.job.JobMachine;
import dev.pathline.common.job.JobRecord;
import dev.pathline.common.job.JobResult;
import dev.pathline.common.port.ExperimentStore.ArmJob;
import dev.pathline.common.port.ExperimentStore.Count;
import dev.pathline.common.port.ExperimentStore.Look;
import dev.pathline.common.port.ExperimentStore.Measure;
import dev.pathline.common.port.ExperimentStore.Observation;
import dev.pathline.common.port.ExperimentStore.Pair;
import dev.pathline.common.port.ExperimentStore.Pairing;
import dev.pathline.common.port.ExperimentStore.Preference;
import dev.pathline.common.port.ExperimentStore.Tally;
import dev.pathline.common.port.ExperimentStore.Vote;
import dev.pathline.common.testing.Experiments;
import dev.pathline.common.testing.Jobs;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every {@link ExperimentStore} must do. */
public abstract class ExperimentStoreContract {

    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final Metric TOTAL = Metric.OfJob.TOTAL_MS.metric();

    private final Experiment experiment = Experiments.running("one-step", Experiments.design(1, 1));
    private ExperimentStore store;

    /** An empty store. */
    protected abstract ExperimentStore create();

    @BeforeEach
    void createStore() {
        store = create();
    }

    private static AuditEntry entry(String what) {
        return new AuditEntry(START, "test", what);
    }

    private JobRecord succeeded(String id, ArmOf arm, long totalMs) {
        JobRecord job = Jobs.queued(id, Jobs.request("fashion-flow", "1").in(arm), START);
        JobRecord running = JobMachine.apply(job, new JobCommand.Start(1, "w", null), START.plusMillis(5)).job();
        return JobMachine.apply(running, new JobCommand.Succeed(1, new JobResult(List.of(), 10).took(2.5)),
                START.plusMillis(totalMs)).job();
    }

    private JobRecord failed(String id, ArmOf arm) {
        JobRecord job = Jobs.queued(id, Jobs.request("fashion-flow", "1").in(arm), START);
        return JobMachine.apply(job, new JobCommand.Expire(), START.plusMillis(50)).job();
    }

    private ArmOf paired(String arm, String pair, ArmOf.Role role) {
        return new ArmOf(experiment.name(), experiment.version(), arm, "unit-" + pair, role, pair);
    }

    private double[] means(String arm, Metric metric) {
        double[] means = store.means(experiment, arm, metric);
        Arrays.sort(means);
        return means;
    }

    @Test
    void shouldKeepVersionsAndReplaceTheExpectedRevisionAlone() {
        Experiment draft = Experiment.draft("one-step", 1, Experiments.design(1, 1), entry("created"));
        assertThat(store.create(draft)).isTrue();
        assertThat(store.create(draft)).isFalse();
        assertThat(store.newest("one-step")).contains(draft);
        assertThat(store.newest("other")).isEmpty();
        Experiment started = draft.started(entry("started"));
        assertThat(store.compareAndSet(0, started)).isTrue();
        assertThat(store.compareAndSet(0, draft.redesigned(Experiments.design(1, 2), entry("changed")))).isFalse();
        assertThat(store.list(ExperimentState.RUNNING)).containsExactly(started);
        assertThat(store.list(ExperimentState.DRAFT)).isEmpty();

        Experiment second = Experiment.draft("one-step", 2, Experiments.design(1, 3), entry("made"));
        Experiment other = Experiment.draft("another", 1, Experiments.design(1, 3), entry("made"));
        assertThat(store.create(second)).isTrue();
        assertThat(store.create(other)).isTrue();
        assertThat(store.newest("one-step")).contains(second);
        assertThat(store.find("one-step", 1)).contains(started);
        assertThat(store.find("one-step", 3)).isEmpty();
        assertThat(store.list(null)).containsExactly(other, second);
        assertThat(store.list(ExperimentState.RUNNING)).containsExactly(started);
    }

    @Test
    void shouldCountEveryJobOnce() {
        JobRecord a = succeeded("a", Experiments.unit(experiment, "arm0", "ada"), 100);
        JobRecord b = succeeded("b", Experiments.unit(experiment, "arm0", "ada"), 300);
        JobRecord c = succeeded("c", Experiments.unit(experiment, "arm0", "grace"), 50);
        JobRecord d = failed("d", Experiments.unit(experiment, "arm1", "alan"));
        JobRecord tester = succeeded("e", new ArmOf("one-step", 1, "arm1", "tester", ArmOf.Role.TESTER, null), 9);
        store.note(List.of(a, b, c, d, tester));
        store.note(List.of(c, d));
        store.note(List.of());

        assertThat(store.counts(experiment)).isEqualTo(Map.of("arm0", new Count(2, 3, Map.of("succeeded", 3L)),
                "arm1", new Count(1, 1, Map.of("expired", 1L))));
        assertThat(means("arm0", TOTAL)).as("one number a unit").containsExactly(50, 200);
        assertThat(means("arm0", Metric.OfJob.QUEUED_MS.metric())).containsExactly(5, 5);
        assertThat(means("arm0", Metric.OfJob.DEVICE_MS.metric())).containsExactly(2.5, 2.5);
        assertThat(means("arm0", Metric.OfJob.EVALUATIONS.metric())).containsExactly(10, 10);
        assertThat(means("arm0", Metric.OfJob.FAILED.metric())).containsExactly(0, 0);
        assertThat(means("arm0", Metric.OfJob.FIRST_PREVIEW_MS.metric())).isEmpty();
        assertThat(means("arm1", Metric.OfJob.FAILED.metric())).containsExactly(1);
        assertThat(means("arm1", TOTAL)).as("of what failed no time is taken, a tester's is none").isEmpty();
        assertThat(store.noted("a")).contains(new ArmJob("one-step@1", "arm0", "ada", true, null));
        assertThat(store.noted("e")).contains(new ArmJob("one-step@1", "arm1", "tester", false, null));
        assertThat(store.noted("nobody")).isEmpty();
        assertThatThrownBy(() -> store.note(List.of(Jobs.queued("f", START))))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void shouldKeepWhatWasObservedOfEachSourceOnce() {
        assertThat(store.observe(new Observation(experiment, "arm0", Metric.RATING, "r1", "ada", null, 4, START)))
                .isTrue();
        assertThat(store.observe(new Observation(experiment, "arm0", Metric.RATING, "r1", "ada", null, 1, START)))
                .isFalse();
        store.observe(new Observation(experiment, "arm0", Metric.RATING, "r2", "ada", null, 5, START));
        store.observe(new Observation(experiment, "arm1", Metric.RATING, "r3", "alan", null, 2, START));
        assertThat(means("arm0", Metric.RATING)).containsExactly(new double[]{4.5}, within(1e-12));
        assertThat(means("arm1", Metric.RATING)).containsExactly(2);
        assertThat(means("arm1", Metric.OWN_CLASS)).isEmpty();
        assertThat(store.observed(experiment)).isEqualTo(3);
    }

    @Test
    void shouldPairTheJobsOfARequest() {
        store.note(List.of(succeeded("a", paired("arm0", "p1", ArmOf.Role.UNIT), 100),
                succeeded("b", paired("arm1", "p1", ArmOf.Role.SHADOW), 40),
                succeeded("c", paired("arm0", "p2", ArmOf.Role.SHADOW), 120),
                succeeded("d", paired("arm1", "p2", ArmOf.Role.UNIT), 30),
                succeeded("e", paired("arm0", "p3", ArmOf.Role.UNIT), 500),
                failed("f", paired("arm1", "p3", ArmOf.Role.SHADOW))));
        List<double[]> pairs = store.pairs(experiment, "arm0", "arm1", TOTAL);
        assertThat(pairs).extracting(pair -> pair[0] + " " + pair[1]).containsExactlyInAnyOrder("100.0 40.0",
                "120.0 30.0");
        store.observe(new Observation(experiment, "arm0", Metric.RATING, "a", "unit-p1", "p1", 3, START));
        store.observe(new Observation(experiment, "arm1", Metric.RATING, "b", "unit-p1", "p1", 4, START));
        assertThat(store.pairs(experiment, "arm1", "arm0", Metric.RATING)).singleElement()
                .satisfies(pair -> assertThat(pair).containsExactly(4, 3));
    }

    @Test
    void shouldFindTheNewestPairs() {
        store.note(List.of(succeeded("a", paired("arm0", "p1", ArmOf.Role.UNIT), 100),
                succeeded("b", paired("arm1", "p1", ArmOf.Role.SHADOW), 40),
                succeeded("c", paired("arm0", "p2", ArmOf.Role.TESTER), 120),
                succeeded("d", paired("arm1", "p2", ArmOf.Role.TESTER), 30),
                succeeded("e", paired("arm0", "p3", ArmOf.Role.UNIT), 500),
                failed("f", paired("arm1", "p3", ArmOf.Role.SHADOW)),
                succeeded("g", Experiments.unit(experiment, "arm0", "alone"), 30)));
        var older = new Pair("p1", Map.of("arm0", "a", "arm1", "b"));
        var newer = new Pair("p2", Map.of("arm0", "c", "arm1", "d"));
        assertThat(store.newestPairs(experiment, 9, null)).as("of what failed there is nothing to see")
                .containsExactly(newer, older);
        assertThat(store.newestPairs(experiment, 1, null)).containsExactly(newer);
        assertThat(store.newestPairs(experiment, 9, "p2")).containsExactly(older);
        assertThat(store.newestPairs(Experiments.running("other", Experiments.design(1, 1)), 9, null)).isEmpty();
    }

    @Test
    void shouldKeepWhatWasKnownOnceForEachGrowth() {
        var first = new Look("arm1", START, 100, -5, -9, -1);
        store.noteLook(experiment, first);
        store.noteLook(experiment, new Look("arm1", START.plusSeconds(1), 100, -6, -9, -1));
        store.noteLook(experiment, new Look("arm1", START.plusSeconds(4), 103, -7, -9, -1));
        var later = new Look("arm1", START.plusSeconds(5), 104, -4.5, -8, -1);
        store.noteLook(experiment, later);
        store.noteLook(experiment, new Look("arm2", START, 1, 0, 0, 0));
        assertThat(store.looks(experiment)).containsExactly(first, later, new Look("arm2", START, 1, 0, 0, 0));
    }

    @Test
    void shouldKeepTheNewestMeasureOfAnArm() {
        store.measure(experiment, new Measure("arm1", "frechetDistance", START, 100, 0.5, 0.4, 0.6));
        var newest = new Measure("arm1", "frechetDistance", START.plusSeconds(9), 200, 0.3, 0.2, 0.4);
        store.measure(experiment, newest);
        var control = new Measure("arm0", "frechetDistance", START, 100, 0.1, 0.05, 0.2);
        store.measure(experiment, control);
        assertThat(store.measures(experiment)).containsExactly(control, newest);
    }

    @Test
    void shouldTakeOneVoteOfEachVoterOnAPair() {
        store.note(List.of(succeeded("a", paired("arm0", "p1", ArmOf.Role.UNIT), 100),
                succeeded("b", paired("arm1", "p1", ArmOf.Role.SHADOW), 40),
                succeeded("c", paired("arm0", "p2", ArmOf.Role.TESTER), 120),
                succeeded("d", paired("arm1", "p2", ArmOf.Role.TESTER), 30),
                succeeded("e", Experiments.unit(experiment, "arm0", "alone"), 30)));
        List<Pairing> pairings = store.pairings(experiment, "ada", 9);
        assertThat(pairings).containsExactlyInAnyOrder(new Pairing("p1", "a", "arm0", "b", "arm1", false),
                new Pairing("p2", "c", "arm0", "d", "arm1", false));
        Pairing first = pairings.getFirst();
        assertThat(store.vote(new Vote(experiment, first, "ada", Preference.FIRST, START))).isTrue();
        assertThat(store.vote(new Vote(experiment, first, "ada", Preference.SECOND, START))).isFalse();
        assertThat(store.pairings(experiment, "ada", 9)).extracting(Pairing::voted).containsExactly(false, true);
        assertThat(store.pairings(experiment, "ada", 9).getLast().pair()).isEqualTo(first.pair());
        assertThat(store.pairings(experiment, "grace", 1).getFirst().pair()).as("what has fewer votes comes first")
                .isNotEqualTo(first.pair());
        store.vote(new Vote(experiment, first, "grace", Preference.TIE, START));
        store.vote(new Vote(experiment, first, "alan", Preference.BOTH_BAD, START));
        store.vote(new Vote(experiment, first, "kurt", Preference.SECOND, START));
        assertThat(store.tallies(experiment)).containsExactly(new Tally("arm0", "arm1", 1, 1, 1, 1));
    }
}
