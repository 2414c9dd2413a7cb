package dev.pathline.trainer.facts;

import dev.pathline.common.report.ProgressPoint;
import dev.pathline.common.report.RunHistory.Entry;
import dev.pathline.common.report.RunHistory;
import dev.pathline.common.wire.TrainingRunEvent;
import dev.pathline.engine.graph.Network;
import dev.pathline.engine.network.SmallConvNet;
import dev.pathline.engine.network.SmallConvNetConfigJson;
import dev.pathline.engine.training.Budget;
import dev.pathline.trainer.life.RunRecord;
import dev.pathline.trainer.specification.TrainingSpec;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.stream.Stream;

/** What is said of a run in numbers and names. */
final class RunFacts {

    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm 'UTC'", Locale.ROOT)
            .withZone(ZoneOffset.UTC);

    private RunFacts() {}

    /** Returns names and values, in the order in which they are shown. */
    static SequencedMap<String, String> of(RunHistory history, Optional<TrainingSpec> spec,
            Optional<RunRecord> record) {
        var facts = new LinkedHashMap<String, String>();
        facts.put("state", record.flatMap(RunFacts::atRest).orElseGet(() -> state(history)));
        if (history.step() > 0) {
            facts.put("step", String.format(Locale.ROOT, "%,d of %,d", history.step(), history.steps()));
            ProgressPoint last = history.points().getLast();
            facts.put("loss", String.format(Locale.ROOT, "%.4g", last.loss()));
        }
        spec.ifPresent(known -> specification(facts, known, history));
        history.last(TrainingRunEvent.Started.class).map(Entry::note).filter(commit -> !commit.isEmpty())
                .ifPresent(commit -> facts.put("commit", commit.substring(0, Math.min(12, commit.length()))));
        history.of(TrainingRunEvent.Started.class).stream().map(Entry::at).filter(Objects::nonNull).findFirst()
                .or(() -> record.map(RunRecord::startedAt)).ifPresent(at -> facts.put("started", TIME.format(at)));
        latest(history).ifPresent(at -> facts.put("last heard of", TIME.format(at)));
        long parts = parts(history);
        if (parts > 1) {
            facts.put("parts", parts + ", interrupted and gone on with");
        }
        return facts;
    }

    /** How often the run was begun or gone on with. Who starts one that has succeeded gets another result of it. */
    private static long parts(RunHistory history) {
        long parts = 0;
        boolean done = false;
        for (Entry entry : history.entries()) {
            if (entry.event() instanceof TrainingRunEvent.Started) {
                parts += done ? 0 : 1;
                done = false;
            }
            done |= entry.event() instanceof TrainingRunEvent.Succeeded;
        }
        return parts;
    }

    private static void specification(Map<String, String> facts, TrainingSpec spec, RunHistory history) {
        Map<String, String> settings = spec.settings();
        if (spec.task() instanceof TrainingSpec.Task.Denoising) {
            facts.put("objective", settings.getOrDefault("objective.type", ""));
        }
        facts.put("data", spec.data().format() + ", " + spec.data().path());
        facts.put("network", switch (spec.task()) {
            case TrainingSpec.Task.Denoising task ->
                network(task.network().config().type().className(), task.network().config().build());
            case TrainingSpec.Task.Classification task ->
                network(SmallConvNetConfigJson.CLASS_NAME, SmallConvNet.build(task.network()));
        });
        facts.put("batch", Integer.toString(spec.batch()));
        facts.put("budget", switch (spec.budget()) {
            case Budget.Steps(long count) -> String.format(Locale.ROOT, "%,d images", count * spec.batch());
            case Budget.Time(Duration limit) -> duration(limit);
        });
        facts.put("seed", Long.toString(spec.seed()));
        facts.put("profile", spec.profile().name());
        double seconds = 0;
        for (ProgressPoint point : history.points()) {
            double images = (double) (point.step() - point.since()) * spec.batch();
            seconds += point.imagesPerSecond() > 0 ? images / point.imagesPerSecond() : 0;
        }
        if (seconds > 0) {
            facts.put("time in training", duration(Duration.ofMillis(Math.round(1000 * seconds))));
        }
    }

    private static String network(String name, Network network) {
        return String.format(Locale.ROOT, "%s, %,d parameters", name, network.parameterCount());
    }

    /**
     * The state of a run that nobody trains, by its record: it may have changed since the log's last line. The record of one
     * that is at work, or has just ended, says no more than the log.
     */
    private static Optional<String> atRest(RunRecord record) {
        return switch (record.state()) {
            case QUEUED, PAUSED, CANCELLED -> Optional.of(record.state().wire());
            case RUNNING, BLOCKED, SUCCEEDED, FAILED -> Optional.empty();
        };
    }

    /** The state that the log tells: whether a run without an end is at work or was killed, it does not know. */
    private static String state(RunHistory history) {
        String state = "not started";
        for (Entry entry : history.entries()) {
            state = switch (entry.event()) {
                case TrainingRunEvent.Started _,TrainingRunEvent.Unblocked _ -> "running, or interrupted";
                case TrainingRunEvent.Preparation _ -> "makes what it trains on, or interrupted";
                case TrainingRunEvent.Queued _,TrainingRunEvent.Resumed _ -> "queued";
                case TrainingRunEvent.Blocked _ -> "waits until it can write";
                case TrainingRunEvent.SteppedBack _ -> "stepped back";
                case TrainingRunEvent.Paused _ -> "paused";
                case TrainingRunEvent.Cancelled _ -> "cancelled";
                case TrainingRunEvent.Succeeded _ -> "succeeded";
                case TrainingRunEvent.Failed _ -> "failed";
                case TrainingRunEvent.Progress _,TrainingRunEvent.Snapshot _,TrainingRunEvent.Sheet _,TrainingRunEvent.Evaluation _,TrainingRunEvent.Warning _ ->
                    state;
            };
        }
        return state;
    }

    private static Optional<Instant> latest(RunHistory history) {
        return Stream
                .concat(history.entries().stream().map(Entry::at), history.points().stream().map(ProgressPoint::at))
                .filter(Objects::nonNull).max(Comparator.naturalOrder());
    }

    private static String duration(Duration time) {
        return time.toHours() > 0
                ? time.toHours() + " h " + time.toMinutesPart() + " min"
                : time.toMinutes() > 0
                        ? time.toMinutes() + " min " + time.toSecondsPart() + " s"
                        : time.toSeconds() + " s";
    }
}
