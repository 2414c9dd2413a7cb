package dev.pathline.engine.objective.flowmap;

import dev.pathline.engine.objective.Auxiliary;
import dev.pathline.engine.objective.Mix;
import dev.pathline.engine.objective.Row;
import java.util.List;

/**
 * The part {@code (t - r) du/dr} of a target: how an average velocity changes with where its jump ends. It is had exactly, by
 * a tangent along the second time, or by two more evaluations on both sides of it.
 */
public final class EndDerivative {

    private EndDerivative() {}

    /** Returns the evaluations: first that of the jump itself. */
    public static List<Auxiliary> auxiliaries(Auxiliary own, double delta) {
        return delta == 0 ? List.of(own.withTangent()) : List.of(own, own, own);
    }

    /**
     * Writes those evaluations and what they add to the target.
     *
     * @param first the number of the first of them
     * @param x the point at which the jump begins
     * @return the number of the next evaluation
     */
    public static int write(StraightPath path, Row row, int first, Mix x, double t, double r, double scale,
            double delta) {
        row.auxiliary(first, 1, path.inputs(t, r, scale)).add(x, 1);
        if (delta == 0) {
            row.direction(first, path.moves(0, 1));
            row.target().tangent(first, t - r);
            return first + 1;
        }
        if (r < delta && r + 2 * delta <= t) {
            // None ends beyond data: there the derivative is had from one side, to the same order.
            double part = (t - r) / (2 * delta);
            row.auxiliary(first + 1, 1, path.inputs(t, r + delta, scale)).add(x, 1);
            row.auxiliary(first + 2, 1, path.inputs(t, r + 2 * delta, scale)).add(x, 1);
            row.target().value(first, -3 * part).value(first + 1, 4 * part).value(first + 2, -part);
            return first + 3;
        }
        // Jumps of a negative length are none: the stencil stays where there are some.
        double middle = Math.max(Math.min(r, t - delta), Math.min(delta, t / 2));
        row.auxiliary(first + 1, 1, path.inputs(t, middle + delta, scale)).add(x, 1);
        row.auxiliary(first + 2, 1, path.inputs(t, middle - delta, scale)).add(x, 1);
        row.target().value(first + 1, (t - r) / (2 * delta)).value(first + 2, (r - t) / (2 * delta));
        return first + 3;
    }
}
