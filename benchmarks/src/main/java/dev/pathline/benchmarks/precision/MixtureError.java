package dev.pathline.benchmarks.precision;

import dev.pathline.benchmarks.precision.Curve.Point;
import dev.pathline.diffusion.adaptive.AdaptiveSolution;
import dev.pathline.diffusion.adaptive.AdaptiveSolver;
import dev.pathline.diffusion.adaptive.AdaptiveSolvers;
import dev.pathline.diffusion.adaptive.ModelField;
import dev.pathline.diffusion.adaptive.Rk45;
import dev.pathline.diffusion.adaptive.Tolerances;
import dev.pathline.diffusion.card.ModelCard;
import dev.pathline.diffusion.card.ModelKind;
import dev.pathline.diffusion.grid.TimeGrids;
import dev.pathline.diffusion.guidance.Guidance;
import dev.pathline.diffusion.model.GaussianMixtureModel;
import dev.pathline.diffusion.model.GaussianMixtureModel.Component;
import dev.pathline.diffusion.model.Network;
import dev.pathline.diffusion.noise.NoiseKey;
import dev.pathline.diffusion.noise.PhiloxNoise;
import dev.pathline.diffusion.plan.BindOptions;
import dev.pathline.diffusion.plan.PlanExecutor;
import dev.pathline.diffusion.plan.SolverPlan;
import dev.pathline.diffusion.prediction.Prediction;
import dev.pathline.diffusion.schedule.NoiseSchedule;
import dev.pathline.diffusion.solver.Solver;
import dev.pathline.diffusion.solver.Solvers;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The error of deterministic solvers on a mixture of two Gaussians in two dimensions, in float64: the root mean square
 * distance, by coordinate, from the exact end points of 64 trajectories. The problem is that of the solvers' order tests:
 * one time grid for all, from {@code start} to {@code end}, neither of them where {@code lambda} is infinite.
 */
final class MixtureError {
    private static final int[] EVALUATIONS = {4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128};
    private static final double[] TOLERANCES = {3e-1, 1e-1, 3e-2, 1e-2, 3e-3, 1e-3, 3e-4, 1e-4, 1e-5, 1e-6, 1e-7};
    private static final int TRAJECTORIES = 64;

    private final NoiseSchedule schedule;
    private final String grid;
    private final double start;
    private final double end;
    private final GaussianMixtureModel model;
    private final List<double[]> starts;
    private final List<double[]> exact;

    MixtureError(NoiseSchedule schedule, String grid, double start, double end) {
        this.schedule = schedule;
        this.grid = grid;
        this.start = start;
        this.end = end;
        model = new GaussianMixtureModel(schedule, List.of(
                new Component(0.4, List.of(1.0, 0.5), 0.5), new Component(0.6, List.of(-0.8, -0.6), 0.7)));
        starts = IntStream.range(0, TRAJECTORIES).mapToObj(this::start).toList();
        ModelField field = ModelField.of(model, Network.NO_LABEL);
        exact = ends(x -> new Rk45().solve(field, x, start, end, Tolerances.of(1e-13, 1e-13)).x());
    }

    List<Curve> curves() {
        Stream<Curve> planned = Solvers.all().stream()
                .filter(solver -> solver.info().deterministic() && !solver.info().flowMap()).map(this::curve);
        return Stream.concat(planned, AdaptiveSolvers.all().stream().map(this::curve)).toList();
    }

    private double[] start(int sample) {
        double[] x = new double[model.dimension()];
        new PhiloxNoise().fill(NoiseKey.initial(0, sample), x);
        double alpha = schedule.alpha(start);
        double sigma = schedule.sigma(start);
        // Near enough to the mixture's own spread at this time.
        double scale = Math.sqrt(sigma * sigma + 0.5 * alpha * alpha);
        for (int i = 0; i < x.length; i++) {
            x[i] *= scale;
        }
        return x;
    }

    private Curve curve(Solver solver) {
        List<Point> points = Budgets.plans(solver, Budgets.withEta(solver, 0), schedule,
                steps -> TimeGrids.of(grid, schedule, steps, start, end), EVALUATIONS).stream()
                .map(plan -> new Point(plan.evaluations(), error(ends(runner(plan))))).toList();
        return new Curve(solver.info().name(), Family.of(solver.info()), points);
    }

    private UnaryOperator<double[]> runner(SolverPlan plan) {
        ModelCard card = ModelCard.of("mixture", ModelKind.DIFFUSION, List.of(2), schedule.spec(), Prediction.DATA);
        var executor = new PlanExecutor(plan.bind(card, Guidance.OFF, BindOptions.DEFAULT),
                model.network(Prediction.DATA), new PhiloxNoise());
        return x -> executor.run(x, Network.NO_LABEL, 0, 0, PlanExecutor.Listener.NONE);
    }

    private Curve curve(AdaptiveSolver solver) {
        ModelField field = ModelField.of(model, Network.NO_LABEL);
        List<Point> points = new ArrayList<>();
        for (double tolerance : TOLERANCES) {
            List<AdaptiveSolution> solutions = starts.stream()
                    .map(x -> solver.solve(field, x, start, end, Tolerances.of(tolerance, tolerance))).toList();
            double mean = solutions.stream().mapToInt(AdaptiveSolution::evaluations).average().orElseThrow();
            boolean dearer = points.isEmpty() || mean > points.getLast().evaluations();
            if (dearer && mean <= EVALUATIONS[EVALUATIONS.length - 1]) {
                points.add(new Point(mean, error(solutions.stream().map(AdaptiveSolution::x).toList())));
            }
        }
        return new Curve(solver.info().name(), Family.of(solver.info()), points);
    }

    private List<double[]> ends(UnaryOperator<double[]> solution) {
        return starts.stream().map(solution).toList();
    }

    private double error(List<double[]> ends) {
        return Math.sqrt(IntStream.range(0, TRAJECTORIES).mapToDouble(k -> IntStream.range(0, 2)
                .mapToDouble(i -> Math.pow(ends.get(k)[i] - exact.get(k)[i], 2)).sum()).sum() / (2 * TRAJECTORIES));
    }
}
