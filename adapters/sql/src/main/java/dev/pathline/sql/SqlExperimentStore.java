package dev.pathline.sql;

import dev.pathline.common.experiment.ArmOf;
import dev.pathline.common.experiment.Experiment;
import dev.pathline.common.experiment.ExperimentState;
import dev.pathline.common.experiment.Metric;
import dev.pathline.common.job.JobRecord;
import dev.pathline.common.job.JobState;
import dev.pathline.common.port.ExperimentStore;
import dev.pathline.common.wire.Json;
import dev.pathline.common.wire.Timings;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Experiments in tables. Each method is one statement, or one for each row that it writes, which may be written again. */
public final class SqlExperimentStore implements ExperimentStore {

    private static final String NEWEST = """
            select record from experiment e
            where version = (select max(version) from experiment o where o.name = e.name) order by name""";
    private static final String NOTE = """
            insert into experiment_job (job_id, experiment, arm, unit, counted, pair, state, queued_ms, first_preview_ms,
              total_ms, device_ms, evaluations, failed)
            values (?, ?, ?, ?, ?, cast(? as text), ?, cast(? as double precision), cast(? as double precision),
              cast(? as double precision), cast(? as double precision), cast(? as double precision),
              cast(? as double precision))
            on conflict do nothing""";
    private static final String OBSERVE = """
            insert into experiment_value (experiment, metric, source, arm, unit, pair, value, at)
            values (?, ?, ?, ?, ?, cast(? as text), ?, ?) on conflict do nothing""";
    private static final String COUNTS = """
            select arm, state, count(*) as jobs from experiment_job where experiment = ? and counted = 1
            group by arm, state""";
    private static final String UNITS = """
            select arm, count(distinct unit) as units from experiment_job where experiment = ? and counted = 1
            group by arm""";
    private static final String PAIRINGS = """
            select a.pair as pair, a.job_id as first_job, a.arm as first_arm, b.job_id as second_job, b.arm as second_arm,
              (select count(*) from experiment_vote v where v.experiment = a.experiment and v.pair = a.pair
                 and v.first_arm = a.arm and v.second_arm = b.arm and v.voter = ?) as own,
              (select count(*) from experiment_vote v where v.experiment = a.experiment and v.pair = a.pair
                 and v.first_arm = a.arm and v.second_arm = b.arm) as votes
            from experiment_job a join experiment_job b
              on b.experiment = a.experiment and b.pair = a.pair and a.arm < b.arm
            where a.experiment = ? and a.pair is not null and a.state = 'succeeded' and b.state = 'succeeded'
            order by own, votes, pair desc limit ?""";
    private static final String NEWEST_PAIRS = """
            select pair, arm, job_id from experiment_job
            where experiment = ? and state = 'succeeded' and pair in (
              select pair from experiment_job
              where experiment = ? and state = 'succeeded' and pair is not null and (cast(? as text) is null or pair < ?)
              group by pair having count(*) > 1 order by pair desc limit ?)
            order by pair desc, arm""";
    private static final String LOOK = """
            insert into experiment_look (experiment, arm, mark, at, units, value, low, high) values (?, ?, ?, ?, ?, ?, ?, ?)
            on conflict (experiment, arm, mark) do update set at = excluded.at, units = excluded.units,
              value = excluded.value, low = excluded.low, high = excluded.high
            where excluded.units > experiment_look.units""";
    private static final String MEASURE = """
            insert into experiment_measure (experiment, arm, metric, at, samples, value, low, high)
            values (?, ?, ?, ?, ?, ?, ?, ?)
            on conflict (experiment, arm, metric) do update set at = excluded.at, samples = excluded.samples,
              value = excluded.value, low = excluded.low, high = excluded.high""";
    private static final String VOTE = """
            insert into experiment_vote (experiment, pair, first_arm, second_arm, voter, preference, at)
            values (?, ?, ?, ?, ?, ?, ?) on conflict do nothing""";
    private static final String TALLIES = """
            select first_arm, second_arm, preference, count(*) as votes from experiment_vote where experiment = ?
            group by first_arm, second_arm, preference order by first_arm, second_arm""";

    private final SqlDatabase database;

    /** The experiments in a database. */
    public SqlExperimentStore(SqlDatabase database) {
        this.database = database;
    }

    private JdbcClient.StatementSpec sql(String statement) {
        return database.client().sql(statement);
    }

    @Override
    public boolean create(Experiment experiment) {
        return database.ask(() -> sql("""
                insert into experiment (name, version, revision, state, record) values (?, ?, ?, ?, ?)
                on conflict do nothing""").param(experiment.name()).param(experiment.version())
                .param(experiment.revision()).param(experiment.state().wire())
                .param(Json.MAPPER.writeValueAsString(experiment)).update() == 1);
    }

    @Override
    public boolean compareAndSet(long expectedRevision, Experiment next) {
        return database.ask(() -> sql("""
                update experiment set revision = ?, state = ?, record = ?
                where name = ? and version = ? and revision = ?""").param(next.revision())
                .param(next.state().wire()).param(Json.MAPPER.writeValueAsString(next)).param(next.name())
                .param(next.version()).param(expectedRevision).update() == 1);
    }

