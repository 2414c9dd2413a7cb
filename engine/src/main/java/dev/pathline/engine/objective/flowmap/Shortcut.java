package dev.pathline.engine.objective.flowmap;

import dev.pathline.diffusion.card.SamplingDefaults;
import dev.pathline.diffusion.prediction.TargetInput;
import dev.pathline.engine.objective.Auxiliary;
import dev.pathline.engine.objective.Distance;
import dev.pathline.engine.objective.Drawing;
import dev.pathline.engine.objective.Mix;
import dev.pathline.engine.objective.Objective;
import dev.pathline.engine.objective.ObjectiveFamily;
import dev.pathline.engine.objective.ObjectiveFacts;
import dev.pathline.engine.objective.ObjectiveSettings;
import dev.pathline.engine.objective.ObjectiveSettings.Range;
import dev.pathline.engine.objective.Recipe;
import dev.pathline.engine.objective.Row;
import dev.pathline.engine.objective.Source;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * Shortcut models: the network is told how long a jump is, 1 to 1/128, and a jump is two jumps of half the length
 * (Frans et al., arXiv 2410.12557, equation 5 and algorithm 1). A share of the rows learns that; the others learn the velocity
 * at the finest level, at the times at which the finest jumps begin.
 *
 * @param path the path and the network's inputs
 * @param share the share of rows that learn jumps, published 1/8 to 1/4
 * @param targets whose evaluations targets are made of
 * @param targetDecay of the average, where they are an average's
 * @param guidance learned guidance
 * @param distance how output and target are compared
 * @param bound points and targets are pressed into {@code [-bound, bound]}, published 4
 */
public record Shortcut(StraightPath path, double share, Source targets, double targetDecay, Guided guidance,
        Distance distance, double bound) implements AverageVelocity {

    /** Shortcut models. */
    public static final ObjectiveFamily FAMILY = ObjectiveFamily.ofData("shortcut", Shortcut::read);

    /** The level of the finest jumps, of {@code 2^-7}; the velocity's own. */
    private static final int FINEST = 7;

    private static Function<ObjectiveFacts, Objective> read(ObjectiveSettings settings) {
        double jumps = Settings.share(settings, 0.25);
        Source targets = Settings.targets(settings, Source.AVERAGE);
        double decay = Settings.targetDecay(settings, targets, 0.999);
        Guided guidance = Guided.read(settings);
        Function<ObjectiveFacts, Distance> distance = Settings.distance(settings);
        double bound = settings.number("bound", Range.POSITIVE, 4);
        return facts -> {
            StraightPath path = StraightPath.of(facts, TargetInput.LEVEL);
            return new Shortcut(path, jumps, targets, decay, guidance.of(facts.guided()), distance.apply(facts), bound);
        };
    }

    private Auxiliary half() {
        return Auxiliary.of(targets).forShare(share).within(bound);
    }

    @Override
    public Recipe recipe() {
        List<Auxiliary> all = new ArrayList<>(guidance.auxiliaries());
        all.addAll(List.of(half(), half()));
        return Recipe.of(path.names(), all, distance).within(bound);
    }

    @Override
    public void draw(Drawing drawing, Row row) {
        int next = guidance.auxiliaries().size();
        boolean jumps = drawing.has(half());
        int level = jumps ? drawing.random().nextInt(FINEST) : FINEST;
        int jumpsOfLevel = 1 << level;
        double length = 1.0 / jumpsOfLevel;
        double t = (drawing.random().nextInt(jumpsOfLevel) + 1) * length;
        double scale = guidance.draw(drawing.random());
        row.input(1, inputs(t, level, scale)).add(path.point(t), 1);
        row.noiseLevel(-StraightPath.SCHEDULE.halfLogSnr(t));
        Mix velocity = guidance.velocity(path, row, t, scale);
        if (!jumps) {
            row.target().add(velocity, 1);
            return;
        }
        double half = length / 2;
        row.auxiliary(next, 1, inputs(t, level + 1, scale)).add(path.point(t), 1);
        row.auxiliary(next + 1, 1, inputs(t - half, level + 1, scale)).add(path.point(t), 1).value(next, -half);
        row.target().value(next, 0.5).value(next + 1, 0.5);
    }

    private double[] inputs(double t, int level, double scale) {
        double[] inputs = path.inputs(t, t, scale);
        inputs[1] = level;
        return inputs;
    }

    @Override
    public SamplingDefaults recommended() {
        return new SamplingDefaults("shortcut", 1, null, 1).fitting(modelGuidance());
    }

    @Override
    public double targetDecay(long step) {
        return targetDecay;
    }
}
