package dev.pathline.common.port;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pathline.common.job.JobCommand;
import dev.pathline.common.job.JobMachine;
import dev.pathline.common.job.JobRecord;
import dev.pathline.common.job.JobState;
import dev.pathline.common.port.JobStore.Creation;
import dev.pathline.common.port.JobStore.Page;
import dev.pathline.common.port.JobStore.Query;
import dev.pathline.common.testing.Jobs;
import java.time.Instant;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every {@link JobStore} must do. */
public abstract class JobStoreContract {

    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    private JobStore store;

    /** An empty store. */
    protected abstract JobStore create();

    @BeforeEach
    void createStore() {
        store = create();
    }

    @Test
    void shouldGiveBackWhatWasStored() {
        JobRecord job = Jobs.queued("a", "key", START);
        assertThat(store.create(job)).isEqualTo(new Creation.Created());
        assertThat(store.find("a")).contains(job);
        assertThat(store.find("b")).isEmpty();
        assertThatThrownBy(() -> store.create(Jobs.queued("a", START))).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void shouldKnowAnIdempotencyKeyAsLongAsItsJobIsKept() {
        JobRecord job = Jobs.queued("a", "key", START);
        store.create(job);
        assertThat(store.create(Jobs.queued("b", "key", START))).isEqualTo(new Creation.Existing(job));
        assertThat(store.find("b")).isEmpty();
        assertThat(store.create(Jobs.queued("c", "other", START))).isEqualTo(new Creation.Created());
        assertThat(store.remove("a")).isTrue();
        assertThat(store.remove("a")).isFalse();
        assertThat(store.create(Jobs.queued("d", "key", START))).isEqualTo(new Creation.Created());
    }

    @Test
    void shouldReplaceOnlyTheExpectedRevision() {
        JobRecord job = Jobs.queued("a", START);
        store.create(job);
        JobRecord running = apply(job, new JobCommand.Start(1, "w", null));
        assertThat(store.compareAndSet(0, running)).isTrue();
        assertThat(store.compareAndSet(0, apply(job, new JobCommand.Cancel()))).isFalse();
        assertThat(store.find("a")).contains(running);
        assertThat(store.compareAndSet(0, Jobs.queued("nobody", START))).isFalse();
    }

    @Test
    void shouldLetOneOfManyWin() {
        JobRecord job = Jobs.queued("a", START);
        store.create(job);
        AtomicInteger winners = new AtomicInteger();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 16; i++) {
                JobRecord next = apply(job, new JobCommand.Start(1, "w" + i, null));
                threads.submit(() -> store.compareAndSet(0, next) ? winners.incrementAndGet() : 0);
            }
        }
        assertThat(winners).hasValue(1);
    }

    @Test
    void shouldListTheNewestFirstPageByPage() {
        for (String id : new String[]{"a", "b", "c", "d", "e"}) {
            store.create(Jobs.queued(id, START));
        }
        Page first = store.list(new Query(null, null, 2, null));
        assertThat(first.jobs()).extracting(JobRecord::id).containsExactly("e", "d");
        store.create(Jobs.queued("f", START));
        Page second = store.list(new Query(null, null, 2, first.nextCursor()));
        assertThat(second.jobs()).extracting(JobRecord::id).containsExactly("c", "b");
        Page third = store.list(new Query(null, null, 2, second.nextCursor()));
        assertThat(third.jobs()).extracting(JobRecord::id).containsExactly("a");
        assertThat(third.nextCursor()).isNull();
    }

    @Test
    void shouldListByStateAndModel() {
        Instant now = START;
        store.create(Jobs.queued("a", now));
        store.create(JobRecord.queued("b", Jobs.request("fashion-flow", "2"), null, null, now));
        store.create(JobRecord.queued("c", Jobs.request("moons", "1"), null, null, now));
        end("c", now);
        assertThat(ids(new Query(JobState.QUEUED, null, 9, null))).containsExactly("b", "a");
        assertThat(ids(new Query(JobState.CANCELLED, null, 9, null))).containsExactly("c");
        assertThat(ids(new Query(null, "fashion-flow", 9, null))).containsExactly("b", "a");
        assertThat(ids(new Query(null, "fashion-flow@2", 9, null))).containsExactly("b");
        assertThat(ids(new Query(null, "fashion", 9, null))).isEmpty();
    }

    @Test
    void shouldForgetWhatEndedLongAgoAndWhatIsTooMuch() {
        for (int i = 0; i < 6; i++) {
            store.create(Jobs.queued("job" + i, START));
        }
        // They end in another order than they began; job5 does not end.
        for (int i = 0; i < 5; i++) {
            end("job" + i, START.plusSeconds(10 - i));
        }
        assertThat(store.removeEnded(START.plusSeconds(7), 2)).containsExactlyInAnyOrder("job4", "job3", "job2");
        assertThat(ids(new Query(null, null, 9, null))).containsExactly("job5", "job1", "job0");
        assertThat(store.removeEnded(Instant.MIN, 2)).isEmpty();
    }

    private Iterable<String> ids(Query query) {
        return store.list(query).jobs().stream().map(JobRecord::id).toList();
    }

    private void end(String id, Instant now) {
        JobRecord job = store.find(id).orElseThrow();
        store.compareAndSet(job.revision(), JobMachine.apply(job, new JobCommand.Cancel(), now).job());
    }

    private static JobRecord apply(JobRecord job, JobCommand command) {
        return JobMachine.apply(job, command, START).job();
    }
}