    @Override
    public Optional<Experiment> newest(String name) {
        return database.ask(() -> sql("select record from experiment where name = ? order by version desc limit 1")
                .param(name).query(SqlExperimentStore::read).optional());
    }

    @Override
    public Optional<Experiment> find(String name, int version) {
        return database.ask(() -> sql("select record from experiment where name = ? and version = ?").param(name)
                .param(version).query(SqlExperimentStore::read).optional());
    }

    @Override
    public List<Experiment> list(@Nullable ExperimentState state) {
        return database.ask(() -> state == null
                ? sql(NEWEST).query(SqlExperimentStore::read).list()
                : sql("select record from experiment where state = ? order by name, version").param(state.wire())
                        .query(SqlExperimentStore::read).list());
    }

    @Override
    public void note(Collection<JobRecord> ended) {
        ended.forEach(this::note);
    }

    private void note(JobRecord job) {
        ArmOf arm = job.request().arm();
        if (arm == null || !job.state().terminal()) {
            throw new IllegalArgumentException("job " + job.id() + " has no arm, or has not ended");
        }
        boolean succeeded = job.state() == JobState.SUCCEEDED;
        Timings timings = job.times().timings();
        Double failed = job.state() == JobState.CANCELLED ? null : (Double) (succeeded ? 0.0 : 1.0);
        Double device = job.result() == null ? null : job.result().deviceMs();
        database.ask(() -> sql(NOTE).param(job.id()).param(arm.experimentReference()).param(arm.arm())
                .param(arm.unit()).param(arm.role().counts() ? 1 : 0).param(arm.pair()).param(job.state().wire())
                .param(number(timings.queuedMs())).param(succeeded ? number(timings.firstPreviewMs()) : null)
                .param(succeeded ? number(timings.totalMs()) : null).param(device)
                .param(succeeded ? (Double) (double) job.request().evaluations() : null).param(failed).update());
    }

    private static @Nullable Double number(@Nullable Long millis) {
        return millis == null ? null : (Double) millis.doubleValue();
    }

    @Override
    public Optional<ArmJob> noted(String jobId) {
        return database.ask(() -> sql("""
                select experiment, arm, unit, counted, pair from experiment_job where job_id = ?""").param(jobId)
                .query((row, _) -> new ArmJob(row.getString("experiment"), row.getString("arm"),
                        row.getString("unit"), row.getInt("counted") == 1, row.getString("pair")))
                .optional());
    }

    @Override
    public boolean observe(Observation observation) {
        return database.ask(() -> sql(OBSERVE).param(observation.experiment().reference())
                .param(observation.metric().name()).param(observation.source()).param(observation.arm())
                .param(observation.unit()).param(observation.pair()).param(observation.value())
                .param(Micros.of(observation.at())).update() == 1);
    }

    @Override
    public Map<String, Count> counts(Experiment experiment) {
        return database.ask(() -> {
            var states = new HashMap<String, Map<String, Long>>();
            sql(COUNTS).param(experiment.reference()).query((ResultSet row) -> {
                states.computeIfAbsent(row.getString("arm"), _ -> new HashMap<>()).put(row.getString("state"),
                        row.getLong("jobs"));
            });
            var counts = new HashMap<String, Count>();
            sql(UNITS).param(experiment.reference()).query((ResultSet row) -> {
                Map<String, Long> byState = states.getOrDefault(row.getString("arm"), Map.of());
                counts.put(row.getString("arm"), new Count(row.getLong("units"),
                        byState.values().stream().mapToLong(Long::longValue).sum(), Map.copyOf(byState)));
            });
            return Map.copyOf(counts);
        });
    }

    @Override
    public double[] means(Experiment experiment, String arm, Metric metric) {
        var statement = column(metric)
                .map(column -> sql("select avg(" + column + ") as mean from experiment_job where experiment = ? and"
                        + " arm = ? and counted = 1 and " + column + " is not null group by unit")
                        .param(experiment.reference()).param(arm))
                .orElseGet(() -> sql("select avg(value) as mean from experiment_value where experiment = ? and arm = ?"
                        + " and metric = ? group by unit").param(experiment.reference()).param(arm)
                        .param(metric.name()));
        return database.ask(() -> statement.query((row, _) -> row.getDouble("mean")).list()).stream()
                .mapToDouble(Double::doubleValue).toArray();
    }

    @Override
    public List<double[]> pairs(Experiment experiment, String first, String second, Metric metric) {
        Optional<String> column = column(metric);
        String own = column
                .map(name -> "select pair, avg(" + name + ") as mean from experiment_job where experiment = ?"
                        + " and arm = ? and pair is not null and counted = 1 and " + name
                        + " is not null group by pair")
                .orElse("select pair, avg(value) as mean from experiment_value where experiment = ? and arm = ?"
                        + " and pair is not null and metric = ? group by pair");
        var statement = sql("select a.mean as one, b.mean as other from (" + own + ") a join (" + own
                + ") b on a.pair = b.pair");
        for (String arm : List.of(first, second)) {
            statement = statement.param(experiment.reference()).param(arm);
            statement = column.isPresent() ? statement : statement.param(metric.name());
        }
        var complete = statement;
        return database.ask(() -> complete.query((row, _) -> new double[]{row.getDouble("one"),
            row.getDouble("other")}).list());
    }

