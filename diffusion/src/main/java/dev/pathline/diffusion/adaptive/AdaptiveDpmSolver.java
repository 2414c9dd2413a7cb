package dev.pathline.diffusion.adaptive;

import dev.pathline.diffusion.plan.HistoryKind;
import dev.pathline.diffusion.schedule.NoiseSchedule;
import dev.pathline.diffusion.solver.EmbeddedSteps;
import dev.pathline.diffusion.solver.SolverInfo;

/**
 * DPM-Solver-12 and -23: DPM-Solver of order 2 or 3 with steps of its own in {@code lambda}, from noise to data (Lu et al.,
 * arXiv 2206.00927, appendix C; dpm_solver_adaptive in their code, with the step control of arXiv 2105.14080). An
 * element's error counts in units of {@code max(absolute, relative max(|x|, |x_lower|))}. A step is not made longer
 * directly after one that was thrown away; the authors' code does that, and throws away more.
 *
 * <p>From pure noise, where {@code lambda} is infinite, the way to {@code sigma/alpha = 80} is made in
 * {@code alpha/sigma} instead, by the midpoint method with the same control.
 */
final class AdaptiveDpmSolver implements AdaptiveSolver {
    /** The published first step in {@code lambda}. */
    private static final double FIRST_STEP = 0.05;

    /** EDM's largest noise level, above which little happens. */
    private static final double NEARLY_PURE = 80;

    private final SolverInfo info;

    /** A solver of order 2 or 3. */
    AdaptiveDpmSolver(int order) {
        info = SolverInfo.of("dpm-solver-" + (order - 1) + order, order, "log-snr",
                "Lu et al., arXiv 2206.00927, appendix C; Jolicoeur-Martineau et al., arXiv 2105.14080")
                .withEvaluationsPerStep(order).asAdaptive();
    }

    @Override
    public SolverInfo info() {
        return info;
    }

    @Override
    public Tolerances defaultTolerances() {
        return Tolerances.of(0.0078, 0.05);
    }

    /** {@inheritDoc} It goes from noise to data only, {@code t >= u}; {@link Rk45} goes both ways. */
    @Override
    public AdaptiveSolution solve(ModelField field, double[] x, double t, double u, Tolerances tolerances) {
        NoiseSchedule schedule = field.schedule();
        if (u > t) {
            throw new IllegalArgumentException("solver '" + info.name() + "' goes from noise to data, not from t = " + t
                    + " to " + u + "; rk45 goes both ways");
        }
        boolean clean = schedule.sigma(u) == 0;
        double end = clean ? Math.min(t, schedule.minTime()) : u;
        double start = schedule.alpha(t) > 0
                ? t
                : Math.max(end, schedule.timeOfHalfLogSnr(-StrictMath.log(NEARLY_PURE)));
        TimeSegment rest = TimeSegment.inLogSnr(schedule, start, end);
        EmbeddedMethod inLogSnr = inLogSnr(field, rest, tolerances);
        AdaptiveLoop loop;
        if (start == t) {
            loop = new AdaptiveLoop(inLogSnr, x.clone(), rest.from(), tolerances.maxEvaluations());
        } else {
            TimeSegment pure = TimeSegment.fromPureNoise(schedule, t, start);
            loop = new AdaptiveLoop(fromPureNoise(field, pure, tolerances), x.clone(), pure.from(),
                    tolerances.maxEvaluations());
            loop.to(pure.to());
            loop.change(inLogSnr, rest.from());
        }
        loop.to(rest.to());
        return loop.solution(clean ? loop.value() : loop.x());
    }

    private EmbeddedMethod fromPureNoise(ModelField field, TimeSegment segment, Tolerances tolerances) {
        var steps = new StagedMethod.Steps(HistoryKind.DATA,
                (t, u) -> EmbeddedSteps.midpoint(field.schedule(), t, u));
        return new StagedMethod(field, segment, steps, segment.to(), control(2), tolerances);
    }

    private EmbeddedMethod inLogSnr(ModelField field, TimeSegment segment, Tolerances tolerances) {
        var steps = new StagedMethod.Steps(HistoryKind.NOISE,
                (t, u) -> EmbeddedSteps.dpmSolver(info.order(), field.schedule(), t, u));
        return new StagedMethod(field, segment, steps, FIRST_STEP, control(info.order()), tolerances);
    }

    /** Without bounds, as published. */
    private static StepControl control(int order) {
        return new StepControl(0.9, order, 0, Double.POSITIVE_INFINITY);
    }
}
