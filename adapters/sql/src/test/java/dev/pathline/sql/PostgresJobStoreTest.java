package dev.pathline.sql;

import dev.pathline.common.port.JobStore;
import dev.pathline.common.port.JobStoreContract;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;

/** Jobs on a server. */
class PostgresJobStoreTest extends JobStoreContract {

    private final List<SqlDatabase> opened = new ArrayList<>();

    @AfterEach
    void close() {
        opened.forEach(SqlDatabase::close);
    }

    @Override
    protected JobStore create(int capacity) {
        opened.add(SqlDatabase.open(TestPostgres.fresh()));
        return new SqlJobStore(opened.getLast(), capacity);
    }

    @Override
    protected Instant now() {
        return Instant.now().truncatedTo(ChronoUnit.MILLIS);
    }

    @Override
    protected void advance(Duration time) {
        Shift.advance(opened.getLast(), time);
    }
}
