package dev.pathline.diffusion.solver;

import dev.pathline.diffusion.plan.Combination;
import dev.pathline.diffusion.prediction.Affine;
import dev.pathline.diffusion.schedule.NoiseSchedule;
import java.util.ArrayList;
import java.util.List;

/**
 * A bounded step in {@code lambda} in one of the two {@link Form}s: the step for a constant prediction, plus what its
 * derivatives {@code D_k = h^k d^k m / d lambda^k} at {@code t} contribute, {@link Exponential}.
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

    /** What changes of the prediction contribute. */
    Exponential exponential() {
        return new Exponential(form.scale(schedule, u), form.sign() * h());
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
}
