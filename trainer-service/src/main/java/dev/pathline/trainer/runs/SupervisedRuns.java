package dev.pathline.trainer.runs;

import dev.pathline.common.error.ApiException;
import dev.pathline.common.error.ErrorCode;
import dev.pathline.common.job.JobIds;
import dev.pathline.common.port.TrainingRuns;
import dev.pathline.common.training.RunCommand;
import dev.pathline.common.training.RunRecord;
import dev.pathline.common.training.RunRecord.Owner;
import dev.pathline.common.training.RunState;
import dev.pathline.common.training.RunTransition;
import dev.pathline.common.wire.Json;
import dev.pathline.common.wire.TrainingRunAnswer;
import dev.pathline.common.wire.TrainingRunEvent;
import dev.pathline.engine.training.WriteFailure;
import dev.pathline.trainer.SpecProblem;
import dev.pathline.trainer.TrainingSpec;
import dev.pathline.trainer.TrainingSpecs;
import dev.pathline.trainer.report.RunHistory;
import dev.pathline.trainer.report.RunReport;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** The runs of a folder and of the supervisor that trains them. */
final class SupervisedRuns implements TrainingRuns {

    private static final int MAX_POINTS = 2000;
    private static final long LOOK_SECONDS = 1;
    private static final int LEAVING = 100;
    private static final int GLANCES = 15;
    private static final long LEAVING_NANOS = 20_000_000;

    private final RunStore store;
    private final RunSupervisor supervisor;
    private final SpecChecks checks;
    private final RunAnswers answers;
    private final Clock clock;
    private final JobIds ids;
    private final Sinks.Empty<Void> closing = Sinks.empty();

    SupervisedRuns(RunStore store, RunSupervisor supervisor, SpecChecks checks, Clock clock) {
        this.store = store;
        this.supervisor = supervisor;
        this.checks = checks;
        this.answers = new RunAnswers(store);
        this.clock = clock;
        this.ids = new JobIds(clock);
    }

    @Override
    public Submitted submit(String specification, Format format) {
        String yaml = format == Format.JSON ? TrainingSpecs.write(json(specification)) : specification;
        TrainingSpec spec = checks.check(yaml);
        synchronized (this) {
            Optional<RunHome> same = sameName(spec.name());
            if (same.isPresent()) {
                return new Submitted(answers.whole(requireSame(same.get(), yaml)), false);
            }
            long arrival = nextArrival();
            RunHome created = create(RunRecord.accepted(spec.name() + "-" + ids.next(), spec.name(), Owner.SERVER,
                    arrival, spec.batch(), spec.steps(), clock.instant()), yaml);
            created.tell(new TrainingRunEvent.Queued(RunAnswers.position(store.all(), arrival)));
            supervisor.wake();
            return new Submitted(answers.whole(created), true);
        }
    }

    @Override
    public List<TrainingRunAnswer> list() {
        return answers.all();
    }

    @Override
    public TrainingRunAnswer find(String id) {
        return answers.whole(home(id));
    }

    @Override
    public TrainingRunAnswer pause(String id) {
        RunHome home = ours(id);
        if (RunAnswers.state(home) != RunState.PAUSED) {
            change(home, new RunCommand.Pause(), "paused");
            supervisor.stop(home);
        }
        return answers.whole(home);
    }

    @Override
    public synchronized TrainingRunAnswer resume(String id) {
        RunHome home = ours(id);
        if (RunAnswers.state(home) == RunState.PAUSED && home.run().state() != RunState.PAUSED) {
            // A command line left it in the middle.
            home.apply(new RunCommand.TakeOver(Owner.SERVER));
            home.apply(new RunCommand.Pause());
        }
        long arrival = nextArrival();
        change(home, new RunCommand.Resume(Owner.SERVER, arrival, RunAnswers.position(store.all(), arrival)),
                "resumed");
        supervisor.wake();
        return answers.whole(home);
    }

    @Override
    public TrainingRunAnswer cancel(String id) {
        RunHome home = home(id);
        if (!home.run().state().ended()) {
            change(ours(id), new RunCommand.Cancel(), "cancelled");
            supervisor.stop(home);
            supervisor.wake();
        }
        return answers.whole(home);
    }

    @Override
    public synchronized TrainingRunAnswer purge(String id) {
        RunHome home = home(id);
        if (!home.run().state().ended()) {
            throw new ApiException(ErrorCode.RUN_STATE, "Run " + id + " is " + RunAnswers.state(home).wire()
                    + " and cannot be deleted: cancel it first");
        }
        // Who has just read the last event finds the trainer still leaving.
        for (int i = 0; i < LEAVING && home.isTaken(); i++) {
            LockSupport.parkNanos(LEAVING_NANOS);
        }
        if (home.isTaken()) {
            throw new ApiException(ErrorCode.RUN_STATE, "Run " + id + " is about to stop: delete it in a moment");
        }
        TrainingRunAnswer last = answers.whole(home);
        try {
            store.delete(home);
        } catch (IOException e) {
            throw new ApiException(ErrorCode.NO_ROOM, "Run " + id + " cannot be deleted: " + WriteFailure.reason(e));
        }
        return last;
    }

