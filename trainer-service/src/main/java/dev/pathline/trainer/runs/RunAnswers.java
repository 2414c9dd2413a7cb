package dev.pathline.trainer.runs;

import dev.pathline.common.wire.TrainingRunAnswer;
import dev.pathline.trainer.life.RunFiles;
import dev.pathline.trainer.life.RunProgress;
import dev.pathline.trainer.life.RunRecord.Owner;
import dev.pathline.trainer.life.RunRecord;
import dev.pathline.trainer.life.RunState;
import dev.pathline.trainer.specification.TrainingSpecs;
import dev.pathline.trainer.specification.fields.SpecException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Turns runs into what clients see. */
final class RunAnswers {

    private final RunStore store;

    RunAnswers(RunStore store) {
        this.store = store;
    }

    /** A run with its specification. */
    TrainingRunAnswer whole(RunHome home) {
        return answer(home, store.all(), spec(home).orElse(null));
    }

    /** All runs, the newest first, without their specifications. */
    List<TrainingRunAnswer> all() {
        List<RunHome> homes = store.all();
        return homes.reversed().stream().map(home -> answer(home, homes, null)).toList();
    }

    /**
     * The state that clients see: a command line that was killed has left a run that waits to be resumed, and a run whose
     * very lock cannot be written is blocked though its record cannot say so.
     */
    static RunState state(RunHome home) {
        return state(home, home.run(), home.obstacle());
    }

    /** The state of a record and an obstacle that were read once: between two looks either may change. */
    private static RunState state(RunHome home, RunRecord run, @Nullable String obstacle) {
        boolean left = run.owner() == Owner.COMMAND && !run.state().ended() && run.state() != RunState.PAUSED
                && !home.isTaken();
        if (run.state() == RunState.QUEUED && obstacle != null) {
            return RunState.BLOCKED;
        }
        return left ? RunState.PAUSED : run.state();
    }

    /** The place in the queue that a run has which arrives at a time, 1 is next. */
    static int position(List<RunHome> homes, long arrival) {
        return 1 + (int) homes.stream().map(RunHome::run)
                .filter(run -> run.state() == RunState.QUEUED && run.owner() == Owner.SERVER && run.arrival() < arrival)
                .count();
    }

    /** A run's specification as it was given. */
    static Optional<JsonNode> spec(RunHome home) {
        try {
            return RunFiles.text(home.folder().resolve(RunFiles.SPEC))
                    .map(text -> TrainingSpecs.tree(text, RunFiles.SPEC));
        } catch (SpecException e) {
            return Optional.empty();
        }
    }

    private static TrainingRunAnswer answer(RunHome home, List<RunHome> homes, @Nullable JsonNode spec) {
        RunRecord run = home.run();
        String obstacle = home.obstacle();
        RunState state = state(home, run, obstacle);
        RunProgress p = run.progress();
        boolean runs = state == RunState.RUNNING;
        return new TrainingRunAnswer(run.id(), run.name(), state.wire(),
                (run.pausing() && state.atWork()) ? true : null,
                state == RunState.QUEUED ? position(homes, run.arrival()) : null, p.step(), p.steps(), p.images(),
                p.loss(), p.gradientNorm(), runs ? p.imagesPerSecond() : null, runs ? p.etaMs() : null,
                run.state() == RunState.QUEUED ? obstacle : run.blocked(),
                run.error(), run.model(), RunFiles.sheets(home.folder()), run.createdAt(), run.startedAt(),
                run.endedAt(), run.key(), spec);
    }
}
