package dev.pathline.engine.objective.flowmap;

import dev.pathline.engine.objective.Auxiliary;
import dev.pathline.engine.objective.Distance;
import dev.pathline.engine.objective.Drawing;
import dev.pathline.engine.objective.Mix;
import dev.pathline.engine.objective.Objective;
import dev.pathline.engine.objective.ObjectiveFamily;
import dev.pathline.engine.objective.ObjectiveFacts;
import dev.pathline.engine.objective.ObjectiveSettings;
import dev.pathline.engine.objective.Recipe;
import dev.pathline.engine.objective.Row;
import dev.pathline.engine.objective.Source;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * MeanFlow: the average velocity satisfies {@code u = v - (t - r) du/dt}, with the derivative along the path
 * (Geng et al., arXiv 2505.13447, equation 6), {@code u} on the right without gradient.
 *
 * <p>Improved MeanFlow takes that derivative along the network's own velocity instead of the sample's, which makes the loss
 * a regression without noise in its derivative (Geng et al., arXiv 2512.02012, section 4.1).
 *
 * @param path the path and the network's inputs
 * @param pair how times are drawn
 * @param share the share of rows with {@code r < t}; the others learn the velocity itself
 * @param predicted whether the derivative is along the network's own velocity
 * @param delta half the step of central differences; 0 for the exact derivative
 * @param guidance learned guidance
 * @param distance how output and target are compared
 */
public record MeanFlow(StraightPath path, TimePair pair, double share, boolean predicted, double delta, Guided guidance,
        Distance distance) implements AverageVelocity {

    /** MeanFlow. */
    public static final ObjectiveFamily FAMILY = ObjectiveFamily.ofData("mean-flow",
            settings -> read(settings, false, 0.25));

    /** Improved MeanFlow. */
    public static final ObjectiveFamily IMPROVED = ObjectiveFamily.ofData("improved-mean-flow",
            settings -> read(settings, true, 0.5));

    private static Function<ObjectiveFacts, Objective> read(ObjectiveSettings settings, boolean predicted,
            double share) {
        TimePair pair = TimePair.read(settings, -0.4, 1);
        double jumps = Settings.share(settings, share);
        double delta = Settings.delta(settings);
        Guided guidance = Guided.read(settings);
        Function<ObjectiveFacts, Distance> distance = Settings.distance(settings);
        return facts -> {
            StraightPath.of(facts).requireSmooth(delta);
            return new MeanFlow(StraightPath.of(facts), pair, jumps, predicted, delta,
                    guidance.of(facts.guided()), distance.apply(facts));
        };
    }

    @Override
    public Recipe recipe() {
        List<Auxiliary> all = new ArrayList<>(guidance.auxiliaries());
        Auxiliary own = Auxiliary.of(Source.STUDENT).forShare(share);
        if (predicted) {
            all.add(own);
        }
        if (delta == 0) {
            all.add(own.withTangent());
        } else {
            all.addAll(List.of(own, own));
        }
        return Recipe.of(path.names(), all, distance);
    }

    @Override
    public void draw(Drawing drawing, Row row) {
        int next = guidance.auxiliaries().size();
        boolean jumps = drawing.has(Auxiliary.of(Source.STUDENT).forShare(share));
        Jump jump = Jump.draw(path, pair, guidance, jumps, drawing, row);
        if (!jumps) {
            return;
        }
        double t = jump.t();
        double r = jump.r();
        double scale = jump.scale();
        row.target().add(jump.velocity(), 1);
        Mix along = jump.velocity();
        if (predicted) {
            row.auxiliary(next, 1, path.inputs(t, t, scale)).add(path.point(t), 1);
            along = Mix.value(next);
            next++;
        }
        if (delta == 0) {
            row.auxiliary(next, 1, path.inputs(t, r, scale)).add(path.point(t), 1);
            row.direction(next, path.moves(1, 0)).add(along, 1);
            row.target().tangent(next, r - t);
        } else {
            row.auxiliary(next, 1, path.inputs(t + delta, r, scale)).add(path.point(t), 1).add(along, delta);
            row.auxiliary(next + 1, 1, path.inputs(t - delta, r, scale)).add(path.point(t), 1).add(along, -delta);
            row.target().value(next, (r - t) / (2 * delta)).value(next + 1, (t - r) / (2 * delta));
        }
    }

    @Override
    public boolean needsSinglePrecision() {
        return delta > 0;
    }
}
