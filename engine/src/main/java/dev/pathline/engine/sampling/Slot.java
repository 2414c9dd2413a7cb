package dev.pathline.engine.sampling;

import dev.pathline.diffusion.plan.Stage;
import dev.pathline.engine.sampling.Conditions.Condition;

/** A place in a lane's state, and the sample that has it. */
public final class Slot {

    private final int index;
    private final SlotTask task;
    private final Condition[] conditions;
    private final SlotNoise noise;
    private boolean placed;
    private int stage;

    Slot(int index, SlotTask task, Condition[] conditions, SlotNoise noise) {
        this.index = index;
        this.task = task;
        this.conditions = conditions;
        this.noise = noise;
    }

    /** Returns the sample. */
    public SlotTask task() {
        return task;
    }

    /** Returns which of the plan's stages is next, from 0. */
    public int stage() {
        return stage;
    }

    /** Returns how many rows of network evaluation the next stage takes. */
    public int rows() {
        return current().rows();
    }

    int index() {
        return index;
    }

    /** Returns the sample's conditions, one a column of its lane. */
    Condition[] conditions() {
        return conditions;
    }

    /** Returns the sample's noise. */
    SlotNoise noise() {
        return noise;
    }

    /** Returns whether the place's registers still are those of its last tenant. */
    boolean isToBePlaced() {
        return !placed;
    }

    /** The place's registers are the sample's. */
    void place() {
        placed = true;
    }

    Stage current() {
        return task.plan().stages().get(stage);
    }

    int currentStep() {
        return current().step();
    }

    void advance() {
        stage++;
    }

    boolean isLastStage() {
        return stage == task.plan().stages().size() - 1;
    }

    /** Whether the current stage is the last of its outer step. */
    boolean endsStep() {
        return isLastStage() || task.plan().stages().get(stage + 1).step() != current().step();
    }
}
