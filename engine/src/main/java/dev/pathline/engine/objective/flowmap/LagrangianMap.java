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
 * Lagrangian flow-map matching: where a jump ends moves with the velocity there, {@code d/dr Psi_{t->r}(x) = v(Psi, r)}, so
 *
 * <pre>{@code u(x, t, r) = u(Psi, r, r) + (t - r) du/dr}</pre>
 *
 * <p>with a derivative along a time alone (Boffi et al., arXiv 2505.18825, proposition 3.1, self-distillation).
 *
 * @param path the path and the network's inputs
 * @param pair how times are drawn
 * @param share the share of rows with {@code r < t}
 * @param delta half the step of central differences; 0 for the exact derivative
 * @param guidance learned guidance
 * @param distance how output and target are compared
 */
public record LagrangianMap(StraightPath path, TimePair pair, double share, double delta, Guided guidance,
        Distance distance) implements AverageVelocity {

    /** Lagrangian flow-map matching. */
    public static final ObjectiveFamily FAMILY = ObjectiveFamily.ofData("lagrangian", LagrangianMap::read);

    private static Function<ObjectiveFacts, Objective> read(ObjectiveSettings settings) {
        TimePair pair = TimePair.read(settings, -0.4, 1);
        double jumps = Settings.share(settings, 0.5);
        double delta = Settings.delta(settings);
        Guided guidance = Guided.read(settings);
        Function<ObjectiveFacts, Distance> distance = Settings.distance(settings);
        return facts -> {
            StraightPath path = StraightPath.of(facts);
            path.requireSmooth(delta);
            return new LagrangianMap(path, pair, jumps, delta, guidance.of(facts.guided()), distance.apply(facts));
        };
    }

    private Auxiliary own() {
        return Auxiliary.of(Source.STUDENT).forShare(share);
    }

    @Override
    public Recipe recipe() {
        List<Auxiliary> all = new ArrayList<>(guidance.auxiliaries());
        all.addAll(EndDerivative.auxiliaries(own(), delta));
        all.add(own());
        return Recipe.of(path.names(), all, distance);
    }

    @Override
    public void draw(Drawing drawing, Row row) {
        int next = guidance.auxiliaries().size();
        boolean jumps = drawing.has(own());
        Jump jump = Jump.draw(path, pair, guidance, jumps, drawing, row);
        if (!jumps) {
            return;
        }
        double t = jump.t();
        double r = jump.r();
        double scale = jump.scale();
        int end = EndDerivative.write(path, row, next, path.point(t), t, r, scale, delta);
        row.auxiliary(end, 1, path.inputs(r, r, scale)).add(path.point(t), 1).value(next, r - t);
        row.target().value(end, 1);
    }

    @Override
    public boolean needsSinglePrecision() {
        return delta > 0;
    }
}
