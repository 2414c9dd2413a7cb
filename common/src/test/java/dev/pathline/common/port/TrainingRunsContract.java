package dev.pathline.common.port;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pathline.common.error.ApiException;
import dev.pathline.common.error.ErrorCode;
import dev.pathline.common.error.FieldError;
import dev.pathline.common.port.TrainingRuns.Format;
import dev.pathline.common.port.TrainingRuns.LoggedRunEvent;
import dev.pathline.common.wire.TrainingRunAnswer;
import dev.pathline.common.wire.TrainingRunEvent;
import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** What every trainer does. */
public abstract class TrainingRunsContract {

    /** Longer than a busy machine needs for a few steps. */
    protected static final Duration PATIENCE = Duration.ofSeconds(240);

    /** The trainer under test, with no runs. */
    protected abstract TrainingRuns runs();

    /** A specification in YAML that is done soon, or never. */
    protected abstract String specification(String name, boolean endless);

    /** Submits, and returns the id. */
    protected String submit(String name, boolean endless) {
        TrainingRuns.Submitted submitted = runs().submit(specification(name, endless), Format.YAML);
        assertThat(submitted.isNew()).isTrue();
        return submitted.run().id();
    }

    /** Reads events until one fits, or the end. */
    protected List<LoggedRunEvent> events(String id, long after, Predicate<TrainingRunEvent> until) {
        return runs().events(id, after).takeUntil(logged -> until.test(logged.event())).collectList().block(PATIENCE);
    }

    private List<LoggedRunEvent> all(String id) {
        return events(id, 0, event -> false);
    }

    private static void assertRefused(ErrorCode code, ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOfSatisfying(ApiException.class,
                e -> assertThat(e.code()).isEqualTo(code));
    }

    @Test
    void shouldTrainToTheEndAndTell() {
        String id = submit("short", false);

        List<LoggedRunEvent> events = all(id);
        TrainingRunAnswer run = runs().find(id);

        assertThat(events.getFirst().event()).isEqualTo(new TrainingRunEvent.Queued(1));
        assertThat(events.getLast().event()).isEqualTo(new TrainingRunEvent.Succeeded("short@1"));
        assertThat(events).extracting(LoggedRunEvent::position).isSorted().doesNotHaveDuplicates();
        assertThat(run.state()).isEqualTo("succeeded");
        assertThat(run.model()).isEqualTo("short@1");
        assertThat(run.step()).isEqualTo(run.steps());
        assertThat(run.startedAt()).isAfterOrEqualTo(run.createdAt());
        assertThat(run.endedAt()).isAfterOrEqualTo(run.startedAt());
        assertThat(run.spec()).isNotNull();
        assertThat(runs().progress(id)).last().satisfies(p -> assertThat(p.step()).isEqualTo(run.steps()));
        assertThat(events(id, events.get(1).position(), event -> false)).isEqualTo(events.subList(2, events.size()));
    }

    @Test
    void shouldAnswerTheSameSpecificationWithTheRunThatIsAtWorkOnIt() {
        String id = submit("same", true);

        TrainingRuns.Submitted again = runs().submit(specification("same", true), Format.YAML);

        assertThat(again.isNew()).isFalse();
        assertThat(again.run().id()).isEqualTo(id);
        assertThatThrownBy(() -> runs().submit(specification("same", false), Format.YAML))
                .isInstanceOfSatisfying(ApiException.class, e -> {
                    assertThat(e.code()).isEqualTo(ErrorCode.INVALID_SPECIFICATION);
                    assertThat(e.errors()).extracting(FieldError::field).containsExactly("name");
                });
        runs().cancel(id);
        String other = submit("same", false);
        assertThat(other).isNotEqualTo(id);
        runs().cancel(other);
    }

