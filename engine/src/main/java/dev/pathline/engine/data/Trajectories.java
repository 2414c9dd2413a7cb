package dev.pathline.engine.data;

import dev.pathline.diffusion.schedule.ScheduleSpec;
import java.util.List;

/**
 * Whole solves of a teacher's probability-flow ODE: of each sample the state at every time that was kept, from pure noise to
 * the finished sample. With two states a trajectory is a pair of noise and sample, as knowledge distillation (arXiv
 * 2101.02388) and reflow (arXiv 2209.03003) regress on; with more, every state regresses to a later one (CMT, arXiv
 * 2509.24526).
 *
 * <p>As a data set it is the finished samples with their labels, so whatever trains on data trains on it. Its
 * {@link #sha256} covers every state, the noise and what made them.
 */
public interface Trajectories extends Dataset {

    /**
     * Returns the time of each state that was kept, in the schedule's own time, strictly decreasing, at least two: the first is
     * that of pure noise, the last that of the finished sample, which is 0 where the solver ends at clean data.
     */
    List<Double> times();

    /** Returns the teacher's noise schedule, to whose time {@link #times} belong. */
    ScheduleSpec schedule();

    /**
     * Writes a state to {@code target} from {@code offset}. The first is exactly the point that the solver began at: the
     * schedule's prior scale times unit noise of the trajectory's seed and index.
     *
     * @param index which trajectory, from 0
     * @param state which of {@link #times}, from 0
     */
    void copyState(int index, int state, float[] target, int offset);

    /** Writes the last state: the finished sample. */
    @Override
    default void copy(int index, float[] target, int offset) {
        copyState(index, times().size() - 1, target, offset);
    }
}
