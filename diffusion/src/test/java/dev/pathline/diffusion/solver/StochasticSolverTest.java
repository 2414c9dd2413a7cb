package dev.pathline.diffusion.solver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.pathline.diffusion.grid.TimeGrid;
import dev.pathline.diffusion.grid.TimeGrids;
import dev.pathline.diffusion.plan.Combination;
import dev.pathline.diffusion.plan.SolverPlan;
import dev.pathline.diffusion.plan.SolverStage;
import dev.pathline.diffusion.schedule.NoiseSchedule;
import dev.pathline.diffusion.schedule.NoiseSchedules;
import dev.pathline.diffusion.schedule.VpLinear;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Stochastic solvers without Monte Carlo: on Gaussian data a step is affine, {@code x_u = k x + c + n z}, so the mean and
 * the variance of the samples follow from the plan's weights (math.md 3.13).
 */
class StochasticSolverTest {
    private static final double MEAN = 0.4;
    private static final double STD = 0.6;

    private record Moments(
            double mean,
            double variance) {

        Moments step(double k, double c, double n) {
            return new Moments(k * mean + c, k * k * variance + n * n);
        }
    }

    /** The exact moments of the marginal at {@code t}. */
    private static Moments marginal(NoiseSchedule schedule, double t) {
        double alpha = schedule.alpha(t);
        return new Moments(alpha * MEAN, Math.pow(alpha * STD, 2) + Math.pow(schedule.sigma(t), 2));
    }

    /** {@code x_0 = A x + C} for the data {@code N(MEAN, STD^2)}. */
    private static double gain(NoiseSchedule schedule, double t) {
        return schedule.alpha(t) * STD * STD / marginal(schedule, t).variance();
    }

    private static double offset(NoiseSchedule schedule, double t) {
        return MEAN * (1 - schedule.alpha(t) * gain(schedule, t));
    }

    private static Moments run(SolverPlan plan) {
        Moments moments = marginal(plan.schedule(), plan.timeGrid().start());
        for (SolverStage stage : plan.stages()) {
            double t = stage.evaluation().time();
            Combination next = stage.nextX();
            moments = moments.step(
                    next.x() + next.y() + next.m0() * gain(plan.schedule(), t),
                    next.m0() * offset(plan.schedule(), t),
                    next.noise());
        }
        return moments;
    }

    static Stream<Arguments> schedulesAndEtas() {
        return NoiseSchedules.all().stream().flatMap(schedule -> Stream.of(0.0, 0.3, 0.7, 1.0)
                .flatMap(eta -> Stream.of("ddim", "euler-ancestral").map(name -> Arguments.of(schedule, eta, name))));
    }

    @ParameterizedTest
    @MethodSource("schedulesAndEtas")
    void shouldHaveTheMomentsOfDdim(NoiseSchedule schedule, double eta, String name) {
        TimeGrid grid = TimeGrids.of("log-snr", schedule, 20, 0.99 * schedule.maxTime(), schedule.minTime());
        Moments expected = marginal(schedule, grid.start());
        for (int i = 0; i < 20; i++) {
            double t = grid.time(i);
            double u = grid.time(i + 1);
            double at = schedule.alpha(t);
            double st = schedule.sigma(t);
            double au = schedule.alpha(u);
            double su = schedule.sigma(u);
            double s = eta * su / st * Math.sqrt(st * st - Math.pow(at / au * su, 2));
            double rest = Math.sqrt(su * su - s * s);
            double a = gain(schedule, t);
            double c = offset(schedule, t);
            expected = expected.step(au * a + rest * (1 - at * a) / st, au * c - rest * at * c / st, s);
        }
        Moments moments = run(Solvers.byName(name).plan(schedule, grid, new SolverOptions(eta)));
        assertThat(moments.mean()).isCloseTo(expected.mean(), within(1e-12));
        assertThat(moments.variance()).isCloseTo(expected.variance(), within(1e-12));
        // DDIM keeps the mean exactly, whatever eta.
        assertThat(moments.mean()).isCloseTo(marginal(schedule, grid.end()).mean(), within(1e-12));
    }

    @ParameterizedTest
    @MethodSource("dev.pathline.diffusion.schedule.NoiseSchedules#all")
    void shouldHaveTheMomentsOfTheReverseKernel(NoiseSchedule schedule) {
        TimeGrid grid = TimeGrids.of("log-snr", schedule, 20, 0.99 * schedule.maxTime(), schedule.minTime());
        Moments expected = marginal(schedule, grid.start());
        for (int i = 0; i < 20; i++) {
            double t = grid.time(i);
            double u = grid.time(i + 1);
            double ratio = schedule.alpha(t) / schedule.alpha(u);
            double st2 = Math.pow(schedule.sigma(t), 2);
            double su2 = Math.pow(schedule.sigma(u), 2);
            double transition = st2 - ratio * ratio * su2;
            double weight = schedule.alpha(u) * transition / st2;
            expected = expected.step(
                    ratio * su2 / st2 + weight * gain(schedule, t),
                    weight * offset(schedule, t),
                    Math.sqrt(transition * su2 / st2));
        }
        Moments moments = run(Ancestral.fixedSmall().plan(schedule, grid));
        assertThat(moments.mean()).isCloseTo(expected.mean(), within(1e-12));
        assertThat(moments.variance()).isCloseTo(expected.variance(), within(1e-12));
    }

    @ParameterizedTest
    @CsvSource({
        "ddim, 0, 7.7e-2, 4.1e-2, 2.1e-2, 1.1e-2",
        "ddim, 1, 1.3e-1, 7.4e-2, 4.0e-2, 2.1e-2",
        "ancestral, 1, 1.3e-1, 7.4e-2, 4.0e-2, 2.1e-2",
        "euler-ancestral, 1, 1.3e-1, 7.4e-2, 4.0e-2, 2.1e-2"})
    void shouldHaveTheMeasuredErrorsOfTheVariance(
            String name, double eta, double e20, double e40, double e80, double e160) {
        int steps = 20;
        for (double expected : new double[]{e20, e40, e80, e160}) {
            TimeGrid grid = TimeGrids.of("log-snr", VpLinear.DEFAULT, steps, 1, 1e-3);
            Moments moments = run(Solvers.byName(name).plan(VpLinear.DEFAULT, grid, new SolverOptions(eta)));
            double error = Math.abs(moments.variance() - marginal(VpLinear.DEFAULT, 1e-3).variance());
            assertThat(error / expected).as("%d steps", steps).isCloseTo(1, within(0.05));
            steps *= 2;
        }
    }

    @Test
    void shouldDefaultToTheCustomaryEta() {
        assertThat(Solvers.byName("ddim").info()).returns(0.0, SolverInfo::defaultEta).returns(true,
                SolverInfo::deterministic);
        assertThat(Solvers.byName("euler-ancestral").info()).returns(1.0, SolverInfo::defaultEta)
                .returns(false, SolverInfo::deterministic);
        assertThat(Solvers.byName("ancestral").info().defaultEta()).isNull();
    }
}
