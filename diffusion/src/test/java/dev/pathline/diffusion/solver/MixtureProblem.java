package dev.pathline.diffusion.solver;

import dev.pathline.diffusion.card.ModelCard;
import dev.pathline.diffusion.card.ModelKind;
import dev.pathline.diffusion.grid.TimeGrid;
import dev.pathline.diffusion.guidance.Guidance;
import dev.pathline.diffusion.model.GaussianMixtureModel;
import dev.pathline.diffusion.model.GaussianMixtureModel.Component;
import dev.pathline.diffusion.model.Network;
import dev.pathline.diffusion.noise.PhiloxNoise;
import dev.pathline.diffusion.plan.BindOptions;
import dev.pathline.diffusion.plan.PlanExecutor;
import dev.pathline.diffusion.plan.SamplingPlan;
import dev.pathline.diffusion.plan.SolverPlan;
import dev.pathline.diffusion.prediction.Prediction;
import dev.pathline.diffusion.schedule.NoiseSchedule;
import java.util.List;
import java.util.stream.Stream;

/** The mixture, the four starting points and the exact end points of math.md 3.13. */
public record MixtureProblem(NoiseSchedule schedule) {
    private static final double[][] Z = {{0.6, -1.1}, {-0.3, 0.8}, {1.4, 0.2}, {-1.7, -0.5}};

    public GaussianMixtureModel model() {
        return new GaussianMixtureModel(schedule, List.of(
                new Component(0.4, List.of(1.0, 0.5), 0.5), new Component(0.6, List.of(-0.8, -0.6), 0.7)));
    }

    public ModelCard card(Prediction prediction) {
        ModelKind kind = prediction == Prediction.AVERAGE_VELOCITY ? ModelKind.FLOW_MAP : ModelKind.DIFFUSION;
        return ModelCard.of("mixture", kind, List.of(2), schedule.spec(), prediction);
    }

    public List<double[]> starts(double t) {
        double alpha = schedule.alpha(t);
        double sigma = schedule.sigma(t);
        double scale = Math.sqrt(sigma * sigma + 0.5 * alpha * alpha);
        return Stream.of(Z).map(z -> new double[]{z[0] * scale, z[1] * scale}).toList();
    }

    /** The four end points of a solver. */
    public List<double[]> run(Solver solver, TimeGrid grid) {
        return run(solver, grid, solver.info().options());
    }

    /** The four end points of a solver with options. */
    public List<double[]> run(Solver solver, TimeGrid grid, SolverOptions options) {
        SolverPlan plan = solver.plan(schedule, grid, options);
        SamplingPlan bound = plan.bind(card(Prediction.DATA), Guidance.OFF, BindOptions.DEFAULT);
        var executor = new PlanExecutor(bound, model().network(Prediction.DATA), new PhiloxNoise());
        return starts(grid.start()).stream()
                .map(start -> executor.run(start, Network.NO_LABEL, 0, 0, PlanExecutor.Listener.NONE))
                .toList();
    }

    /** The exact end points, by the classical Runge-Kutta method in lambda with many steps, without any plan. */
    public List<double[]> exact(double start, double end) {
        int steps = 4000;
        double first = schedule.halfLogSnr(start);
        double h = (schedule.halfLogSnr(end) - first) / steps;
        return starts(start).stream().map(point -> {
            double[] x = point;
            for (int i = 0; i < steps; i++) {
                double lambda = first + i * h;
                double[] k1 = slope(x, lambda);
                double[] k2 = slope(add(x, h / 2, k1), lambda + h / 2);
                double[] k3 = slope(add(x, h / 2, k2), lambda + h / 2);
                double[] k4 = slope(add(x, h, k3), lambda + h);
                x = add(add(add(add(x, h / 6, k1), h / 3, k2), h / 3, k3), h / 6, k4);
            }
            return x;
        }).toList();
    }

    private double[] slope(double[] x, double lambda) {
        double t = schedule.timeOfHalfLogSnr(lambda);
        double[] velocity = model().velocity(x, t, Network.NO_LABEL);
        double rate = schedule.dHalfLogSnr(t);
        return new double[]{velocity[0] / rate, velocity[1] / rate};
    }

    private static double[] add(double[] x, double factor, double[] direction) {
        return new double[]{x[0] + factor * direction[0], x[1] + factor * direction[1]};
    }

    /** The root mean square over all coordinates of all points. */
    public static double rms(List<double[]> points, List<double[]> others) {
        double sum = 0;
        for (int k = 0; k < points.size(); k++) {
            for (int i = 0; i < 2; i++) {
                sum += Math.pow(points.get(k)[i] - others.get(k)[i], 2);
            }
        }
        return Math.sqrt(sum / (2 * points.size()));
    }
}
