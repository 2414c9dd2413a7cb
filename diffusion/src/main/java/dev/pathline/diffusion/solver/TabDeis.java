package dev.pathline.diffusion.solver;

import static dev.pathline.diffusion.plan.Combination.M0;

import dev.pathline.diffusion.grid.TimeGrid;
import dev.pathline.diffusion.plan.Combination;
import dev.pathline.diffusion.plan.HistoryKind;
import dev.pathline.diffusion.plan.SolverPlan;
import dev.pathline.diffusion.schedule.NoiseSchedule;

/**
 * tAB-DEIS: the noise over a step is the polynomial in {@code t} through the newest predictions,
 * {@code x_u = (alpha_u/alpha_t) x + sum_j C_j E_j} with {@code C_j = alpha_u int L_j(tau) d(sigma/alpha)(tau)}. As computed, for
 * degree {@code q}, with {@code t_0 = t} and {@code t_j} the times of the predictions {@code E_j}:
 *
 * <pre>{@code x_u = (alpha_u/alpha_t) x - sigma_u (e^h - 1) E_0 + sum_{j=1..q} C_j (E_j - E_0)
 * C_j = -sigma_u int_{lambda_t}^{lambda_u} e^{lambda_u - lambda} L_j(t(lambda)) dlambda
 * L_j(tau) = prod_{k=0..q, k != j} (tau - t_k)/(t_j - t_k)}</pre>
 *
 * <p>The sum of all {@code C_j} is known, so the others are weights of differences to {@code E_0}. They are integrated in
 * {@code lambda}, {@code C_j = -sigma_u int e^{lambda_u - lambda} L_j dlambda}: in {@code t} and in {@code sigma/alpha} the
 * integrand is steep where {@code alpha} or {@code sigma} is small.
 *
 * <p>Source: Zhang and Chen, arXiv 2204.13902, tAB-DEIS, for the integral of equation 6.
 */
final class TabDeis implements Solver {
    private final SolverInfo info;

    /** Makes the solver of polynomial degree {@code q}, 1 to 3, and order {@code q + 1}. */
    TabDeis(int q) {
        info = SolverInfo.of("deis-tab-" + q, q + 1, "log-snr",
                "Zhang and Chen, arXiv 2204.13902, equation 6, tAB-DEIS").asMultistep();
    }

    @Override
    public SolverInfo info() {
        return info;
    }

    @Override
    public SolverPlan plan(NoiseSchedule schedule, TimeGrid grid, SolverOptions options) {
        var history = new MultistepHistory(schedule, grid);
        return Plans.ofUpdates(this, schedule, grid, HistoryKind.NOISE, step -> update(step, history));
    }

    private Combination update(Step step, MultistepHistory history) {
        double[] times = history.times(step, history.usable(step, info.order()));
        Combination sum = step.noiseBase();
        for (int j = 1; j < times.length; j++) {
            sum = sum.plus(MultistepHistory.VALUES.get(j).minus(M0).times(weight(step, times, j)));
        }
        return sum;
    }

    private static double weight(Step step, double[] times, int j) {
        NoiseSchedule schedule = step.schedule();
        double last = schedule.halfLogSnr(step.u());
        return -step.sigmaU() * GaussLegendre.integrate(schedule.halfLogSnr(step.t()), last,
                lambda -> StrictMath.exp(last - lambda) * basis(times, j, schedule.timeOfHalfLogSnr(lambda)));
    }

    /** Lagrange's basis polynomial that is 1 at {@code times[j]} and 0 at the others. */
    private static double basis(double[] times, int j, double t) {
        double product = 1;
        for (int k = 0; k < times.length; k++) {
            if (k != j) {
                product *= (t - times[k]) / (times[j] - times[k]);
            }
        }
        return product;
    }
}