    /** The column of what is measured of every job; the names of both are the same but for their spelling. */
    private static Optional<String> column(Metric metric) {
        return Metric.OfJob.named(metric.name()).map(own -> own.name().toLowerCase(Locale.ROOT));
    }

    @Override
    public List<Pairing> pairings(Experiment experiment, String voter, int limit) {
        return database.ask(() -> sql(PAIRINGS).param(voter).param(experiment.reference()).param(limit)
                .query((row, _) -> new Pairing(row.getString("pair"), row.getString("first_job"),
                        row.getString("first_arm"), row.getString("second_job"), row.getString("second_arm"),
                        row.getInt("own") > 0))
                .list());
    }

    @Override
    public long observed(Experiment experiment) {
        return database.ask(() -> sql("select count(*) from experiment_value where experiment = ?")
                .param(experiment.reference()).query(Long.class).single());
    }

    @Override
    public List<Pair> newestPairs(Experiment experiment, int limit, @Nullable String before) {
        var jobs = new LinkedHashMap<String, Map<String, String>>();
        database.ask(() -> {
            jobs.clear();
            sql(NEWEST_PAIRS).param(experiment.reference()).param(experiment.reference()).param(before).param(before)
                    .param(limit).query((ResultSet row) -> {
                        jobs.computeIfAbsent(row.getString("pair"), _ -> new HashMap<>()).put(row.getString("arm"),
                                row.getString("job_id"));
                    });
            return jobs.size();
        });
        return jobs.entrySet().stream().map(entry -> new Pair(entry.getKey(), entry.getValue())).toList();
    }

    @Override
    public void noteLook(Experiment experiment, Look look) {
        database.ask(() -> sql(LOOK).param(experiment.reference()).param(look.arm()).param(look.mark())
                .param(Micros.of(look.at())).param(look.units()).param(look.value()).param(look.low())
                .param(look.high())
                .update());
    }

    @Override
    public List<Look> looks(Experiment experiment) {
        return database.ask(() -> sql("select * from experiment_look where experiment = ? order by arm, mark")
                .param(experiment.reference())
                .query((row, _) -> new Look(row.getString("arm"), Micros.time(row.getLong("at")), row.getLong("units"),
                        row.getDouble("value"), row.getDouble("low"), row.getDouble("high")))
                .list());
    }

    @Override
    public void measure(Experiment experiment, Measure measure) {
        database.ask(() -> sql(MEASURE).param(experiment.reference()).param(measure.arm()).param(measure.metric())
                .param(Micros.of(measure.at())).param(measure.samples()).param(measure.value()).param(measure.low())
                .param(measure.high()).update());
    }

    @Override
    public List<Measure> measures(Experiment experiment) {
        return database.ask(() -> sql("select * from experiment_measure where experiment = ? order by arm, metric")
                .param(experiment.reference())
                .query((row, _) -> new Measure(row.getString("arm"), row.getString("metric"),
                        Micros.time(row.getLong("at")),
                        row.getLong("samples"), row.getDouble("value"), row.getDouble("low"), row.getDouble("high")))
                .list());
    }

    @Override
    public boolean vote(Vote vote) {
        return database.ask(() -> sql(VOTE).param(vote.experiment().reference()).param(vote.pairing().pair())
                .param(vote.pairing().firstArm()).param(vote.pairing().secondArm()).param(vote.voter())
                .param(vote.preference().name()).param(Micros.of(vote.at())).update() == 1);
    }

    @Override
    public List<Tally> tallies(Experiment experiment) {
        record Votes(String first, String second, Preference preference, long votes) {}
        List<Votes> votes = database.ask(() -> sql(TALLIES).param(experiment.reference())
                .query((row, _) -> new Votes(row.getString("first_arm"), row.getString("second_arm"),
                        Preference.valueOf(row.getString("preference")), row.getLong("votes")))
                .list());
        Map<List<String>, Map<Preference, Long>> byArms = votes.stream()
                .collect(Collectors.groupingBy(vote -> List.of(vote.first(), vote.second()),
                        Collectors.toMap(Votes::preference, Votes::votes)));
        Function<Map<Preference, Long>, long[]> counts = of -> Arrays.stream(Preference.values())
                .mapToLong(preference -> of.getOrDefault(preference, 0L)).toArray();
        return byArms.entrySet().stream().map(entry -> {
            long[] of = counts.apply(entry.getValue());
            return new Tally(entry.getKey().getFirst(), entry.getKey().getLast(), of[0], of[1], of[2], of[3]);
        }).toList();
    }

    private static Experiment read(ResultSet row, int number) throws SQLException {
        return Json.MAPPER.readValue(row.getString("record"), Experiment.class);
    }
}
