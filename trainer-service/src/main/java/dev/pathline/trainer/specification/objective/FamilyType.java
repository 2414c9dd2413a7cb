package dev.pathline.trainer.specification.objective;

import dev.pathline.engine.objective.ObjectiveFamily;

/** The word of an objective that reads its settings itself. */
record FamilyType(ObjectiveFamily family) implements ObjectiveType {

    @Override
    public String word() {
        return family.word();
    }

    @Override
    public boolean needsTeacher() {
        return family.teacher();
    }

    @Override
    public boolean needsTrajectories() {
        return family.trajectories();
    }

    @Override
    public ObjectiveSpec read(ObjectiveFields fields) {
        return fields.family(family);
    }
}
