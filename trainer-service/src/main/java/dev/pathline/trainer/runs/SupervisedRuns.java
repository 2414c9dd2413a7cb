package dev.pathline.trainer.runs;

import dev.pathline.common.disk.FolderLock;
import dev.pathline.common.error.ApiException;
import dev.pathline.common.error.ErrorCode;
import dev.pathline.common.job.JobIds;
import dev.pathline.common.port.TrainingRuns;
import dev.pathline.common.wire.TrainingRunAnswer;
import dev.pathline.common.wire.TrainingRunEvent;
import dev.pathline.engine.training.TrainingException;
import dev.pathline.engine.training.WriteFailure;
import dev.pathline.trainer.facts.RunReports;
import dev.pathline.trainer.life.RunCommand;
import dev.pathline.trainer.life.RunFiles;
import dev.pathline.trainer.life.RunRecord.Owner;
import dev.pathline.trainer.life.RunRecord;
import dev.pathline.trainer.life.RunState;
import dev.pathline.trainer.life.RunTransition;
import dev.pathline.trainer.specification.TrainingSpec;
import dev.pathline.trainer.specification.TrainingSpecs;
import dev.pathline.trainer.specification.fields.SpecProblem;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;
import tools.jackson.databind.JsonNode;

/** The runs of a folder and of the supervisor that trains them. */
final class SupervisedRuns implements TrainingRuns {

    private static final int MAX_POINTS = 2000;
    private static final long LOOK_SECONDS = 1;
    /** How often the lock of a run that has ended is waited for. */
    private static final int LEAVING = 10;

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
        String yaml = format == Format.JSON ? SpecificationJson.yaml(specification) : specification;
        TrainingSpec spec = checks.check(yaml);
        try (FolderLock _ = store.lock()) {
            Optional<RunHome> same = sameName(spec.name());
            if (same.isPresent()) {
                return new Submitted(answers.whole(requireSame(same.get(), yaml)), false);
            }
            long arrival = nextArrival();
            RunHome created = store.create(RunRecord.accepted(spec.name() + "-" + ids.next(), spec.name(),
                    Owner.SERVER, arrival, spec.batch(), spec.steps(), clock.instant()), yaml,
                    new TrainingRunEvent.Queued(RunAnswers.position(store.all(), arrival)));
            supervisor.wake();
            return new Submitted(answers.whole(created), true);
        } catch (IOException e) {
            throw new ApiException(ErrorCode.NO_ROOM, "The run cannot be stored: " + WriteFailure.reason(e));
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
        RunHome home = home(id);
        if (RunAnswers.state(home) != RunState.PAUSED) {
            change(home, "paused", () -> home.decide(new RunCommand.Pause()));
            supervisor.stop(home);
        }
        return answers.whole(home);
    }

    @Override
    public TrainingRunAnswer resume(String id, boolean force) {
        RunHome home = home(id);
        try (FolderLock _ = store.lock()) {
            long arrival = nextArrival();
            var resume = new RunCommand.Resume(Owner.SERVER, arrival, RunAnswers.position(store.all(), arrival), force);
            change(home, "resumed", () -> {
                if (home.run().owner() == Owner.COMMAND && !home.run().state().ended()) {
                    // Nobody else has its lock: a command line left it in the middle.
                    home.decide(new RunCommand.TakeOver(Owner.SERVER));
                    home.decide(new RunCommand.Pause());
                }
                return home.decide(resume);
            });
        } catch (IOException e) {
            throw unwritten(home, "resumed", e);
        }
        supervisor.wake();
        return answers.whole(home);
    }

    @Override
    public TrainingRunAnswer cancel(String id) {
        RunHome home = home(id);
        if (!home.run().state().ended()) {
            change(home, "cancelled", () -> home.decide(new RunCommand.Cancel()));
            supervisor.stop(home);
            supervisor.wake();
        }
        return answers.whole(home);
    }

