package dev.pathline.sql;

import dev.pathline.common.experiment.ArmOf;
import dev.pathline.common.job.Idempotency;
import dev.pathline.common.job.JobIds;
import dev.pathline.common.job.JobRecord;
import dev.pathline.common.port.JobStore;
import dev.pathline.common.port.PortUnavailableException;
import dev.pathline.common.port.ServedModels;
import dev.pathline.common.wire.Json;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Jobs in a table. Each method is one statement, or one that changes something and one that says why it did not, so each is
 * atomic without a transaction of its own. Leases run by the database's clock.
 *
 * <p>Those who create jobs at the same moment may together exceed the capacity, by as many as they are: to keep it exactly they
 * would have to wait for each other.
 */
public final class SqlJobStore implements JobStore {

    private static final String INSERT = """
            insert into job (id, revision, state, model, version, idempotency_key, priority, row_count, turn, start_by, experiment,
              owner, metadata, webhook, record)
            select ?, ?, ?, ?, ?, cast(? as text), ?, ?, ?, cast(? as bigint), cast(? as text), cast(? as text), ?, ?, ?
            where (select count(*) from job where ended_at is null and lease_until <= NOW) < ?
              and (select count(*) from job where ended_at is null and owner = cast(? as text)) < ?
            on conflict do nothing""";
    private static final String UPDATE = """
            update job set revision = ?, state = ?, record = ?, ended_at = cast(? as bigint), bytes = ? where id = ? and revision = ?""";
    private static final String CLAIM = """
            update job set claims = claims + 1, worker = ?, lease_until = NOW + ?
            where ended_at is null and lease_until <= NOW and id = (
              select id from job where ended_at is null and lease_until <= NOW SERVED order by turn, id limit 1 LOCKED)
            returning id, claims, record, owner""";
    private static final String KEEP = """
            update job set lease_until = NOW + ?
            where ended_at is null and lease_until > NOW and (id, claims) in (values CLAIMS) returning id, claims""";
    private static final String RELEASE = """
            update job set lease_until = 0, worker = null
            where id = ? and claims = ? and ended_at is null and lease_until > NOW""";
    private static final String PLACE = """
            select
              (select count(*) from job o where o.ended_at is null and o.lease_until <= NOW
                 and (o.turn < j.turn or o.turn = j.turn and o.id < j.id)) as before,
              (select coalesce(sum(row_count), 0) from job o where o.ended_at is null
                 and (o.turn < j.turn or o.turn = j.turn and o.id < j.id)) as ahead
            from job j where j.id = ? and j.ended_at is null and j.lease_until <= NOW""";
    private static final String DEPTH = """
            select coalesce(sum(case when lease_until <= NOW then 1 else 0 end), 0) as waiting, count(*) as unended,
              coalesce(sum(row_count), 0) as unended_rows
            from job where ended_at is null""";
    private static final String DEPTH_BY_MODEL = """
            select model || '@' || version as reference, sum(case when lease_until <= NOW then 1 else 0 end) as waiting,
              count(*) as unended
            from job where ended_at is null group by model, version order by 1""";
    private static final String OVERDUE = """
            select id from job where ended_at is null and lease_until <= NOW and start_by <= NOW""";
    private static final String REMOVE = """
            delete from job where id in (
              select id from (select id, ended_at, row_number() over (order by ended_at desc, id desc) as place,
                  sum(bytes) over (order by ended_at desc, id desc) as total
                from job where ended_at is not null and (experiment is null or noted = 1) and webhook = 0) as ended
              where ended_at < ? or place > ? or total > ?)
            returning id""";

    private final SqlDatabase database;
    private final int capacity;

    /**
     * The jobs in a database.
     *
     * @param capacity how many jobs may wait, at least 1
     */
    public SqlJobStore(SqlDatabase database, int capacity) {
        if (capacity < 1) {
            throw new IllegalArgumentException("capacity must be at least 1 but is " + capacity);
        }
        this.database = database;
        this.capacity = capacity;
    }

    @Override
    public boolean outlivesProcess() {
        return true;
    }

    /** Lets everybody lose what they have: whoever opens a file that is nobody else's knows that they are gone. */
    public void endLeases() {
        database.ask(
                () -> sql("update job set lease_until = 0, worker = null where ended_at is null and lease_until > 0")
                        .update());
    }

    private JdbcClient.StatementSpec sql(String statement) {
        return database.client().sql(statement.replace("NOW", database.dialect().now()));
    }

