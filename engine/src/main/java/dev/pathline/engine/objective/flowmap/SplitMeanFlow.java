package dev.pathline.engine.objective.flowmap;

import dev.pathline.engine.objective.Auxiliary;
import dev.pathline.engine.objective.Distance;
import dev.pathline.engine.objective.Drawing;
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
 * SplitMeanFlow: a jump is two jumps, {@code (t - r) u(x_t, t, r) = (t - s) u(x_t, t, s) + (s - r) u(x_s, s, r)} with
 * {@code x_s = x_t - (t - s) u(x_t, t, s)} (Guo et al., arXiv 2507.16884, equation 9). Targets are the network's own, so the
 * velocity has to be learnt first: in the warm-up every row learns that.
 *
 * @param path the path and the network's inputs
 * @param pair how times are drawn
 * @param share the share of rows with {@code r < t}, after the warm-up
 * @param warmUp the share of the run in which all rows learn the velocity
 * @param steps of the run
 * @param targets whose evaluations targets are made of
 * @param targetDecay of the average, where they are an average's
 * @param guidance learned guidance
 * @param distance how output and target are compared
 */
public record SplitMeanFlow(StraightPath path, TimePair pair, double share, double warmUp, long steps, Source targets,
        double targetDecay, Guided guidance, Distance distance) implements AverageVelocity {

    /** SplitMeanFlow. */
    public static final ObjectiveFamily FAMILY = ObjectiveFamily.ofData("split-mean-flow", SplitMeanFlow::read);

    private static Function<ObjectiveFacts, Objective> read(ObjectiveSettings settings) {
        TimePair pair = TimePair.read(settings, -0.4, 1);
        double jumps = Settings.share(settings, 0.5);
        double warmUp = settings.number("warmUp", Range.BELOW_ONE, 0.3);
        Source targets = Settings.targets(settings, Source.STUDENT);
        double decay = Settings.targetDecay(settings, targets, 0.999);
        Guided guidance = Guided.read(settings);
        Function<ObjectiveFacts, Distance> distance = Settings.distance(settings);
        return facts -> new SplitMeanFlow(StraightPath.of(facts), pair, jumps, warmUp,
                warmUp == 0 ? 1 : facts.knownSteps(), targets, decay, guidance.of(facts.guided()),
                distance.apply(facts));
    }

    private Auxiliary half() {
        return Auxiliary.of(targets).forShare(share);
    }

    @Override
    public Recipe recipe() {
        List<Auxiliary> all = new ArrayList<>(guidance.auxiliaries());
        all.addAll(List.of(half(), half()));
        return Recipe.of(path.names(), all, distance);
    }

    @Override
    public void draw(Drawing drawing, Row row) {
        int next = guidance.auxiliaries().size();
        boolean jumps = drawing.has(half()) && drawing.step() > warmUp * steps;
        Jump jump = Jump.draw(path, pair, guidance, jumps, drawing, row);
        double t = jump.t();
        double r = jump.r();
        double scale = jump.scale();
        double lambda = drawing.random().nextDouble();
        double s = t - lambda * (t - r);
        row.auxiliary(next, 1, path.inputs(t, s, scale)).add(path.point(t), 1);
        row.auxiliary(next + 1, 1, path.inputs(s, r, scale)).add(path.point(t), 1).value(next, s - t);
        if (jumps) {
            row.target().value(next, lambda).value(next + 1, 1 - lambda);
        }
    }

    @Override
    public double targetDecay(long step) {
        return targetDecay;
    }

    @Override
    public boolean lossMayRise() {
        return warmUp > 0;
    }
}
