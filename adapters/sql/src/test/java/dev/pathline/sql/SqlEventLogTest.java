package dev.pathline.sql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pathline.common.inprocess.InProcessEventLog;
import dev.pathline.common.port.EventLog;
import dev.pathline.common.port.EventLog.LoggedEvent;
import dev.pathline.common.port.EventLogContract;
import dev.pathline.common.wire.JobEvent;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;

/** Events in a file. */
class SqlEventLogTest extends EventLogContract {

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final JobEvent QUEUED = new JobEvent.Queued(1, null);
    private static final JobEvent STARTED = new JobEvent.Started(1, "w");
    private static final JobEvent STEP = new JobEvent.Step(1, 2, 1, 1.0, 0.0, null, List.of());

    @TempDir
    private Path folder;

    private final List<SqlDatabase> opened = new ArrayList<>();
    private int files;

    private EventLog open(String file, long maxBytesPerJob) {
        opened.add(SqlDatabase.open(SqlDatabase.Settings.file(folder.resolve(file).toString())));
        return new SqlEventLog(opened.getLast(),
                new InProcessEventLog(Schedulers.parallel(), maxBytesPerJob, 1 << 20));
    }

    @AfterEach
    void close() {
        opened.forEach(SqlDatabase::close);
    }

    @Override
    protected EventLog create(long maxBytesPerJob) {
        return open("events-" + files++ + ".db", maxBytesPerJob);
    }

    @Test
    void shouldGoOnAfterARestartWherePositionsWereNeverUsed() {
        EventLog before = open("kept.db", 1000);
        before.append("a", 0, QUEUED);
        before.append("a", 1, STARTED);
        long seen = before.append("a", 1, STEP).orElseThrow();
        opened.getLast().close();

        EventLog after = open("kept.db", 1000);
        StepVerifier.create(after.read("a", 0).map(LoggedEvent::event)).expectNext(QUEUED, STARTED)
                .then(() -> after.append("a", 2, new JobEvent.Started(2, "v")))
                .expectNext(new JobEvent.Started(2, "v")).thenCancel().verify(PATIENCE);
        assertThat(after.append("a", 1, STEP)).as("an attempt of before").isEmpty();
        StepVerifier.create(after.read("a", seen).map(LoggedEvent::event)).expectNext(new JobEvent.Started(2, "v"))
                .then(() -> after.append("a", 0, new JobEvent.Cancelled())).expectNext(new JobEvent.Cancelled())
                .expectComplete().verify(PATIENCE);
    }

    @Test
    void shouldKeepTheEndOfALogOverARestart() {
        EventLog before = open("kept.db", 1000);
        before.append("a", 0, QUEUED);
        before.append("a", 0, new JobEvent.Cancelled());
        before.append("b", 0, QUEUED);
        before.delete("b");
        opened.getLast().close();

        EventLog after = open("kept.db", 1000);
        assertThat(after.append("a", 0, new JobEvent.Cancelled())).isEmpty();
        assertThat(after.read("a", 0).map(LoggedEvent::event).collectList().block(PATIENCE)).containsExactly(QUEUED,
                new JobEvent.Cancelled());
        assertThat(after.append("b", 0, QUEUED)).as("what was deleted is gone").hasValue(1);
    }
}