    @Override
    public Creation create(JobRecord job, int mostOfOwner) {
        Idempotency idempotency = job.idempotency();
        ArmOf arm = job.request().arm();
        Instant startBy = job.request().terms().startBy(job.times().createdAt());
        int most = job.owner() == null ? Integer.MAX_VALUE : mostOfOwner;
        int inserted = database.ask(() -> sql(INSERT).param(job.id()).param(job.revision()).param(job.state().wire())
                .param(job.request().model()).param(job.request().version())
                .param(idempotency == null ? null : idempotency.key())
                .param(job.request().terms().priority().wire())
                .param(job.request().rows()).param(Micros.of(job.turn()))
                .param(startBy == null ? null : Micros.of(startBy))
                .param(arm == null ? null : arm.experimentReference()).param(job.owner())
                .param(MetadataText.of(job.request().metadata())).param(Noting.WEBHOOK.concerns(job) ? 1 : 0)
                .param(write(job)).param(capacity).param(job.owner()).param(most).update());
        return inserted == 1
                ? new Creation.Created(placeOfNew(job.id()))
                : database.ask(() -> refused(job, most));
    }

    /** The job is stored, and is run: that nobody can say now where it stands does not undo that. */
    private Place placeOfNew(String jobId) {
        try {
            return place(jobId).orElse(new Place(1, 0));
        } catch (PortUnavailableException e) {
            return new Place(1, 0);
        }
    }

    /** Says why a job was not stored. */
    private Creation refused(JobRecord job, int mostOfOwner) {
        Idempotency idempotency = job.idempotency();
        if (idempotency != null) {
            Optional<JobRecord> existing = record("idempotency_key", idempotency.key());
            if (existing.isPresent()) {
                return new Creation.Existing(existing.get());
            }
        }
        if (find(job.id()).isPresent()) {
            throw new IllegalStateException("job id " + job.id() + " is taken");
        }
        int own = job.owner() == null
                ? 0
                : sql("select count(*) from job where ended_at is null and owner = ?").param(job.owner())
                        .query(Integer.class).single();
        return own >= mostOfOwner ? new Creation.Crowded(own) : new Creation.Full(depth());
    }

    @Override
    public Optional<JobRecord> find(String jobId) {
        return database.ask(() -> record("id", jobId));
    }

    private Optional<JobRecord> record(String column, String value) {
        return sql("select record, owner from job where " + column + " = ?").param(value).query(SqlJobStore::read)
                .optional();
    }

    @Override
    public boolean compareAndSet(long expectedRevision, JobRecord next) {
        Instant end = next.state().terminal() ? next.times().finishedAt() : null;
        return database.ask(() -> sql(UPDATE).param(next.revision()).param(next.state().wire()).param(write(next))
                .param(end == null ? null : Micros.of(end))
                .param(next.result() == null ? 0L : next.result().bytes()).param(next.id()).param(expectedRevision)
                .update() == 1);
    }

    @Override
    public Page list(Query query) {
        var listing = new Listing(query.limit(), query.cursor()).where("owner = ?", query.owner()).where("state = ?",
                query.state() == null ? null : query.state().wire());
        if (query.model() != null) {
            String[] parts = query.model().split("@", 2);
            listing.where("model = ?", parts[0]).where("version = ?", parts.length < 2 ? null : parts[1]);
        }
        String experiment = query.experiment();
        if (experiment != null && experiment.indexOf('@') >= 0) {
            listing.where("experiment = ?", experiment);
        } else if (experiment != null) {
            // All versions; a name has no character of a pattern in it, and no index serves "like" everywhere.
            listing.where("experiment is not null and substr(experiment, 1, ?) = ?", experiment.length() + 1,
                    experiment + "@");
        }
        query.metadata().forEach((name, value) -> listing.where("length(replace(metadata, ?, '')) < length(metadata)",
                MetadataText.entry(name, value)));
        listing.where("id >= ?", query.since() == null ? null : JobIds.firstOf(query.since()));
        listing.where("id < ?", query.before() == null ? null : JobIds.firstOf(query.before()));
        List<JobRecord> found = database.ask(() -> sql(listing.statement("select record, owner from job"))
                .params(listing.values()).query(SqlJobStore::read).list());
        return new Page(listing.page(found), listing.next(found, JobRecord::id));
    }

    @Override
    public List<String> removeEnded(Instant endedBefore, int keep, long bytes) {
        return database.ask(
                () -> sql(REMOVE).param(Micros.of(endedBefore)).param(keep).param(bytes).query(String.class).list());
    }

    @Override
    public List<JobRecord> toNote(Noting who, int limit) {
        return database.ask(() -> sql("select record, owner from job where ended_at is not null and " + unnoted(who)
                + " order by id limit ?").param(limit).query(SqlJobStore::read).list());
    }

    /** As the indexes have it. */
    private static String unnoted(Noting who) {
        return switch (who) {
            case EXPERIMENT -> "experiment is not null and noted = 0";
            case WEBHOOK -> "webhook = 1";
        };
    }

