package dev.pathline.engine.objective.flowmap;

import dev.pathline.engine.graph.InputNames;
import dev.pathline.diffusion.prediction.Preconditioning;
import dev.pathline.diffusion.schedule.Edm;
import dev.pathline.engine.objective.Auxiliary;
import dev.pathline.engine.objective.Distance;
import dev.pathline.engine.objective.Drawing;
import dev.pathline.engine.objective.Mix;
import dev.pathline.engine.objective.ObjectiveFamily;
import dev.pathline.engine.objective.ObjectiveFacts;
import dev.pathline.engine.objective.ObjectiveSettings;
import dev.pathline.engine.objective.Recipe;
import dev.pathline.engine.objective.Row;
import dev.pathline.engine.objective.Source;
import java.util.List;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/**
 * Consistency training: a consistency function has one value at both ends of a small piece of the path, which a sample and
 * one draw of noise stand for. Song et al.'s (arXiv 2303.01469, algorithm 3), with targets of an average that follows closer
 * and closer; Song and Dhariwal's improved one (arXiv 2310.14189); Geng et al.'s easy one, whose pieces begin as long as the path
 * (arXiv 2406.14548).
 *
 * @param function the wrapped network
 * @param pair which noise levels are compared
 * @param steps of the run
 * @param targets whose evaluations targets are made of
 * @param firstDecay the share of the average that is kept at first, {@code mu0}; of no meaning for other targets
 * @param byGap whether a piece counts by the inverse of its length
 * @param distance how both values are compared
 */
public record ConsistencyTraining(ConsistencyFunction function, NoisePair pair, long steps, Source targets,
        double firstDecay, boolean byGap, Distance distance) implements ConsistencyFunction.OfFunction {

    /** Consistency training. */
    public static final ObjectiveFamily FAMILY = ObjectiveFamily.ofData("consistency-training",
            settings -> read(settings, "uniform", Source.AVERAGE, "squared"));

    /** Improved consistency training. */
    public static final ObjectiveFamily IMPROVED = ObjectiveFamily.ofData("improved-consistency-training",
            settings -> read(settings, "log-normal", Source.STUDENT, "pseudo-huber"));

    /** Easy consistency tuning. */
    public static final ObjectiveFamily EASY = ObjectiveFamily.ofData("easy-consistency-training",
            settings -> read(settings, "continuous", Source.STUDENT, "pseudo-huber"));

    private static Function<ObjectiveFacts, dev.pathline.engine.objective.Objective> read(ObjectiveSettings settings,
            String kind, Source standard, String distances) {
        NoisePair pair = NoisePair.read(settings, kind);
        Source targets = Settings.targets(settings, standard);
        double decay = Settings.targetDecay(settings, targets, targets == Source.AVERAGE ? 0.9 : 0);
        ToDoubleFunction<ObjectiveFacts> sigmaData = Settings.sigmaData(settings);
        Function<ObjectiveFacts, Distance> distance = Settings.distance(settings, distances);
        return facts -> {
            var schedule = new Edm(pair.least(), pair.most());
            var wrapping = new Preconditioning.Consistency(sigmaData.applyAsDouble(facts), pair.least());
            return new ConsistencyTraining(
                    new ConsistencyFunction(schedule, wrapping, facts.timeInput().apply(schedule)), pair,
                    facts.knownSteps(), targets, decay, !kind.equals("uniform"), distance.apply(facts));
        };
    }

    @Override
    public Recipe recipe() {
        return Recipe.of(List.of(InputNames.TIME), List.of(Auxiliary.of(targets)), distance);
    }

    @Override
    public void draw(Drawing drawing, Row row) {
        NoisePair.Levels levels = pair.draw(drawing.random(), drawing.step(), steps);
        Mix x = function.point(levels.from());
        function.input(row, x, levels.from());
        // Clean data are their own value; something has to be evaluated nevertheless.
        double evaluated = Math.max(levels.to(), pair.least());
        Mix value = function.evaluate(row, 0, function.point(evaluated), evaluated);
        function.target(row, x, levels.from(), levels.to() < pair.least() ? Mix.of(1, 0) : value);
        double weight = byGap ? 1 / (levels.from() - levels.to()) : 1;
        row.weight(weight, function.outputWeight(levels.from()));
    }

    /** {@code exp(s0 ln mu0 / N(k))} (arXiv 2303.01469, appendix C); constant for other grids. */
    @Override
    public double targetDecay(long step) {
        return pair instanceof NoisePair.Uniform uniform
                ? StrictMath.exp(uniform.first() * StrictMath.log(firstDecay) / uniform.levels(step, steps))
                : firstDecay;
    }

    @Override
    public boolean lossMayRise() {
        return true;
    }
}