    @Override
    public Flux<LoggedRunEvent> events(String id, long after) {
        return Flux.defer(() -> {
            RunHome home = home(id);
            // What another process appends is looked for now and then, while somebody reads.
            Disposable look = Schedulers.boundedElastic().schedulePeriodically(home::refresh, LOOK_SECONDS,
                    LOOK_SECONDS, TimeUnit.SECONDS);
            return home.journal().read(after).doFinally(signal -> look.dispose());
        }).takeUntilOther(closing.asMono());
    }

    @Override
    public List<TrainingRunEvent.Progress> progress(String id) {
        RunHome home = home(id);
        try {
            return RunHistory.read(home.folder()).points(MAX_POINTS).stream()
                    .map(point -> ProgressEvents.of(point, home.run().batch())).toList();
        } catch (IOException e) {
            throw new UncheckedIOException("the log of run " + id + " cannot be read", e);
        }
    }

    @Override
    public Optional<byte[]> sheet(String id, long step) {
        return RunFiles.bytes(RunFiles.sheet(home(id).folder(), step));
    }

    @Override
    public Optional<byte[]> report(String id) {
        RunHome home = home(id);
        try {
            // Drawn as the run is now: the file is written when it ends or stops.
            return home.run().startedAt() == null
                    ? Optional.empty()
                    : Optional.of(RunReport.html(home.folder()).getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException("the log of run " + id + " cannot be read", e);
        }
    }

    /** Ends every stream of events: their readers connect again where they were. */
    void close() {
        closing.tryEmitEmpty();
    }

    private void change(RunHome home, RunCommand command, String word) {
        if (home.apply(command) instanceof RunTransition.Refused) {
            throw new ApiException(ErrorCode.RUN_STATE, "Run " + home.run().id() + " is " + home.run().state().wire()
                    + " and cannot be " + word);
        }
    }

    private RunHome home(String id) {
        return store.find(id).orElseThrow(() -> new ApiException(ErrorCode.UNKNOWN_RUN, "Run "
                + (id.length() > 128 ? id.substring(0, 128) + "..." : id) + " is not known here"));
    }

    /** A run that no other process is at work on. */
    private RunHome ours(String id) {
        RunHome home = home(id);
        // Free in a moment: a lock that somebody only looks at, and that of a trainer of ours which is just leaving.
        for (int i = 0; i < GLANCES && !home.isHeld() && home.isTaken(); i++) {
            LockSupport.parkNanos(LEAVING_NANOS);
        }
        if (!home.isHeld() && home.isTaken()) {
            throw new ApiException(ErrorCode.RUN_STATE, "Run " + id + " is " + home.run().state().wire()
                    + " in another process, such as ./pathline train: stop it there");
        }
        return home;
    }

    private RunHome create(RunRecord record, String yaml) {
        try {
            return store.create(record, yaml);
        } catch (IOException e) {
            throw new ApiException(ErrorCode.NO_ROOM, "The run cannot be stored: " + WriteFailure.reason(e));
        }
    }

    private long nextArrival() {
        return 1 + store.all().stream().mapToLong(home -> home.run().arrival()).max().orElse(0);
    }

    /** The run of a name that has not ended, if there is one. */
    private Optional<RunHome> sameName(String name) {
        return store.all().stream().filter(home -> home.run().name().equals(name) && !home.run().state().ended()
                && home.run().owner() == Owner.SERVER).findFirst();
    }

    private static RunHome requireSame(RunHome home, String yaml) {
        JsonNode given = TrainingSpecs.tree(yaml, RunFiles.SPEC);
        if (!RunAnswers.spec(home).map(given::equals).orElse(false)) {
            throw SpecChecks.refused(List.of(new SpecProblem("name", "is that of run " + home.run().id() + ", which is "
                    + home.run().state().wire() + " with other settings: choose another name, or cancel that run")));
        }
        return home;
    }

    private static JsonNode json(String text) {
        try {
            JsonNode tree = Json.MAPPER.readTree(text);
            if (tree.isObject()) {
                return tree;
            }
        } catch (JacksonException e) {
            throw new ApiException(ErrorCode.MALFORMED_JSON,
                    e.getOriginalMessage().lines().findFirst().orElse("It cannot be parsed"));
        }
        throw new ApiException(ErrorCode.INVALID_REQUEST, "The specification must be a JSON object");
    }
}