    private static String noted(Noting who) {
        return switch (who) {
            case EXPERIMENT -> "noted = 1";
            case WEBHOOK -> "webhook = 0";
        };
    }

    @Override
    public void markNoted(Noting who, Collection<String> jobIds) {
        if (!jobIds.isEmpty()) {
            String list = String.join(", ", Collections.nCopies(jobIds.size(), "?"));
            database.ask(() -> sql("update job set " + noted(who) + " where id in (" + list + ")")
                    .params(List.copyOf(jobIds))
                    .update());
        }
    }

    @Override
    public Optional<Claimed> claim(String worker, ServedModels models, Duration lease) {
        var values = new ArrayList<Object>();
        values.add(worker);
        values.add(Micros.of(lease));
        String served = "";
        if (!models.servesAll()) {
            String names = String.join(", ", Collections.nCopies(models.names().size(), "?"));
            served = "and (model in (" + names + ") or model || '@' || version in (" + names + "))";
            values.addAll(models.names());
            values.addAll(models.names());
        }
        String statement = CLAIM.replace("SERVED", served).replace("LOCKED", database.dialect().skipLocked());
        return database.ask(() -> sql(statement).params(values)
                .query((row, number) -> new Claimed(new Claim(row.getString("id"), row.getInt("claims"), worker),
                        read(row, number)))
                .optional());
    }

    @Override
    public Map<Claim, Hold> keep(Collection<Claim> claims, Duration lease) {
        if (claims.isEmpty()) {
            return Map.of();
        }
        var byAttempt = new HashMap<Attempt, Claim>();
        claims.forEach(claim -> byAttempt.put(new Attempt(claim.jobId(), claim.attempt()), claim));
        String list = String.join(", ", Collections.nCopies(byAttempt.size(), "(cast(? as text), cast(? as integer))"));
        var values = new ArrayList<Object>();
        values.add(Micros.of(lease));
        byAttempt.keySet().forEach(attempt -> {
            values.add(attempt.jobId());
            values.add(attempt.number());
        });
        return database.ask(() -> {
            Set<Attempt> held = Set.copyOf(sql(KEEP.replace("CLAIMS", list)).params(values)
                    .query((row, number) -> new Attempt(row.getString("id"), row.getInt("claims"))).list());
            Set<String> lost = unended(byAttempt.keySet().stream().filter(attempt -> !held.contains(attempt))
                    .map(Attempt::jobId).collect(Collectors.toSet()));
            var holds = new HashMap<Claim, Hold>();
            byAttempt.forEach((attempt, claim) -> holds.put(claim, held.contains(attempt)
                    ? Hold.HELD
                    : lost.contains(attempt.jobId()) ? Hold.LOST : Hold.ENDED));
            return Map.copyOf(holds);
        });
    }

    private record Attempt(String jobId, int number) {}

    /** Returns those of some jobs that have not ended. */
    private Set<String> unended(Set<String> jobs) {
        if (jobs.isEmpty()) {
            return Set.of();
        }
        String list = String.join(", ", Collections.nCopies(jobs.size(), "?"));
        return new HashSet<>(sql("select id from job where ended_at is null and id in (" + list + ")")
                .params(List.copyOf(jobs)).query(String.class).list());
    }

    @Override
    public boolean release(Claim claim) {
        return database.ask(() -> sql(RELEASE).param(claim.jobId()).param(claim.attempt()).update() == 1);
    }

    @Override
    public Optional<Place> place(String jobId) {
        return database.ask(() -> sql(PLACE).param(jobId).query((row, number) -> new Place(row.getInt("before") + 1,
                row.getLong("ahead"))).optional());
    }

    @Override
    public Depth depth() {
        return database.ask(() -> sql(DEPTH).query((row, number) -> {
            int waiting = row.getInt("waiting");
            return new Depth(waiting, row.getInt("unended") - waiting, row.getLong("unended_rows"), capacity);
        }).single());
    }

    @Override
    public List<ModelDepth> depthByModel() {
        return database.ask(() -> sql(DEPTH_BY_MODEL).query((row, number) -> {
            int waiting = row.getInt("waiting");
            return new ModelDepth(row.getString("reference"), waiting, row.getInt("unended") - waiting);
        }).list());
    }

    @Override
    public List<String> overdue() {
        return database.ask(() -> sql(OVERDUE).query(String.class).list());
    }

    private static String write(JobRecord job) {
        return Json.MAPPER.writeValueAsString(job);
    }

    private static JobRecord read(ResultSet row, int number) throws SQLException {
        // The column decides: a process of an earlier version writes records without what it does not know.
        return Json.MAPPER.readValue(row.getString("record"), JobRecord.class).of(row.getString("owner"));
    }
}
