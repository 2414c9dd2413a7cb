package dev.pathline.diffusion.solver;

import dev.pathline.diffusion.plan.Combination;
import dev.pathline.diffusion.prediction.Affine;
import dev.pathline.diffusion.schedule.NoiseSchedule;
import java.util.ArrayList;
import java.util.List;

/**
 * A bounded step in {@code lambda} in one of the two {@link Form}s, with what the derivatives of the prediction
 * contribute to it: for {@code m(s) = sum_k D_k s^k / k!}, where {@code D_k = h^k d^k m / d lambda^k} at {@code t}, it is
 * {@code constant - S z sum_{k>=1} phi_{k+1}(z) D_k}.
 */
record ExponentialStep(
        Form form,
        NoiseSchedule schedule,
        double t,
        double u) {

    static ExponentialStep of(Form form, Step step) {
        return new ExponentialStep(form, step.schedule(), step.t(), step.u());
    }

    double h() {
        return schedule.halfLogSnr(u) - schedule.halfLogSnr(t);
    }

    double z() {
        return form.sign() * h();
    }

    double scale() {
        return form.scale(schedule, u);
    }

    /** The weights of the point and of a constant prediction. */
    Affine constant() {
        return form.constant(schedule, t, u);
    }

    /** The step for a constant prediction. */
    Combination constant(Combination point, Combination value) {
        Affine constant = constant();
        return point.times(constant.x()).plus(value.times(constant.output()));
    }

    /** The weight of {@code D_k}, {@code k >= 1}. */
    double weight(int k) {
        return -scale() * z() * Phi.of(k + 1, z());
    }

    /**
     * {@code D_0, D_1, ...} of the polynomial in {@code lambda} through the newest predictions, made at the given times:
     * Newton's divided differences, expanded at {@code t}.
     */
    List<Combination> derivatives(double[] times) {
        int n = times.length;
        double[] nodes = new double[n];
        for (int i = 0; i < n; i++) {
            nodes[i] = (schedule.halfLogSnr(times[i]) - schedule.halfLogSnr(t)) / h();
        }
        var terms = new ArrayList<>(Past.VALUES.subList(0, n));
        for (int order = 1; order < n; order++) {
            for (int i = n - 1; i >= order; i--) {
                terms.set(i, terms.get(i).minus(terms.get(i - 1)).times(1 / (nodes[i] - nodes[i - order])));
            }
        }
        for (int j = n - 2; j >= 0; j--) {
            for (int i = j; i < n - 1; i++) {
                terms.set(i, terms.get(i).minus(terms.get(i + 1).times(nodes[j])));
            }
        }
        double factorial = 1;
        for (int k = 2; k < n; k++) {
            factorial *= k;
            terms.set(k, terms.get(k).times(factorial));
        }
        return terms;
    }

    /** What {@code D_1, D_2, ...} add to a constant prediction; {@code linear} applies where there is no {@code D_2}. */
    Combination change(List<Combination> derivatives, LinearRule linear) {
        if (derivatives.size() == 2) {
            return derivatives.get(1).times(linear.weight(this));
        }
        Combination sum = Combination.X.times(0);
        for (int k = 1; k < derivatives.size(); k++) {
            sum = sum.plus(derivatives.get(k).times(weight(k)));
        }
        return sum;
    }
}
