package dev.pathline.engine.data.trajectory;

import dev.pathline.diffusion.schedule.ScheduleSpec;
import dev.pathline.engine.data.Dataset;
import dev.pathline.engine.data.Trajectories;
import java.util.List;

/**
 * Trajectories that are not made yet: everything that is known of them before. With it a run can be checked before hours are
 * spent on making them; it cannot be trained on.
 *
 * @param facts what they will be made of
 * @param standardDeviation what stands in for that of the samples
 */
public record PlannedTrajectories(TrajectoryFacts facts, double standardDeviation) implements Trajectories {

    @Override
    public List<Double> times() {
        return facts.times();
    }

    @Override
    public ScheduleSpec schedule() {
        return facts.schedule();
    }

    @Override
    public int size() {
        return facts.count();
    }

    @Override
    public List<Integer> shape() {
        return facts.shape();
    }

    @Override
    public int label(int index) {
        return facts.classes().isEmpty() ? Dataset.NO_LABEL : facts.label(index);
    }

    /** @throws IllegalStateException always */
    @Override
    public void copyState(int index, int state, float[] target, int offset) {
        throw new IllegalStateException("the trajectories are not made yet");
    }

    /** Returns nothing: there are no states to hash. */
    @Override
    public String sha256() {
        return "";
    }
}