    @Test
    void shouldTrainInTheOrderOfArrival() {
        String first = submit("a", true);
        events(first, 0, event -> event instanceof TrainingRunEvent.Started);
        String second = submit("b", false);
        String third = submit("c", true);

        assertThat(runs().find(second).position()).isEqualTo(1);
        assertThat(runs().find(third).position()).isEqualTo(2);
        assertThat(runs().find(first).position()).isNull();
        assertThat(runs().list()).extracting(TrainingRunAnswer::name).containsExactly("c", "b", "a");
        runs().cancel(third);
        runs().cancel(first);
        assertThat(all(second)).last().satisfies(e -> assertThat(e.event().type()).isEqualTo("succeeded"));
        assertThat(all(third)).extracting(e -> e.event().type()).containsExactly("queued", "cancelled");
    }

    @Test
    void shouldPauseAtASnapshotAndGoOnFromThere() {
        String id = submit("long", true);
        events(id, 0, event -> event instanceof TrainingRunEvent.Snapshot);

        runs().pause(id);
        LoggedRunEvent paused = events(id, 0, event -> event instanceof TrainingRunEvent.Paused).getLast();
        assertThat(runs().find(id).state()).isEqualTo("paused");
        assertThat(runs().pause(id).state()).isEqualTo("paused");
        runs().resume(id, false);
        List<LoggedRunEvent> on = events(id, paused.position(), event -> event instanceof TrainingRunEvent.Started);

        assertThat(on).extracting(e -> e.event().type()).containsExactly("resumed", "started");
        long step = ((TrainingRunEvent.Paused) paused.event()).step();
        assertThat(((TrainingRunEvent.Started) on.getLast().event()).step()).isEqualTo(step).isPositive();
        assertThat(runs().resume(id, false).state()).as("it runs as it is wanted to").isEqualTo("running");
        runs().cancel(id);
    }

    @Test
    void shouldCancelOnceAndForAll() {
        String id = submit("gone", true);
        events(id, 0, event -> event instanceof TrainingRunEvent.Started);
        assertRefused(ErrorCode.RUN_STATE, () -> runs().purge(id));

        assertThat(runs().cancel(id).state()).isEqualTo("cancelled");
        assertThat(runs().cancel(id).state()).isEqualTo("cancelled");

        assertRefused(ErrorCode.RUN_STATE, () -> runs().pause(id));
        assertRefused(ErrorCode.RUN_STATE, () -> runs().resume(id, false));
        assertThat(all(id).getLast().event()).isEqualTo(new TrainingRunEvent.Cancelled());
    }

    @Test
    void shouldForgetARunThatEndedAndKeepItsModel() {
        String id = submit("old", false);
        all(id);

        assertThat(runs().purge(id).model()).isEqualTo("old@1");

        assertRefused(ErrorCode.UNKNOWN_RUN, () -> runs().find(id));
        assertThat(runs().list()).isEmpty();
    }

    @Test
    void shouldSayWhatIsNotKnown() {
        assertRefused(ErrorCode.UNKNOWN_RUN, () -> runs().find("nothing"));
        assertRefused(ErrorCode.UNKNOWN_RUN, () -> runs().find("../nothing"));
        assertRefused(ErrorCode.UNKNOWN_RUN, () -> runs().pause("nothing"));
        assertRefused(ErrorCode.UNKNOWN_RUN, () -> runs().resume("nothing", false));
        assertRefused(ErrorCode.UNKNOWN_RUN, () -> runs().cancel("nothing"));
        assertRefused(ErrorCode.UNKNOWN_RUN, () -> runs().purge("nothing"));
        assertRefused(ErrorCode.UNKNOWN_RUN, () -> runs().progress("nothing"));
        assertRefused(ErrorCode.UNKNOWN_RUN, () -> events("nothing", 0, event -> false));
    }

    @Test
    void shouldRefuseWhatIsNoSpecification() {
        assertRefused(ErrorCode.MALFORMED_JSON, () -> runs().submit("{", Format.JSON));
        assertRefused(ErrorCode.INVALID_REQUEST, () -> runs().submit("[]", Format.JSON));
        assertRefused(ErrorCode.INVALID_SPECIFICATION, () -> runs().submit("{}", Format.JSON));
        assertRefused(ErrorCode.INVALID_SPECIFICATION, () -> runs().submit("a: [", Format.YAML));
        assertThat(runs().list()).isEmpty();
    }
}
