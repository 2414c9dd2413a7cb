package dev.pathline.trainer.life;

import dev.pathline.common.wire.TrainingRunEvent;
import org.jspecify.annotations.Nullable;

/** What a command does to a training run. */
public sealed interface RunTransition {

    /** The run as it is after the command, changed or not. */
    RunRecord run();

    /**
     * The command takes effect.
     *
     * @param run the next record
     * @param event what the listeners are told, or null where the effect is still to come
     */
    record Moved(RunRecord run, @Nullable TrainingRunEvent event) implements RunTransition {}

    /**
     * The run is already as the command wants it.
     *
     * @param run the record as it is
     */
    record Unchanged(RunRecord run) implements RunTransition {}

    /**
     * The command makes no sense for a run in this state.
     *
     * @param run the record as it is
     */
    record Refused(RunRecord run) implements RunTransition {}
}
