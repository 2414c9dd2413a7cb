package dev.pathline.diffusion.solver;

import dev.pathline.diffusion.plan.Combination;
import dev.pathline.diffusion.prediction.Affine;
import dev.pathline.diffusion.schedule.NoiseSchedule;
import java.util.ArrayList;
import java.util.List;

/**
 * A bounded step in {@code lambda} in one of the two {@link ExponentialForm}s: the step for a constant prediction, plus what its
 * derivatives {@code D_k = h^k d^k m / d lambda^k} at {@code t} contribute, {@link ExponentialWeights}.
 *
 * @param form which prediction is expanded
 * @param schedule the noise schedule
 * @param t where the step starts; {@code alpha > 0}
 * @param u where it ends; {@code sigma > 0}
 */
public record ExponentialStep(
        ExponentialForm form,
        NoiseSchedule schedule,
        double t,
        double u) {

    /** Returns an outer step, which is not {@link Step#isUnbounded unbounded}. */
    public static ExponentialStep of(ExponentialForm form, Step step) {
        return new ExponentialStep(form, step.schedule(), step.t(), step.u());
    }

    /** Returns {@code h = lambda_u - lambda_t}, positive. */
    public double h() {
        return schedule.halfLogSnr(u) - schedule.halfLogSnr(t);
    }

    /** Returns the weights of the derivatives of the prediction. */
    public ExponentialWeights weights() {
        return new ExponentialWeights(form.scale(schedule, u), form.sign() * h());
    }

    /** Returns the weights of the point and of a constant prediction. */
    public Affine constant() {
        return form.constant(schedule, t, u);
    }

    /** Returns the step for a constant prediction. */
    public Combination constant(Combination point, Combination value) {
        Affine constant = constant();
        return point.times(constant.x()).plus(value.times(constant.output()));
    }

    /**
     * Returns {@code D_0, D_1, ...} of the polynomial in {@code lambda} through the newest predictions, made at the given times:
     * Newton's divided differences, expanded at {@code t}.
     *
     * @param times of {@code M0, M1, ...}, at most four, all different
     */
    public List<Combination> derivatives(double[] times) {
        int n = times.length;
        double[] nodes = new double[n];
        for (int i = 0; i < n; i++) {
            nodes[i] = (schedule.halfLogSnr(times[i]) - schedule.halfLogSnr(t)) / h();
        }
        var terms = new ArrayList<>(MultistepHistory.VALUES.subList(0, n));
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
