package dev.pathline.diffusion.solver;

import static dev.pathline.diffusion.plan.Combination.DATA;
import static dev.pathline.diffusion.plan.Combination.M0;
import static dev.pathline.diffusion.plan.Combination.X;

import dev.pathline.diffusion.grid.TimeGrid;
import dev.pathline.diffusion.plan.Combination;
import dev.pathline.diffusion.plan.SolverStage;
import dev.pathline.diffusion.plan.SolverStage.Evaluation;
import dev.pathline.diffusion.prediction.Affine;
import dev.pathline.diffusion.schedule.NoiseSchedule;

/**
 * One outer step of a solver, from time {@code t} to the smaller {@code u}, with the quantities that solvers share. A
 * subscript {@code t} or {@code u} of the papers is a suffix {@code T} or {@code U} here; {@code lambda} is half the logarithm
 * of the signal-to-noise ratio, {@code ln(alpha/sigma)}.
 *
 * @param schedule the noise schedule
 * @param index the step's number, from 0
 * @param t where the step starts, in the schedule's time
 * @param u where it ends
 */
public record Step(
        NoiseSchedule schedule,
        int index,
        double t,
        double u) {

    /** Returns the step of that number, from 0 to one less than the grid's steps. */
    public static Step of(NoiseSchedule schedule, TimeGrid grid, int index) {
        return new Step(schedule, index, grid.time(index), grid.time(index + 1));
    }

    /** Returns {@code alpha_t}. */
    public double alphaT() {
        return schedule.alpha(t);
    }

    /** Returns {@code sigma_t}. */
    public double sigmaT() {
        return schedule.sigma(t);
    }

    /** Returns {@code alpha_u}. */
    public double alphaU() {
        return schedule.alpha(u);
    }

    /** Returns {@code sigma_u}; 0 where the step ends at clean data. */
    public double sigmaU() {
        return schedule.sigma(u);
    }

    /** Returns {@code h = lambda_u - lambda_t}, positive; infinite at {@code alpha_t = 0} and at {@code sigma_u = 0}. */
    public double h() {
        return schedule.halfLogSnr(u) - schedule.halfLogSnr(t);
    }

    /**
     * Returns the time at a share of this step in {@code lambda}: 0 is the start, 1 the end. For a step that is not unbounded.
     */
    public double timeAt(double share) {
        return schedule.timeOfHalfLogSnr(schedule.halfLogSnr(t) + share * h());
    }

    /**
     * Returns {@code sigma_{t|u} = sqrt(sigma_t^2 - alpha_{t|u}^2 sigma_u^2)}, the standard deviation of {@code x_t} given
     * {@code x_u}.
     */
    public double transitionSigma() {
        return sigmaT() * Math.sqrt(-StrictMath.expm1(-2 * h()));
    }

    /** Returns {@code alpha_{t|u} = alpha_t / alpha_u}, the factor of {@code x_u} in the mean of {@code x_t}. */
    public double transitionAlpha() {
        return alphaT() / alphaU();
    }

    /** Returns whether the step ends at clean data, {@code sigma_u = 0}. */
    public boolean endsClean() {
        return sigmaU() == 0;
    }

    /** Returns whether the step starts from pure noise, {@code alpha_t = 0}. */
    public boolean startsPure() {
        return alphaT() == 0;
    }

    /**
     * Returns whether the step has an end where {@code lambda} is infinite. There {@link #dataBase} and {@link #noiseBase} are all
     * that can be said, for any order: what they leave out is multiplied by a derivative in {@code lambda} that vanishes.
     */
    public boolean isUnbounded() {
        return startsPure() || endsClean();
    }

    /**
     * Returns the exact solution for a constant prediction of {@code x_0}, the base that every solver in data form corrects:
     * {@code (sigma_u/sigma_t) X - alpha_u expm1(-h) M0}. It needs a history of data, and is bounded for every step.
     */
    public Combination dataBase() {
        Affine exact = Affine.dataStep(schedule, t, u);
        return X.times(exact.x()).plus(M0.times(exact.output()));
    }

    /**
     * Returns the exact solution for a constant prediction of {@code eps}, the base that every solver in noise form corrects. It is
     * the same map as {@link #dataBase} when both predictions come from this stage's evaluation, {@code (alpha_u/alpha_t) X -
     * sigma_u expm1(h) M0}, and written with both it is bounded at both ends. It needs a history of noise.
     */
    public Combination noiseBase() {
        return DATA.times(alphaU()).plus(M0.times(sigmaU()));
    }

    /** Returns the velocity {@code dx/dt} at {@code t} from a point and a prediction of {@code x_0} there. */
    public Combination velocity(Combination point, Combination data) {
        return velocity(schedule, t, point, data);
    }

    /** Returns the velocity {@code dx/dt} at {@code time}, {@code (sigma'/sigma) x - (Delta/sigma) x_0}. */
    public static Combination velocity(NoiseSchedule schedule, double time, Combination point, Combination data) {
        double sigma = schedule.sigma(time);
        return point.times(schedule.dSigma(time) / sigma).minus(data.times(schedule.delta(time) / sigma));
    }

    /** Returns Euler's step on the probability-flow ODE in {@code t}, and the prediction of {@code x_0} where it ends clean. */
    public Combination euler() {
        return endsClean() ? dataBase() : X.plus(velocity(X, M0).times(u - t));
    }

    /** Returns the whole step as one stage: an evaluation at {@code t}, and then {@code next} is where the next step starts. */
    public SolverStage stage(Combination next) {
        return new SolverStage(index, Evaluation.at(t), next, next);
    }
}
