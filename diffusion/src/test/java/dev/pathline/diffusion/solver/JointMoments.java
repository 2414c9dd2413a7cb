package dev.pathline.diffusion.solver;

import dev.pathline.diffusion.plan.Combination;
import dev.pathline.diffusion.plan.HistoryKind;
import dev.pathline.diffusion.plan.SolverPlan;
import dev.pathline.diffusion.plan.SolverStage;
import java.util.Arrays;

/**
 * What a plan does to Gaussian data, without samples: there every stage is an affine map of the registers
 * {@code (X, Y, D, M0..M3)} plus noise, so their joint mean and covariance follow from the plan's weights alone.
 */
final class JointMoments {
    private static final int DATA = 2;
    private static final int NEWEST = 3;
    private static final int REGISTERS = NEWEST + Combination.HISTORY;

    private final GaussianProblem problem;
    private double[] mean = new double[REGISTERS];
    private double[][] covariance = new double[REGISTERS][REGISTERS];

    private JointMoments(GaussianProblem problem) {
        this.problem = problem;
    }

    /** The mean and the variance of the samples of a plan that starts from the exact marginal. */
    static Moments of(SolverPlan plan) {
        var problem = new GaussianProblem(plan.schedule());
        var registers = new JointMoments(problem);
        Moments start = problem.marginal(plan.timeGrid().start());
        Arrays.fill(registers.mean, 0, 2, start.mean());
        for (int i = 0; i < 2; i++) {
            Arrays.fill(registers.covariance[i], 0, 2, start.variance());
        }
        plan.stages().forEach(stage -> registers.advance(stage, plan.history()));
        return new Moments(registers.mean[0], registers.covariance[0][0]);
    }

    private void advance(SolverStage stage, HistoryKind history) {
        if (stage.langevin() != null) {
            throw new IllegalArgumentException("a step sized by norms is not affine");
        }
        if (stage.evaluation() != null) {
            evaluate(stage.evaluation().time(), history);
        }
        double[][] map = identity();
        map[0] = weights(stage.nextX());
        map[1] = weights(stage.nextY());
        apply(map, new double[REGISTERS]);
        double[] noise = new double[REGISTERS];
        noise[0] = stage.nextX().noise();
        noise[1] = stage.nextY().noise();
        for (int i = 0; i < 2; i++) {
            for (int j = 0; j < 2; j++) {
                covariance[i][j] += noise[i] * noise[j];
            }
        }
    }

    private void evaluate(double t, HistoryKind history) {
        double alpha = problem.schedule().alpha(t);
        double sigma = problem.schedule().sigma(t);
        double[][] map = identity();
        double[] shift = new double[REGISTERS];
        for (int k = REGISTERS - 1; k > NEWEST; k--) {
            map[k] = row(k - 1, 1);
        }
        map[DATA] = row(0, problem.gain(t));
        shift[DATA] = problem.offset(t);
        map[NEWEST] = history == HistoryKind.DATA ? map[DATA] : row(0, (1 - alpha * problem.gain(t)) / sigma);
        shift[NEWEST] = history == HistoryKind.DATA ? shift[DATA] : -alpha * problem.offset(t) / sigma;
        apply(map, shift);
    }

    private void apply(double[][] map, double[] shift) {
        double[] moved = new double[REGISTERS];
        double[][] spread = new double[REGISTERS][REGISTERS];
        for (int i = 0; i < REGISTERS; i++) {
            moved[i] = shift[i] + dot(map[i], mean);
            for (int j = 0; j < REGISTERS; j++) {
                for (int k = 0; k < REGISTERS; k++) {
                    spread[i][j] += map[i][k] * dot(covariance[k], map[j]);
                }
            }
        }
        mean = moved;
        covariance = spread;
    }

    private static double[] weights(Combination update) {
        return new double[]{update.x(), update.y(), update.data(), update.m0(), update.m1(), update.m2(), update.m3()};
    }

    private static double[][] identity() {
        double[][] map = new double[REGISTERS][];
        Arrays.setAll(map, i -> row(i, 1));
        return map;
    }

    private static double[] row(int index, double value) {
        double[] row = new double[REGISTERS];
        row[index] = value;
        return row;
    }

    private static double dot(double[] a, double[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += a[i] * b[i];
        }
        return sum;
    }
}
