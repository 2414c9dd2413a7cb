package dev.pathline.sql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pathline.common.job.JobRecord;
import dev.pathline.common.port.JobStore;
import dev.pathline.common.port.JobStoreContract;
import dev.pathline.common.port.ServedModels;
import dev.pathline.common.testing.Jobs;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Jobs in a file. */
class SqliteJobStoreTest extends JobStoreContract {

    @TempDir
    private Path folder;

    private final List<SqlDatabase> opened = new ArrayList<>();
    private int files;

    private SqlDatabase open(String file) {
        SqlDatabase database = SqlDatabase.open(SqlDatabase.Settings.file(folder.resolve(file).toString()));
        opened.add(database);
        return database;
    }

    @AfterEach
    void close() {
        opened.forEach(SqlDatabase::close);
    }

    @Override
    protected JobStore create(int capacity) {
        return new SqlJobStore(open("jobs-" + files++ + ".db"), capacity);
    }

    @Override
    protected Instant now() {
        return Instant.now().truncatedTo(ChronoUnit.MILLIS);
    }

    @Override
    protected void advance(Duration time) {
        Shift.advance(opened.getLast(), time);
    }

    @Test
    void shouldFindEverythingAgainAfterARestart() {
        JobRecord job = Jobs.queued("a", "key", now());
        try (SqlDatabase first = open("kept.db")) {
            JobStore store = new SqlJobStore(first, 10);
            store.create(job);
            store.claim("w", ServedModels.ALL, Duration.ofSeconds(30)).orElseThrow();
        }
        JobStore again = new SqlJobStore(open("kept.db"), 10);
        assertThat(again.find("a")).contains(job);
        assertThat(again.depth().held()).isOne();
        assertThat(again.create(Jobs.queued("b", "key", now()))).isEqualTo(new JobStore.Creation.Existing(job));
    }
}