    @Override
    public TrainingRunAnswer purge(String id) {
        RunHome home = home(id);
        if (!home.run().state().ended()) {
            throw new ApiException(ErrorCode.RUN_STATE, "Run " + id + " is " + RunAnswers.state(home).wire()
                    + " and cannot be deleted: cancel it first");
        }
        TrainingRunAnswer last = answers.whole(home);
        // Who has just read the last event finds the trainer still leaving.
        for (int i = 1;; i++) {
            try {
                store.delete(home);
                return last;
            } catch (TrainingException e) {
                if (i == LEAVING) {
                    throw new ApiException(ErrorCode.RUN_STATE,
                            "Run " + id + " is about to stop: delete it in a moment");
                }
            } catch (IOException e) {
                throw new ApiException(ErrorCode.NO_ROOM,
                        "Run " + id + " cannot be deleted: " + WriteFailure.reason(e));
            }
        }
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
        int batch = home.run().batch();
        return home.journal().history().points(MAX_POINTS).stream().map(point -> point.event(point.step() * batch))
                .toList();
    }

    @Override
    public Optional<byte[]> sheet(String id, long step) {
        return RunFiles.bytes(RunFiles.sheet(home(id).folder(), step));
    }

    @Override
    public Optional<byte[]> report(String id) {
        RunHome home = home(id);
        // Drawn as the run is now: the file is written when it ends or stops.
        return home.run().startedAt() == null
                ? Optional.empty()
                : Optional.of(RunReports.html(home.folder(), home.journal().history())
                        .getBytes(StandardCharsets.UTF_8));
    }

    /** Ends every stream of events: their readers connect again where they were. */
    void close() {
        closing.tryEmitEmpty();
    }

    /** Changes a run that no other process is at work on; what is answered is on disk. */
    private void change(RunHome home, String word, RunHome.Change<RunTransition> change) {
        try {
            if (home.alone(change) instanceof RunTransition.Refused) {
                throw new ApiException(ErrorCode.RUN_STATE, refusal(home.run(), word));
            }
        } catch (TrainingException e) {
            throw new ApiException(ErrorCode.RUN_STATE, "Run " + home.run().id() + " is " + home.run().state().wire()
                    + " in another process, such as ./pathline train: stop it there");
        } catch (IOException e) {
            throw unwritten(home, word, e);
        }
    }

    private static String refusal(RunRecord run, String word) {
        return "Run " + run.id() + (run.delivering() && !run.state().ended()
                ? " is done training, and its result is on its way to where it is used: it is too late for it to be "
                : " is " + run.state().wire() + " and cannot be ") + word;
    }

    private static ApiException unwritten(RunHome home, String word, IOException e) {
        return new ApiException(ErrorCode.NO_ROOM, "Run " + home.run().id() + " is not " + word
                + ", since its record cannot be written: " + WriteFailure.reason(e));
    }

    private RunHome home(String id) {
        return store.find(id).orElseThrow(() -> new ApiException(ErrorCode.UNKNOWN_RUN, "Run "
                + (id.length() > 128 ? id.substring(0, 128) + "..." : id) + " is not known here"));
    }

    private long nextArrival() {
        return 1 + store.all().stream().mapToLong(home -> home.run().arrival()).max().orElse(0);
    }

    /** The run of a name that has not ended, if there is one; of a command line's only one that is at work. */
    private Optional<RunHome> sameName(String name) {
        return store.all().stream().filter(home -> home.run().name().equals(name) && !home.run().state().ended()
                && (home.run().owner() == Owner.SERVER || home.isTaken())).findFirst();
    }

    private static RunHome requireSame(RunHome home, String yaml) {
        JsonNode given = TrainingSpecs.tree(yaml, RunFiles.SPEC);
        if (!RunAnswers.spec(home).map(given::equals).orElse(false)) {
            throw SpecChecks.refused(List.of(new SpecProblem("name", "is that of run " + home.run().id() + ", which is "
                    + home.run().state().wire() + " with other settings: choose another name, or cancel that run")), 1);
        }
        return home;
    }
}
