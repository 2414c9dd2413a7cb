package dev.pathline.diffusion.solver;

import static dev.pathline.diffusion.solver.SolverIdentitiesTest.assertSame;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pathline.diffusion.grid.TimeGrid;
import dev.pathline.diffusion.grid.TimeGrids;
import dev.pathline.diffusion.plan.Combination;
import dev.pathline.diffusion.plan.SolverStage;
import dev.pathline.diffusion.schedule.NoiseSchedule;
import dev.pathline.diffusion.schedule.RectifiedFlow;
import dev.pathline.diffusion.schedule.VpLinear;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** UniPC against the linear systems of arXiv 2302.04867, solved as such (math.md 3.6). */
class UniPcTest {
    private static final NoiseSchedule VP = VpLinear.DEFAULT;
    private static final List<Combination> VALUES = List.of(Combination.M0, Combination.M1, Combination.M2,
            Combination.M3);

    /** Steps of different lengths in lambda. */
    private static final TimeGrid UNEVEN = TimeGrids.of("quadratic", VP, 9, 1, 0.02);

    @ParameterizedTest
    @CsvSource({"1, false", "2, false", "3, false", "1, true", "2, true", "3, true"})
    void shouldSolveTheSystems(int p, boolean bh1) {
        List<SolverStage> stages = Solvers.byName("unipc-" + p + (bh1 ? "-bh1" : "")).plan(VP, UNEVEN).stages();
        for (int i = 0; i < stages.size(); i++) {
            Combination corrected = i == 0 ? Combination.X : step(i - 1, Math.min(p, i), bh1, true, Combination.Y);
            assertSame(stages.get(i).nextY(), corrected);
            assertSame(stages.get(i).nextX(), step(i, Math.min(p, i + 1), bh1, false, corrected));
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldPredictAsTheThirdOrderMultistepSolverDoes(boolean bh1) {
        List<SolverStage> stages = Solvers.byName("dpm-solver++-3m").plan(VP, UNEVEN).stages();
        for (int i = 2; i < stages.size(); i++) {
            assertSame(stages.get(i).nextX(), step(i, 3, bh1, false, Combination.X));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {8, 40})
    void shouldHaveNoHigherOrderThanStepsAreLeft(int steps) {
        List<SolverStage> stages = Solvers.byName("unipc-3").plan(VP, TimeGrids.of("log-snr", VP, steps)).stages();
        assertThat(stages.getLast().nextY().m3()).as("corrects a step of p = 2").isZero();
        assertThat(stages.getLast().nextY().m2()).isNotZero();
        assertThat(stages.get(steps - 2).nextY().m3()).as("corrects a step of p = 3").isNotZero();
    }

    @Test
    void shouldNotCorrectAStepFromPureNoise() {
        NoiseSchedule flow = RectifiedFlow.DEFAULT;
        List<SolverStage> stages = Solvers.byName("unipc-2").plan(flow, TimeGrids.of("time", flow, 5)).stages();
        assertThat(stages.get(1).nextY()).isEqualTo(Combination.X);
        assertThat(stages.get(2).nextY()).isNotEqualTo(Combination.X);
        // The prediction made there is infinitely far away in lambda.
        assertThat(stages.get(1).nextX().m1()).isZero();
        assertThat(stages.get(2).nextX().m1()).isNotZero();
        assertThat(stages.get(2).nextX().m2()).isZero();
    }

    /** The step from the grid's time {@code i}, with {@code p} or, where it is corrected, {@code p + 1} values. */
    private static Combination step(int i, int p, boolean bh1, boolean corrects, Combination start) {
        Step step = Step.of(VP, UNEVEN, i);
        double h = -step.h();
        double b = bh1 ? h : Math.expm1(h);
        int newest = corrects ? 1 : 0;
        Combination base = start.times(step.sigmaU() / step.sigmaT())
                .plus(VALUES.get(newest).times(-step.alphaU() * Math.expm1(h)));
        int unknowns = corrects ? p : p - 1;
        double[] r = new double[unknowns];
        Combination[] slopes = new Combination[unknowns];
        for (int k = 1; k < p; k++) {
            r[k - 1] = (VP.halfLogSnr(UNEVEN.time(i - k)) - VP.halfLogSnr(step.t())) / step.h();
            slopes[k - 1] = VALUES.get(newest + k).minus(VALUES.get(newest)).times(1 / r[k - 1]);
        }
        if (corrects) {
            r[p - 1] = 1;
            slopes[p - 1] = VALUES.get(0).minus(VALUES.get(1));
        }
        double[] rho = unknowns == 1 ? new double[]{0.5} : solve(r, h, b);
        for (int k = 0; k < unknowns; k++) {
            base = base.minus(slopes[k].times(step.alphaU() * b * rho[k]));
        }
        return base;
    }

    /** Gauss' elimination of {@code sum_k r_k^i rho_k = psi_{i+1} (i+1)! / B}. */
    private static double[] solve(double[] r, double h, double b) {
        int n = r.length;
        double[][] rows = new double[n][n + 1];
        double psi = Math.expm1(h) / h - 1;
        double factorial = 1;
        for (int i = 0; i < n; i++) {
            factorial *= i + 1;
            for (int k = 0; k < n; k++) {
                rows[i][k] = Math.pow(r[k], i);
            }
            rows[i][n] = psi * factorial / b;
            psi = psi / h - 1 / (factorial * (i + 2));
        }
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < n; j++) {
                double factor = j == i ? 0 : rows[j][i] / rows[i][i];
                for (int k = 0; k <= n; k++) {
                    rows[j][k] -= factor * rows[i][k];
                }
            }
        }
        double[] solution = new double[n];
        for (int i = 0; i < n; i++) {
            solution[i] = rows[i][n] / rows[i][i];
        }
        return solution;
    }
}
