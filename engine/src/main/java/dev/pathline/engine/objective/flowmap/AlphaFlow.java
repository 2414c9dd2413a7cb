package dev.pathline.engine.objective.flowmap;

import dev.pathline.engine.objective.Auxiliary;
import dev.pathline.engine.objective.Distance;
import dev.pathline.engine.objective.Drawing;
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
 * alpha-Flow, also known as SoFlow's solution-flow target: with {@code l = t - alpha (t - r)},
 *
 * <pre>{@code u(x_t, t, r) = alpha v + (1 - alpha) u(x_l, l, r)}</pre>
 *
 * <p>One number leads from flow matching ({@code alpha = 1}) over shortcuts to the gradient of MeanFlow
 * ({@code alpha -> 0}); it goes down while a run learns. Errors shrink with {@code alpha}, so they are divided by it
 * before their distance is taken (Zhang et al., arXiv 2510.20771, equation 9; Luo et al., arXiv 2512.15657, equation 13).
 *
 * @param path the path and the network's inputs
 * @param pair how times are drawn
 * @param share the share of rows with {@code r < t}
 * @param alpha how alpha goes
 * @param steps of the run
 * @param targets whose evaluations targets are made of
 * @param targetDecay of the average, where they are an average's
 * @param guidance learned guidance
 * @param distance how output and target are compared
 * @param bound targets are pressed into {@code [-bound, bound]}
 */
public record AlphaFlow(StraightPath path, TimePair pair, double share, Curriculum alpha, long steps, Source targets,
        double targetDecay, Guided guidance, Distance distance, double bound) implements AverageVelocity {

    /** alpha-Flow. */
    public static final ObjectiveFamily FAMILY = ObjectiveFamily.ofData("alpha-flow", AlphaFlow::read);

    private static Function<ObjectiveFacts, Objective> read(ObjectiveSettings settings) {
        TimePair pair = TimePair.read(settings, -0.4, 1);
        double jumps = Settings.share(settings, 0.5);
        Curriculum alpha = Curriculum.read(settings,
                new Curriculum(Curriculum.Shape.SIGMOID, 1, 0.05, 0, 0.8, 25));
        if (alpha.first() > 1 || alpha.last() > 1) {
            settings.problem("curriculum", "is of alpha, a number above 0 and up to 1");
            alpha = new Curriculum(Curriculum.Shape.CONSTANT, 1, 1, 0, 1, 1);
        }
        Source targets = Settings.targets(settings, Source.STUDENT);
        double decay = Settings.targetDecay(settings, targets, 0.999);
        Guided guidance = Guided.read(settings);
        Function<ObjectiveFacts, Distance> distance = Settings.distance(settings);
        double bound = Settings.bound(settings);
        Curriculum chosen = alpha;
        return facts -> new AlphaFlow(StraightPath.of(facts), pair, jumps, chosen,
                chosen.shape() == Curriculum.Shape.CONSTANT ? 1 : facts.knownSteps(), targets, decay,
                guidance.of(facts.guided()), distance.apply(facts), bound);
    }

    private Auxiliary later() {
        return Auxiliary.of(targets).forShare(share);
    }

    @Override
    public Recipe recipe() {
        List<Auxiliary> all = new ArrayList<>(guidance.auxiliaries());
        all.add(later());
        return Recipe.of(path.names(), all, distance).within(bound);
    }

    @Override
    public void draw(Drawing drawing, Row row) {
        int next = guidance.auxiliaries().size();
        boolean jumps = drawing.has(later());
        Jump jump = Jump.draw(path, pair, guidance, jumps, drawing, row);
        if (!jumps) {
            return;
        }
        double share = alpha.at(drawing.step(), steps);
        double gap = share * (jump.t() - jump.r());
        row.auxiliary(next, 1, path.inputs(jump.t() - gap, jump.r(), jump.scale())).add(path.point(jump.t()), 1)
                .add(jump.velocity(), -gap);
        row.target().add(jump.velocity(), share).value(next, 1 - share);
        row.weight(share, 1 / share);
    }

    @Override
    public double targetDecay(long step) {
        return targetDecay;
    }

    /** The part of a target that is not the network's own answer a little later shrinks with alpha. */
    @Override
    public boolean needsSinglePrecision() {
        return alpha.last() < 0.05;
    }

    @Override
    public boolean lossMayRise() {
        return alpha.shape() != Curriculum.Shape.CONSTANT;
    }
}
