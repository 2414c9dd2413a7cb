package dev.pathline.benchmarks.precision;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;

/**
 * The errors of one solver, by growing cost.
 *
 * @param name what the legend says
 * @param family what the solver is related to
 * @param points by growing cost
 */
record Curve(
        String name,
        Family family,
        List<Point> points) {

    /** More than what float32 leaves of the difference between two solvers that are one in exact arithmetic. */
    private static final double SAME = 1e-3;

    /** Takes a copy of the points whose error is a positive number. */
    Curve {
        points = points.stream().filter(point -> point.error > 0 && Double.isFinite(point.error)).toList();
    }

    /** Returns the error at the largest cost that is at most {@code evaluations} and at least three quarters of it. */
    OptionalDouble errorAt(int evaluations) {
        return points.stream()
                .filter(point -> point.evaluations <= evaluations && point.evaluations >= 0.75 * evaluations)
                .mapToDouble(Point::error).reduce((first, last) -> last);
    }

    /** Returns the curves with those joined that are the same, under all their names. */
    static List<Curve> joined(List<Curve> curves) {
        List<Curve> joined = new ArrayList<>();
        for (Curve curve : curves) {
            int same = 0;
            while (same < joined.size() && !joined.get(same).equalsInPoints(curve)) {
                same++;
            }
            if (same == joined.size()) {
                joined.add(curve);
            } else {
                Curve first = joined.get(same);
                joined.set(same, new Curve(first.name + " = " + curve.name, first.family, first.points));
            }
        }
        return joined;
    }

    private boolean equalsInPoints(Curve other) {
        if (points.size() != other.points.size()) {
            return false;
        }
        for (int i = 0; i < points.size(); i++) {
            if (points.get(i).evaluations != other.points.get(i).evaluations
                    || Math.abs(points.get(i).error / other.points.get(i).error - 1) > SAME) {
                return false;
            }
        }
        return true;
    }

    /**
     * One measurement.
     *
     * @param evaluations evaluations of the model for one sample; a mean where samples differ
     * @param error in the units of the problem
     */
    record Point(double evaluations, double error) {}
}
