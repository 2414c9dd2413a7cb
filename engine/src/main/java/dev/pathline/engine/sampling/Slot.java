package dev.pathline.engine.sampling;

import dev.pathline.diffusion.plan.Stage;

/** A place in a lane's state, and the sample that has it. */
final class Slot {

    final int index;
    final SlotTask task;
    int stage;

    Slot(int index, SlotTask task) {
        this.index = index;
        this.task = task;
    }

    Stage current() {
        return task.plan().stages().get(stage);
    }

    int currentStep() {
        return current().step();
    }

    boolean isLastStage() {
        return stage == task.plan().stages().size() - 1;
    }

    /** Whether the current stage is the last of its outer step. */
    boolean endsStep() {
        return isLastStage() || task.plan().stages().get(stage + 1).step() != current().step();
    }
}
