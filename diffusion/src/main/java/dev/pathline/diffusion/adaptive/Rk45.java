package dev.pathline.diffusion.adaptive;

import dev.pathline.diffusion.prediction.Affine;
import dev.pathline.diffusion.prediction.Prediction;
import dev.pathline.diffusion.schedule.NoiseSchedule;
import dev.pathline.diffusion.solver.SolverInfo;

/**
 * The adaptive Runge-Kutta method of orders 5 and 4 on {@code dx/dt = v(x, t)}, in both directions of time: the solver of
 * Song et al., arXiv 2011.13456, appendices D.2 and D.4, for samples and for likelihoods. An element's error counts in
 * units of {@code absolute + relative max(|x|, |x_new|)}.
 *
 * <p>{@link #integrate} takes any field, so a likelihood is had by carrying the integral of the divergence along.
 */
public final class Rk45 implements AdaptiveSolver {
    private static final SolverInfo INFO = SolverInfo.of("rk45", 5, "log-snr",
            "Dormand and Prince 1980, RK5(4)7M; Song et al., arXiv 2011.13456, appendix D.4")
            .withEvaluationsPerStep(6).asAdaptive();

    @Override
    public SolverInfo info() {
        return INFO;
    }

    @Override
    public Tolerances defaultTolerances() {
        return Tolerances.of(1e-5, 1e-5);
    }

    /** {@inheritDoc} Any {@code u} is accepted, also one above {@code t}: from data to noise. */
    @Override
    public AdaptiveSolution solve(ModelField field, double[] x, double t, double u, Tolerances tolerances) {
        NoiseSchedule schedule = field.schedule();
        boolean clean = schedule.sigma(u) == 0;
        AdaptiveLoop loop = loop((point, time) -> field.predict(Prediction.VELOCITY, point, time), x, t, tolerances);
        double end = clean ? Math.min(t, schedule.minTime()) : u;
        loop.to(end);
        if (!clean) {
            return loop.solution(loop.x());
        }
        // The last stage was evaluated where the loop ends, so the data cost no evaluation of their own.
        Affine data = Prediction.VELOCITY.toData(schedule, end);
        return loop.solution(Vectors.combine(data.x(), loop.x(), data.output(), loop.value()));
    }

    /**
     * Integrates {@code dx/dt = f(x, t)} from {@code t} to {@code u}, forwards or backwards.
     *
     * @param x the point at {@code t}; not changed
     * @throws SolveFailedException if the field is not finite, or the tolerance cannot be met
     */
    public AdaptiveSolution integrate(VectorField field, double[] x, double t, double u, Tolerances tolerances) {
        AdaptiveLoop loop = loop(field, x, t, tolerances);
        loop.to(u);
        return loop.solution(loop.x());
    }

    private static AdaptiveLoop loop(VectorField field, double[] x, double t, Tolerances tolerances) {
        return new AdaptiveLoop(new Rk45Method(field, tolerances), x.clone(), t, tolerances.maxEvaluations());
    }
}
