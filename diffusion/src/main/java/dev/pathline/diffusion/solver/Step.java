package dev.pathline.diffusion.solver;

import static dev.pathline.diffusion.plan.Combination.M0;
import static dev.pathline.diffusion.plan.Combination.X;

import dev.pathline.diffusion.grid.TimeGrid;
import dev.pathline.diffusion.plan.Combination;
import dev.pathline.diffusion.plan.SolverStage;
import dev.pathline.diffusion.plan.SolverStage.Evaluation;
import dev.pathline.diffusion.schedule.NoiseSchedule;

/**
 * One outer step of a solver, from time {@code t} to the smaller {@code u}, with the quantities that solvers share. A
 * subscript {@code t} or {@code u} of the papers is a suffix {@code T} or {@code U} here.
 *
 * @param index the step's number, from 0
 * @param t where the step starts
 * @param u where it ends
 */
record Step(
        NoiseSchedule schedule,
        int index,
        double t,
        double u) {

    static Step of(NoiseSchedule schedule, TimeGrid grid, int index) {
        return new Step(schedule, index, grid.time(index), grid.time(index + 1));
    }

    double alphaT() {
        return schedule.alpha(t);
    }

    double sigmaT() {
        return schedule.sigma(t);
    }

    double alphaU() {
        return schedule.alpha(u);
    }

    double sigmaU() {
        return schedule.sigma(u);
    }

    /** {@code h = lambda_u - lambda_t}, positive; infinite at {@code alpha_t = 0} and at {@code sigma_u = 0}. */
    double h() {
        return schedule.halfLogSnr(u) - schedule.halfLogSnr(t);
    }

    /** Whether the step ends at clean data, {@code sigma_u = 0}. */
    boolean endsClean() {
        return sigmaU() == 0;
    }

    /**
     * The exact solution for a constant prediction of {@code x_0}: {@code (sigma_u/sigma_t) X - alpha_u expm1(-h) M0},
     * first order, and the base that every solver in data form corrects. It is bounded at both ends, and {@code M0} where
     * the step ends clean.
     */
    Combination dataBase() {
        return X.times(sigmaU() / sigmaT()).plus(M0.times(-alphaU() * StrictMath.expm1(-h())));
    }

    /** The velocity at {@code t} from a point and a prediction of {@code x_0} there. */
    Combination velocity(Combination point, Combination data) {
        return velocity(schedule, t, point, data);
    }

    /** The velocity at {@code time}, {@code (sigma'/sigma) x - (Delta/sigma) x_0}. */
    static Combination velocity(NoiseSchedule schedule, double time, Combination point, Combination data) {
        double sigma = schedule.sigma(time);
        return point.times(schedule.dSigma(time) / sigma).minus(data.times(schedule.delta(time) / sigma));
    }

    /** The whole step as one stage: an evaluation at {@code t}, and then {@code next} is where the next step starts. */
    SolverStage stage(Combination next) {
        return new SolverStage(index, Evaluation.at(t), next, next);
    }
}
