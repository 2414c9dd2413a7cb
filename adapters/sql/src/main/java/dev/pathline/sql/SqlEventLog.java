package dev.pathline.sql;

import dev.pathline.common.inprocess.InProcessEventLog;
import dev.pathline.common.inprocess.KeptEvent;
import dev.pathline.common.port.EventLog;
import dev.pathline.common.port.PortUnavailableException;
import dev.pathline.common.wire.JobEvent;
import dev.pathline.common.wire.JobEventJson;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Schedulers;

/**
 * The logs of one process, whose events, but for their steps, are found again by the next one. Not for two processes at once:
 * whoever reads hears of what this process appends.
 */
public final class SqlEventLog implements EventLog {

    private static final Logger LOG = LoggerFactory.getLogger(SqlEventLog.class);

    private final SqlDatabase database;
    private final InProcessEventLog live;

    /**
     * Logs that are kept in a database.
     *
     * @param live who serves readers, and bounds what is there of steps
     */
    public SqlEventLog(SqlDatabase database, InProcessEventLog live) {
        this.database = database;
        this.live = live;
    }

    @Override
    public long maxBytesPerJob() {
        return live.maxBytesPerJob();
    }

    @Override
    public OptionalLong append(String jobId, int attempt, JobEvent event) {
        load(jobId);
        OptionalLong position = live.append(jobId, attempt, event);
        if (position.isPresent() && !(event instanceof JobEvent.Step)) {
            keep(jobId, attempt, position.getAsLong(), event);
        }
        return position;
    }

    /** Those who watch have seen it already, and the record says what counts. */
    private void keep(String jobId, int attempt, long position, JobEvent event) {
        try {
            database.ask(() -> database.client()
                    .sql("insert into job_event (job_id, position, attempt, type, data) values (?, ?, ?, ?, ?)")
                    .param(jobId).param(position).param(attempt).param(event.type()).param(JobEventJson.write(event))
                    .update());
        } catch (PortUnavailableException e) {
            LOG.warn("after a restart nobody will know that job {} was {}: {}", jobId, event.type(), e.getMessage());
        }
    }

    @Override
    public Optional<JobEvent.Step> newestStep(String jobId) {
        return live.newestStep(jobId);
    }

    @Override
    public Flux<LoggedEvent> read(String jobId, long after) {
        return Flux.defer(() -> {
            load(jobId);
            return live.read(jobId, after);
        }).subscribeOn(Schedulers.boundedElastic());
    }

    /** Brings back what an earlier process has kept. */
    private void load(String jobId) {
        if (live.has(jobId)) {
            return;
        }
        List<KeptEvent> kept = database.ask(() -> database.client()
                .sql("select position, attempt, type, data from job_event where job_id = ? order by position")
                .param(jobId).query((row, number) -> new KeptEvent(row.getLong("position"), row.getInt("attempt"),
                        JobEventJson.read(row.getString("type"), row.getString("data"))))
                .list());
        if (!kept.isEmpty()) {
            live.restore(jobId, kept);
        }
    }

    @Override
    public void delete(String jobId) {
        live.delete(jobId);
        database.ask(
                () -> database.client().sql("delete from job_event where job_id = ?").param(jobId).update());
    }
}
