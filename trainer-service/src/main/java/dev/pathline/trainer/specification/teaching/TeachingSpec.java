package dev.pathline.trainer.specification.teaching;

import dev.pathline.diffusion.guidance.CfgInterval;
import dev.pathline.engine.data.trajectory.TrajectoryOrder;
import org.jspecify.annotations.Nullable;

/**
 * The finished models that a run makes use of.
 *
 * @param start the model whose weights it begins from, {@code name} or {@code name@version}; null for new weights
 * @param teacher the model that it learns from, or null
 * @param trajectories the trajectories that it trains on in place of the data, or null
 */
public record TeachingSpec(@Nullable String start, @Nullable TeacherSpec teacher,
        @Nullable TrajectoriesSpec trajectories) {

    /** What a stage calls the one before it. */
    public static final String PREVIOUS = "previous";

    /** No other model. */
    public static final TeachingSpec NONE = new TeachingSpec(null, null, null);

    /**
     * The model that a run learns from.
     *
     * @param model {@code name} or {@code name@version}
     * @param cfgScale the scale at which it is guided; 1 for not at all
     * @param cfgInterval where it is guided, in {@code sigma/alpha}
     */
    public record TeacherSpec(String model, double cfgScale, CfgInterval cfgInterval) {}

    /** Trajectories to train on. */
    public sealed interface TrajectoriesSpec {

        /**
         * Trajectories that there are.
         *
         * @param path their folder
         */
        record Given(String path) implements TrajectoriesSpec {}

        /**
         * Trajectories that the run makes with its teacher, in its own folder.
         *
         * @param order what is made
         */
        record Made(TrajectoryOrder order) implements TrajectoriesSpec {}
    }
}
