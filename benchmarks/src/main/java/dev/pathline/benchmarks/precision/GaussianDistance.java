package dev.pathline.benchmarks.precision;

import dev.pathline.benchmarks.precision.Curve.Point;
import dev.pathline.diffusion.card.ModelCard;
import dev.pathline.diffusion.card.ModelKind;
import dev.pathline.diffusion.grid.TimeGrids;
import dev.pathline.diffusion.guidance.Guidance;
import dev.pathline.diffusion.model.GaussianModel;
import dev.pathline.diffusion.model.Network;
import dev.pathline.diffusion.noise.NoiseKey;
import dev.pathline.diffusion.noise.NoiseSource;
import dev.pathline.diffusion.plan.BindOptions;
import dev.pathline.diffusion.plan.PlanExecutor;
import dev.pathline.diffusion.plan.SamplingPlan;
import dev.pathline.diffusion.plan.SolverPlan;
import dev.pathline.diffusion.prediction.Prediction;
import dev.pathline.diffusion.schedule.NoiseSchedule;
import dev.pathline.diffusion.solver.Solver;
import dev.pathline.diffusion.solver.SolverInfo;
import dev.pathline.diffusion.solver.Solvers;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The error of stochastic solvers in distribution: on Gaussian data every linear solver ends in a Gaussian, and its
 * Wasserstein-2 distance from the exact marginal, {@code sqrt((difference of means)^2 + (difference of standard
 * deviations)^2)}, is computed without sampling. A trajectory is an affine function of its start and of each draw of
 * noise, so running it on one unit of each in turn gives mean and variance.
 */
final class GaussianDistance {
    private static final int[] EVALUATIONS = {4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128};
    /** Its error is a matter of its steps at one noise level, not of the number of levels. */
    private static final String LANGEVIN = "annealed-langevin";

    private static final double MEAN = 0.4;
    private static final double STD = 0.6;

    private final NoiseSchedule schedule;
    private final String grid;
    private final double start;
    private final double end;
    private final GaussianModel model;

    GaussianDistance(NoiseSchedule schedule, String grid, double start, double end) {
        this.schedule = schedule;
        this.grid = grid;
        this.start = start;
        this.end = end;
        model = new GaussianModel(schedule, new double[]{MEAN}, STD);
    }

    /** The curves of all solvers that draw noise and are linear in it; those with a setting for it at its largest. */
    List<Curve> curves() {
        return Solvers.all().stream()
                .filter(solver -> !solver.info().flowMap() && !solver.info().name().equals(LANGEVIN))
                .filter(solver -> !solver.info().deterministic() || solver.info().defaultEta() != null)
                .map(this::curve).filter(curve -> !curve.points().isEmpty()).toList();
    }

    private Curve curve(Solver solver) {
        List<Point> points = Budgets.plans(solver, Budgets.withEta(solver, 1), schedule,
                steps -> TimeGrids.of(grid, schedule, steps, start, end), EVALUATIONS).stream()
                .filter(plan -> plan.stages().stream().allMatch(stage -> stage.langevin() == null))
                .map(plan -> new Point(plan.evaluations(), distance(plan))).toList();
        SolverInfo info = solver.info();
        return new Curve(info.name() + (info.defaultEta() == null ? "" : ", eta 1"), Family.of(info), points);
    }

    private double distance(SolverPlan plan) {
        ModelCard card = ModelCard.of("gaussian", ModelKind.DIFFUSION, List.of(1), schedule.spec(), Prediction.DATA);
        SamplingPlan bound = plan.bind(card, Guidance.OFF, BindOptions.DEFAULT);
        double centre = schedule.alpha(start) * MEAN;
        double mean = run(bound, centre, -1);
        double variance = square(run(bound, centre + std(start), -1) - mean);
        variance += IntStream.range(0, bound.stages().size())
                .filter(stage -> bound.stages().get(stage).needsNoise())
                .mapToDouble(stage -> square(run(bound, centre, stage) - mean)).sum();
        return Math.hypot(mean - schedule.alpha(end) * MEAN, Math.sqrt(variance) - std(end));
    }

    private double run(SamplingPlan plan, double start, int stageWithNoise) {
        var executor = new PlanExecutor(plan, model.network(Prediction.DATA), new Impulse(stageWithNoise));
        return executor.run(new double[]{start}, Network.NO_LABEL, 0, 0, PlanExecutor.Listener.NONE)[0];
    }

    private double std(double t) {
        return Math.sqrt(square(schedule.alpha(t) * STD) + square(schedule.sigma(t)));
    }

    private static double square(double value) {
        return value * value;
    }

    /** Noise that is 1 in one stage, and 0 in all others. */
    private record Impulse(int stage) implements NoiseSource {
        @Override
        public void fill(NoiseKey key, double[] values) {
            Arrays.fill(values, key.stage() == stage ? 1 : 0);
        }

        @Override
        public void fill(NoiseKey key, float[] values) {
            Arrays.fill(values, key.stage() == stage ? 1 : 0);
        }
    }
}
