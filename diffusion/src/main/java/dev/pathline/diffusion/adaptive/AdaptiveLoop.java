package dev.pathline.diffusion.adaptive;

import dev.pathline.diffusion.adaptive.SolveFailedException.Reason;
import org.jspecify.annotations.Nullable;

/**
 * The one loop of all adaptive solvers: attempts a step, takes it or tries a shorter one, and chooses the next length. The
 * field's value at a point is kept when an attempt from there is thrown away.
 */
final class AdaptiveLoop {
    /** Steps of fewer spacings of the position than this are mostly rounding. */
    private static final double SPACINGS = 10;

    private final int maxEvaluations;
    private EmbeddedMethod method;
    private double position;
    private double[] x;
    private double @Nullable [] value;
    private int accepted;
    private int rejected;
    private int spentBefore;

    /** A loop that stands at {@code x}, at the position that {@code method} calls {@code position}. */
    AdaptiveLoop(EmbeddedMethod method, double[] x, double position, int maxEvaluations) {
        this.method = method;
        this.maxEvaluations = maxEvaluations;
        this.position = position;
        this.x = x;
    }

    /** Goes on by another method, which calls the place {@code here}. */
    void change(EmbeddedMethod other, double here) {
        spentBefore += method.evaluations();
        method = other;
        position = here;
        value = null;
    }

    /** Steps to {@code end} exactly; the last step is as long as is left. */
    void to(double end) {
        double length = position == end ? 0 : method.firstLength(x, value(), position, end);
        boolean retry = false;
        while (position != end) {
            double left = Math.abs(end - position);
            double next = length >= left ? end : position + Math.copySign(length, end - position);
            Attempt attempt = method.attempt(x, value(), position, next);
            double error = norm(attempt);
            double factor = method.control().factor(error);
            if (error <= 1) {
                position = next;
                x = attempt.x;
                value = attempt.value;
                accepted++;
                // Directly after a rejection a longer step is likely to be rejected again.
                factor = retry ? Math.min(factor, 1) : factor;
                retry = false;
            } else {
                rejected++;
                retry = true;
                require(Math.min(length, left) * factor > SPACINGS * Math.ulp(position),
                        Double.isFinite(error) ? Reason.NO_PROGRESS : Reason.NOT_FINITE);
            }
            length = Math.min(length, left) * factor;
            require(evaluations() <= maxEvaluations, Reason.TOO_MANY_EVALUATIONS);
        }
    }

    /** Returns the field's value where the loop stands. */
    double[] value() {
        double[] known = value;
        if (known == null) {
            known = method.value(x, position);
            value = known;
        }
        require(Vectors.isFinite(x) && Vectors.isFinite(known), Reason.NOT_FINITE);
        return known;
    }

    /** Returns the point where the loop stands. */
    double[] x() {
        return x;
    }

    /** Returns {@code result} with what it cost to get here. */
    AdaptiveSolution solution(double[] result) {
        return new AdaptiveSolution(result, accepted, rejected, evaluations());
    }

    private int evaluations() {
        return spentBefore + method.evaluations();
    }

    /** The root mean square of the error in units of what is tolerated. */
    private double norm(Attempt attempt) {
        double sum = 0;
        for (int i = 0; i < x.length; i++) {
            double ratio = attempt.error[i] / method.scale(x[i], attempt.reference[i]);
            sum += ratio * ratio;
        }
        return Math.sqrt(sum / x.length);
    }

    private void require(boolean condition, Reason reason) {
        if (!condition) {
            throw new SolveFailedException(reason, "stopped at t = " + method.time(position) + " after " + accepted
                    + " steps and " + evaluations() + " evaluations");
        }
    }
}
