package dev.pathline.diffusion.solver;

import static dev.pathline.diffusion.plan.Combination.M0;
import static dev.pathline.diffusion.plan.Combination.NOISE;

import dev.pathline.diffusion.grid.TimeGrid;
import dev.pathline.diffusion.plan.Combination;
import dev.pathline.diffusion.plan.HistoryKind;
import dev.pathline.diffusion.plan.SolverPlan;
import dev.pathline.diffusion.plan.SolverStage;
import dev.pathline.diffusion.plan.SolverStage.Evaluation;
import dev.pathline.diffusion.schedule.NoiseSchedule;
import java.util.List;

/**
 * The sampler of flow maps: a step from {@code t} to {@code u} jumps beyond {@code u} to {@code s}, and then adds the noise
 * that the forward process has between {@code s} and {@code u}. With {@code rho = sigma/alpha} and {@code e} the grid's end,
 *
 * <pre>{@code rho_s = sqrt(1 - gamma^2) (rho_u - rho_e) + rho_e
 * x_u = alpha_{u|s} Psi_{t->s}(x) + sigma_{u|s} z}</pre>
 *
 * <p>It is CTM's gamma-sampling (Kim et al., arXiv 2310.02279, appendix C.2). {@code gamma = 0} jumps from one time of the
 * grid to the next without noise, the k-step sampler of MeanFlow and of shortcut models; {@code gamma = 1} jumps to the
 * data and back, the multistep sampler of consistency models, who end their grid at the noise level that counts as clean.
 */
final class Jumps implements Solver {
    private static final String GRID = "time";

    private final SolverInfo info;

    private Jumps(SolverInfo info) {
        this.info = info;
    }

    /** Jumps to data, the only ones that a consistency function has. */
    static Jumps consistency() {
        return new Jumps(SolverInfo.of("consistency", 1, GRID, "Song et al., arXiv 2303.01469, algorithm 1")
                .needing(Needs.JUMPS_TO_DATA).asStochastic());
    }

    /** Jumps whose {@code gamma} is the setting {@code eta}. */
    static Jumps ctm() {
        return new Jumps(SolverInfo.of("ctm", 1, GRID, "Kim et al., arXiv 2310.02279, gamma-sampling, appendix C.2")
                .needing(Needs.JUMPS).withEta(0));
    }

    /** Jumps along the grid. */
    static Jumps meanFlow() {
        return new Jumps(
                SolverInfo.of("mean-flow", 1, GRID, "Geng et al., arXiv 2505.13447, equation 12")
                        .needing(Needs.JUMPS));
    }

    /** Jumps along evenly spaced times: a shortcut model is told the learnt length, 1 to 1/128, that is nearest. */
    static Jumps shortcut() {
        return new Jumps(SolverInfo.of("shortcut", 1, GRID, "Frans et al., arXiv 2410.12557, algorithm 2")
                .needing(Needs.JUMPS).onlyOn(GRID));
    }

    @Override
    public SolverInfo info() {
        return info;
    }

    @Override
    public SolverPlan plan(NoiseSchedule schedule, TimeGrid grid, SolverOptions options) {
        double gamma = info.needs() == Needs.JUMPS_TO_DATA
                ? 1
                : info.defaultEta() == null ? 0 : options.as(SolverOptions.Eta.class).eta();
        return Plans.ofStages(this, schedule, grid, HistoryKind.ENDPOINT,
                step -> List.of(stage(step, gamma, grid.end())));
    }

    private static SolverStage stage(Step step, double gamma, double end) {
        double s = landing(step, gamma, end);
        Combination next = M0;
        if (s < step.u()) {
            var back = new Step(step.schedule(), step.index(), step.u(), s);
            next = M0.times(back.transitionAlpha()).plus(NOISE.times(back.transitionSigma()));
        }
        return new SolverStage(step.index(), new Evaluation(step.t(), s), next, next);
    }

    /** The time {@code s}; the ends of gamma's range are exact. */
    private static double landing(Step step, double gamma, double end) {
        if (gamma == 0 || step.u() <= end) {
            return step.u();
        }
        if (gamma == 1) {
            return end;
        }
        NoiseSchedule schedule = step.schedule();
        double least = schedule.noiseRatio(end);
        double ratio = Math.sqrt((1 - gamma) * (1 + gamma)) * (schedule.noiseRatio(step.u()) - least) + least;
        return schedule.timeOfHalfLogSnr(-StrictMath.log(ratio));
    }
}
