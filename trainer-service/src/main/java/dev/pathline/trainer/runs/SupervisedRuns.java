package dev.pathline.trainer.runs;

import dev.pathline.common.disk.FolderLock;
import dev.pathline.common.error.ApiException;
import dev.pathline.common.error.ErrorCode;
import dev.pathline.common.error.Shown;
import dev.pathline.common.job.JobIds;
import dev.pathline.common.port.TrainingRuns;
import dev.pathline.common.wire.TrainingRunAnswer;
import dev.pathline.common.wire.TrainingRunEvent;
import dev.pathline.engine.training.TrainingException;
import dev.pathline.engine.training.WriteFailure;
import dev.pathline.trainer.facts.RunReports;
import dev.pathline.trainer.life.RunCommand;
import dev.pathline.trainer.life.RunFiles;
import dev.pathline.trainer.life.RunRecord;
import dev.pathline.trainer.life.RunRecord.Owner;
import dev.pathline.trainer.life.RunState;
import dev.pathline.trainer.life.RunTransition;
import dev.pathline.trainer.life.RunWish;
import dev.pathline.trainer.specification.TrainingSpec;
import dev.pathline.trainer.specification.TrainingSpecs;
import dev.pathline.trainer.specification.fields.SpecProblem;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;
import tools.jackson.databind.JsonNode;

/** The runs of a folder and of the supervisor that trains them. */
final class SupervisedRuns implements TrainingRuns {

    private static final Logger LOG = LoggerFactory.getLogger(SupervisedRuns.class);
    private static final int MAX_POINTS = 2000;
    private static final long LOOK_SECONDS = 1;
    /** How often the lock of a run that has ended is waited for. */
    private static final int LEAVING = 10;
    private static final long HEED_MILLIS = 100;
    /** How often a wish is looked after that another process has not heeded: ten seconds. */
    private static final int HEARD_WITHIN = 100;

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
        supervisor.heeding(this::heed);
    }

    @Override
    public Submitted submit(String specification, Format format, @Nullable String owner) {
        String yaml = format == Format.JSON ? SpecificationJson.yaml(specification) : specification;
        TrainingSpec spec = checks.check(yaml);
        try (FolderLock _ = store.lock()) {
            Optional<RunHome> same = sameName(spec.name());
            if (same.isPresent()) {
                return new Submitted(answers.whole(requireSame(same.get(), yaml, owner)), false);
            }
            long arrival = nextArrival();
            RunHome created = store.create(RunRecord.accepted(spec.name() + "-" + ids.next(), spec.name(),
                    Owner.SERVER, arrival, spec.batch(), spec.steps(), clock.instant()).of(owner), yaml,
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
            change(home, "paused", RunWish.PAUSE, () -> home.decide(new RunCommand.Pause()));
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
            change(home, "resumed", null, () -> {
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
            change(home, "cancelled", RunWish.CANCEL, () -> home.decide(new RunCommand.Cancel()));
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

    /**
     * Changes a run; what is answered is on disk.
     *
     * @param wish what another trainer is asked for that is at work on it, or null for what it cannot do
     */
    private void change(RunHome home, String word, @Nullable RunWish wish, RunHome.Change<RunTransition> change) {
        try {
            if (home.alone(change) instanceof RunTransition.Refused) {
                throw new ApiException(ErrorCode.RUN_STATE, refusal(home.run(), word));
            }
        } catch (TrainingException e) {
            if (wish == null || home.run().owner() != Owner.SERVER || !ask(home, wish)) {
                throw new ApiException(ErrorCode.RUN_STATE, "Run " + home.run().id() + " is "
                        + home.run().state().wire() + " in another process, such as ./pathline train: stop it there");
            }
            if (wish == RunWish.CANCEL && home.run().state() != RunState.CANCELLED) {
                throw new ApiException(ErrorCode.RUN_STATE, refusal(home.run(), word));
            }
        } catch (IOException e) {
            throw unwritten(home, word, e);
        }
    }

    /** Asks the trainer that is at work on a run. Returns whether it has heard. */
    private static boolean ask(RunHome home, RunWish wish) {
        try {
            wish.leave(home.folder());
            for (int i = 0; i < HEARD_WITHIN && RunWish.isLeft(home.folder()); i++) {
                TimeUnit.MILLISECONDS.sleep(HEED_MILLIS);
            }
            boolean heard = !RunWish.isLeft(home.folder());
            RunWish.takeAway(home.folder());
            home.refresh();
            return heard;
        } catch (IOException e) {
            throw unwritten(home, "asked for", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** Does what another process wishes of the run that is at work here. */
    private void heed(RunHome home) {
        Optional<RunWish> wish = RunWish.of(home.folder());
        if (wish.isEmpty()) {
            return;
        }
        try {
            switch (wish.get()) {
                case PAUSE -> pause(home.run().id());
                case CANCEL -> cancel(home.run().id());
            }
        } catch (ApiException e) {
            LOG.info("what another process wishes of run {} cannot be: {}", home.run().id(), e.detail());
        }
        try {
            RunWish.takeAway(home.folder());
        } catch (IOException e) {
            LOG.warn("a wish stays in the folder of run {}, and is heeded again: {}", home.run().id(), e.getMessage());
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
                + Shown.start(id, 128) + " is not known here"));
    }

    private long nextArrival() {
        return 1 + store.all().stream().mapToLong(home -> home.run().arrival()).max().orElse(0);
    }

    /** The run of a name that has not ended, if there is one; of a command line's only one that is at work. */
    private Optional<RunHome> sameName(String name) {
        return store.all().stream().filter(home -> home.run().name().equals(name) && !home.run().state().ended()
                && (home.run().owner() == Owner.SERVER || home.isTaken())).findFirst();
    }

    private static RunHome requireSame(RunHome home, String yaml, @Nullable String owner) {
        if (!Objects.equals(home.run().key(), owner)) {
            throw SpecChecks.refused(List.of(new SpecProblem("name",
                    "is that of a run of somebody else which has not ended: choose another name")), 1);
        }
        JsonNode given = TrainingSpecs.tree(yaml, RunFiles.SPEC);
        if (!RunAnswers.spec(home).map(given::equals).orElse(false)) {
            throw SpecChecks.refused(List.of(new SpecProblem("name", "is that of run " + home.run().id() + ", which is "
                    + home.run().state().wire() + " with other settings: choose another name, or cancel that run")), 1);
        }
        return home;
    }
}
