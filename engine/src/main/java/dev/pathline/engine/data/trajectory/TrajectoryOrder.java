package dev.pathline.engine.data.trajectory;

import dev.pathline.diffusion.card.InvalidSettingException;
import dev.pathline.diffusion.card.ModelCard;
import dev.pathline.diffusion.plan.SamplingPlan;
import dev.pathline.diffusion.plan.Stage;
import dev.pathline.diffusion.planner.Planner;
import dev.pathline.diffusion.planner.SamplingSettings;
import dev.pathline.engine.checkpoint.ModelIdentity;
import dev.pathline.engine.script.NumericProfile;
import java.util.List;
import java.util.stream.IntStream;

/**
 * What trajectories are asked for.
 *
 * @param settings how the teacher's ODE is solved; what is null is the default of the teacher's card
 * @param states how many states are kept of a trajectory, the noise and the sample among them, as evenly over the steps as it
 *        goes: 2 for pairs, one more than the steps for all
 * @param count how many trajectories
 * @param seed the seed of the noise
 * @param store how states are stored
 */
public record TrajectoryOrder(SamplingSettings settings, int states, int count, long seed, StateType store) {

    /** Samples that are under way at once; as many as keep a processor busy. */
    private static final int BATCH = 64;

    /** The most values that a batch holds on the host: fewer of larger samples are under way. */
    private static final int MOST_VALUES = 1 << 25;

    /**
     * Checks the numbers.
     *
     * @throws InvalidSettingException for {@code count} or {@code states}, if there are too few
     */
    public TrajectoryOrder {
        if (count < 1) {
            throw new InvalidSettingException("count", "The number of trajectories must be at least 1, not " + count
                    + ".");
        }
        if (states < 2) {
            throw new InvalidSettingException("states",
                    "The number of states must be at least 2, the noise and the sample, not " + states + ".");
        }
    }

    /**
     * Returns the solver's plan.
     *
     * @throws InvalidSettingException if the teacher does not accept a setting, the solver draws noise on its way, so that the
     *         sample is no function of the noise that it starts from, or it has fewer points than states are wanted
     */
    public SamplingPlan plan(ModelCard card) {
        SamplingPlan plan = Planner.plan(card, conditional(card));
        if (plan.stages().stream().anyMatch(Stage::needsNoise)) {
            throw new InvalidSettingException("solver", "Solver '" + plan.solver() + "' draws noise on its way, so that"
                    + " its samples are no function of the noise that they start from; choose a deterministic one, such"
                    + " as ddim or dpm-solver++-2m.");
        }
        if (states > plan.steps() + 1) {
            throw new InvalidSettingException("states", "A solve of " + plan.steps() + " steps has "
                    + (plan.steps() + 1) + " states, the noise and the sample among them, not " + states + ".");
        }
        return plan;
    }

    /**
     * Returns what the trajectories are made of.
     *
     * @param profile how the teacher's network computes
     * @throws InvalidSettingException as {@link #plan} does
     */
    public TrajectoryFacts facts(ModelIdentity teacher, ModelCard card, NumericProfile profile) {
        SamplingSettings wanted = conditional(card);
        SamplingPlan plan = plan(card);
        double[] times = Planner.times(card, wanted).times();
        List<Integer> kept = IntStream.range(0, states)
                .map(i -> (int) Math.round((double) i * plan.steps() / (states - 1))).boxed().toList();
        long values = (long) (states - 1) * card.dimension();
        return new TrajectoryFacts(teacher, profile.name(), Solve.of(card, wanted, plan), seed, count,
                Math.clamp(MOST_VALUES / values, 1, BATCH), card.shape(), card.classes(), card.schedule(),
                plan.initialScale(), kept, kept.stream().map(i -> times[i]).toList(), store);
    }

    /** Where there are classes, each trajectory has one. */
    private SamplingSettings conditional(ModelCard card) {
        return settings.withConditional(card.conditional());
    }
}
