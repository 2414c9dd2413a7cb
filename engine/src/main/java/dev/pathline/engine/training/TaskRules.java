package dev.pathline.engine.training;

import dev.pathline.engine.graph.InputNames;
import dev.pathline.diffusion.schedule.NoiseSchedules;
import dev.pathline.engine.data.Dataset;
import dev.pathline.engine.data.Trajectories;
import dev.pathline.engine.data.augment.AugmentationSettings;
import dev.pathline.engine.graph.Network;
import dev.pathline.engine.graph.Op;
import dev.pathline.engine.objective.Auxiliary;
import dev.pathline.engine.objective.Objective;
import dev.pathline.engine.objective.Recipe;
import dev.pathline.engine.objective.Source;
import java.util.HashSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What an objective, a network, a teacher and data must have in common; each refusal says what does not fit. */
public final class TaskRules {

    private TaskRules() {}

    /**
     * Checks that a network takes the inputs that an objective gives: one that is not given would be a number that nobody chose,
     * and one that is not taken would be lost.
     *
     * @throws IllegalArgumentException if one is missing on either side; the message names it
     */
    public static void requireInputs(Network network, Recipe recipe) {
        List<String> taken = numbers(network);
        for (String name : recipe.inputs()) {
            if (!taken.contains(name)) {
                throw new IllegalArgumentException("the objective needs a network that takes '" + name + "'"
                        + (name.equals(InputNames.TARGET) ? ", a flow map's second time (target_embedding_type)" : "")
                        + (name.equals(InputNames.GUIDANCE)
                                ? ", the scale of guidance (guidance_embedding_type)"
                                : ""));
            }
        }
        for (String name : taken) {
            if (!recipe.inputs().contains(name)) {
                throw new IllegalArgumentException(
                        "the network takes '" + name + "', which the objective does not give");
            }
        }
    }

    static void requireTeacher(Network network, Recipe recipe, @Nullable Teacher teacher) {
        if (recipe.evaluates(Source.TEACHER) && teacher == null) {
            throw new IllegalArgumentException("the objective needs a teacher");
        }
        if (teacher == null) {
            return;
        }
        if (!recipe.evaluates(Source.TEACHER)) {
            throw new IllegalArgumentException("the objective does not evaluate a teacher");
        }
        List<Integer> own = network.inputs().getFirst().shape();
        List<Integer> other = teacher.network().inputs().getFirst().shape();
        if (!own.equals(other)) {
            throw new IllegalArgumentException("the teacher takes samples of shape " + other + ", the network " + own);
        }
        var known = new HashSet<>(names(network));
        known.addAll(recipe.inputs());
        for (String name : names(teacher.network())) {
            if (!known.contains(name)) {
                throw new IllegalArgumentException("the teacher takes '" + name + "', which the network does not");
            }
        }
    }

    static void requireTrajectories(Objective objective, Dataset data, AugmentationSettings augmentation) {
        if (!objective.needsTrajectories()) {
            return;
        }
        if (!(data instanceof Trajectories trajectories)) {
            throw new IllegalArgumentException("the objective needs trajectories of a teacher, and the data are none");
        }
        if (!objective.schedule().isSameProcess(NoiseSchedules.of(trajectories.schedule()))) {
            throw new IllegalArgumentException("the trajectories are of the schedule " + trajectories.schedule()
                    + ", the objective of " + objective.schedule().spec() + ": they must have one");
        }
        if (!augmentation.equals(AugmentationSettings.NONE)) {
            throw new IllegalArgumentException("the states of a trajectory belong together and cannot be varied one by"
                    + " one: leave the augmentation out");
        }
    }

    /**
     * Checks that every evaluation of a share of the rows has one.
     *
     * @param rows of a micro-batch
     * @throws IllegalArgumentException if one has none
     */
    public static void requireShares(Recipe recipe, int rows) {
        for (Auxiliary auxiliary : recipe.auxiliaries()) {
            if (auxiliary.rows(rows) < 1) {
                throw new IllegalArgumentException("an evaluation is of a share of " + auxiliary.share()
                        + " of the rows, which of a micro-batch of " + rows + " is none: enlarge the batch");
            }
        }
    }

    private static List<String> numbers(Network network) {
        return network.inputs().stream().map(value -> (Op.Input) value.op())
                .filter(input -> input.kind() == Op.Input.Kind.TIME).map(Op.Input::name).toList();
    }

    private static List<String> names(Network network) {
        return network.inputs().stream().map(value -> ((Op.Input) value.op()).name()).toList();
    }
}
