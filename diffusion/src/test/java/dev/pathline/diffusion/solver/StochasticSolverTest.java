package dev.pathline.diffusion.solver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.pathline.diffusion.grid.TimeGrid;
import dev.pathline.diffusion.grid.TimeGrids;
import dev.pathline.diffusion.plan.Combination;
import dev.pathline.diffusion.plan.SolverPlan;
import dev.pathline.diffusion.schedule.NoiseSchedule;
import dev.pathline.diffusion.schedule.NoiseSchedules;
import dev.pathline.diffusion.schedule.VpLinear;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Stochastic solvers without Monte Carlo: on Gaussian data the moments of a plan's samples follow from its weights
 * ({@link JointMoments}), and those of the published algorithm from its formulas ({@link GaussianVariable}).
 */
class StochasticSolverTest {
    private static final int STEPS = 20;

    /** One step of a published algorithm, from {@code x} at {@code t}. */
    private interface Update {
        GaussianVariable apply(GaussianProblem problem, GaussianVariable x, double t, double u);
    }

    private static void assertMoments(NoiseSchedule schedule, String name, double eta, Update update) {
        TimeGrid grid = grid(schedule);
        var problem = new GaussianProblem(schedule);
        GaussianVariable x = GaussianVariable.of(problem.marginal(grid.start()));
        for (int i = 0; i < STEPS; i++) {
            x = update.apply(problem, x, grid.time(i), grid.time(i + 1));
        }
        Solver solver = Solvers.byName(name);
        SolverPlan plan = solver.plan(schedule, grid, solver.info().options().with(Map.of(SolverOption.ETA, eta)));
        JointMoments.of(plan).shouldBeCloseTo(x.moments(), 1e-12);
    }

    private static TimeGrid grid(NoiseSchedule schedule) {
        return TimeGrids.of("log-snr", schedule, STEPS, 0.99 * schedule.maxTime(), schedule.minTime());
    }

    static Stream<Arguments> schedulesAndEtas() {
        return NoiseSchedules.all().stream()
                .flatMap(schedule -> Stream.of(0.0, 0.3, 0.7, 1.0).map(eta -> Arguments.of(schedule, eta)));
    }

    @ParameterizedTest
    @MethodSource("schedulesAndEtas")
    void shouldHaveTheMomentsOfDdim(NoiseSchedule schedule, double eta) {
        Update ddim = (problem, x, t, u) -> {
            double at = schedule.alpha(t);
            double st = schedule.sigma(t);
            double su = schedule.sigma(u);
            double s = eta * su / st * Math.sqrt(st * st - Math.pow(at / schedule.alpha(u) * su, 2));
            GaussianVariable data = problem.data(x, t);
            GaussianVariable noise = x.minus(data.times(at)).times(1 / st);
            return data.times(schedule.alpha(u)).plus(noise.times(Math.sqrt(su * su - s * s))).plusFreshNoise(s);
        };
        for (String name : List.of("ddim", "euler-ancestral")) {
            assertMoments(schedule, name, eta, ddim);
            // DDIM keeps the mean exactly, whatever eta.
            TimeGrid grid = grid(schedule);
            SolverPlan plan = Solvers.byName(name).plan(schedule, grid, new SolverOptions.Eta(eta));
            assertThat(JointMoments.of(plan).mean())
                    .isCloseTo(new GaussianProblem(schedule).marginal(grid.end()).mean(), within(1e-12));
        }
    }

    @ParameterizedTest
    @MethodSource("dev.pathline.diffusion.schedule.NoiseSchedules#all")
    void shouldHaveTheMomentsOfTheReverseKernel(NoiseSchedule schedule) {
        assertMoments(schedule, "ancestral", 0, reverseKernel(schedule, false));
        assertMoments(schedule, "ancestral-fixed-large", 0, reverseKernel(schedule, true));
    }

    private static Update reverseKernel(NoiseSchedule schedule, boolean large) {
        return (problem, x, t, u) -> {
            double ratio = schedule.alpha(t) / schedule.alpha(u);
            double st2 = Math.pow(schedule.sigma(t), 2);
            double su2 = Math.pow(schedule.sigma(u), 2);
            double transition = st2 - ratio * ratio * su2;
            return x.times(ratio * su2 / st2)
                    .plus(problem.data(x, t).times(schedule.alpha(u) * transition / st2))
                    .plusFreshNoise(Math.sqrt(large ? transition : transition * su2 / st2));
        };
    }

    @ParameterizedTest
    @MethodSource("schedulesAndEtas")
    void shouldHaveTheMomentsOfEulerAndMaruyama(NoiseSchedule schedule, double gamma) {
        assertMoments(schedule, "euler-maruyama", gamma, (problem, x, t, u) -> {
            double f = schedule.drift(t);
            double g2 = schedule.diffusionSquared(t);
            GaussianVariable score = problem.data(x, t).times(schedule.alpha(t)).minus(x)
                    .times(1 / Math.pow(schedule.sigma(t), 2));
            GaussianVariable drift = x.times(f).minus(score.times((1 + gamma * gamma) / 2 * g2));
            return x.plus(drift.times(u - t)).plusFreshNoise(gamma * Math.sqrt(g2 * (t - u)));
        });
    }

    @ParameterizedTest
    @MethodSource("dev.pathline.diffusion.schedule.NoiseSchedules#all")
    void shouldHaveTheMomentsOfAnnealedLangevinDynamics(NoiseSchedule schedule) {
        assertMoments(schedule, "annealed-langevin", 0, (problem, x, t, u) -> {
            // As published: y is data with noise of standard deviation rho, and the size is 2e-5 rho^2 / 0.01^2.
            double rho = schedule.noiseRatio(u);
            double size = 2e-5 * rho * rho / (0.01 * 0.01);
            GaussianVariable y = x.times(1 / schedule.alpha(t));
            for (int k = 0; k < 10; k++) {
                GaussianVariable data = problem.data(y.times(schedule.alpha(u)), u);
                GaussianVariable score = data.minus(y).times(1 / (rho * rho));
                y = y.plus(score.times(size / 2)).plusFreshNoise(Math.sqrt(size));
            }
            return y.times(schedule.alpha(u));
        });
    }

    @ParameterizedTest
    @MethodSource("schedulesAndEtas")
    void shouldHaveTheMomentsOfSdeDpmSolver(NoiseSchedule schedule, double eta) {
        for (int order = 1; order <= 3; order++) {
            String name = "sde-dpm-solver++-" + (order == 1 ? "1" : order + "m");
            assertMoments(schedule, name, eta, sdeDpmSolver(schedule, eta, order));
        }
    }

    /** k-diffusion's loop, with the second difference doubled. */
    private static Update sdeDpmSolver(NoiseSchedule schedule, double eta, int order) {
        List<GaussianVariable> data = new ArrayList<>();
        List<Double> steps = new ArrayList<>();
        return (problem, x, t, u) -> {
            double alpha = schedule.alpha(u);
            double h = schedule.halfLogSnr(u) - schedule.halfLogSnr(t);
            double hEta = h * (1 + eta);
            data.addFirst(problem.data(x, t));
            GaussianVariable next = x.times(schedule.sigma(u) / schedule.sigma(t) * Math.exp(-eta * h))
                    .plus(data.getFirst().times(-alpha * Math.expm1(-hEta)));
            if (order > 1 && !steps.isEmpty()) {
                double r0 = steps.get(0) / h;
                GaussianVariable d1 = data.get(0).minus(data.get(1)).times(1 / r0);
                if (order == 3 && steps.size() == 1) {
                    next = next.plus(d1.times(alpha * (Math.expm1(-hEta) / hEta + 1)));
                } else if (order == 2) {
                    next = next.plus(d1.times(-alpha * Math.expm1(-hEta) / 2));
                } else {
                    double r1 = steps.get(1) / h;
                    GaussianVariable older = data.get(1).minus(data.get(2)).times(1 / r1);
                    GaussianVariable d2 = d1.minus(older).times(2 / (r0 + r1));
                    double phi2 = Math.expm1(-hEta) / hEta + 1;
                    double phi3 = phi2 / hEta - 0.5;
                    next = next.plus(d1.plus(d2.times(r0 / 2)).times(alpha * phi2))
                            .minus(d2.times(alpha * phi3));
                }
            }
            steps.addFirst(h);
            return next.plusFreshNoise(schedule.sigma(u) * Math.sqrt(1 - Math.exp(-2 * eta * h)));
        };
    }

    @ParameterizedTest
    @MethodSource("dev.pathline.diffusion.schedule.NoiseSchedules#all")
    void shouldBeTheSolverOfTheOdeWithoutNoise(NoiseSchedule schedule) {
        for (String grid : List.of("quadratic", "log-snr")) {
            TimeGrid times = TimeGrids.of(grid, schedule, STEPS);
            assertEqualPlans(schedule, times, 0, "ddim", "sde-dpm-solver++-1");
            assertEqualPlans(schedule, times, 0, "dpm-solver++-2m", "sde-dpm-solver++-2m");
            assertEqualPlans(schedule, times, 0, "dpm-solver++-3m", "sde-dpm-solver++-3m");
        }
        TimeGrid grid = grid(schedule);
        SolverOptions noNoise = new SolverOptions.Eta(0);
        JointMoments.of(Solvers.byName("euler-maruyama").plan(schedule, grid, noNoise))
                .shouldBeCloseTo(JointMoments.of(Solvers.byName("euler").plan(schedule, grid, noNoise)), 1e-13);
    }

    @Test
    void shouldNotExtrapolateNoiseBeforeTheLastStep() {
        TimeGrid grid = TimeGrids.of("time", VpLinear.DEFAULT, STEPS);
        assertThat(beforeLast("sde-dpm-solver++-3m", grid, 1)).isEqualTo(beforeLast("sde-dpm-solver++-2m", grid, 1))
                .isNotEqualTo(beforeLast("sde-dpm-solver++-3m", grid, 0));
        TimeGrid notClean = TimeGrids.of("log-snr", VpLinear.DEFAULT, STEPS, 1, 1e-3);
        assertThat(beforeLast("sde-dpm-solver++-3m", notClean, 1).m2()).isNotZero();
    }

    private static Combination beforeLast(String name, TimeGrid grid, double eta) {
        return Solvers.byName(name).plan(VpLinear.DEFAULT, grid, new SolverOptions.Eta(eta)).stages().get(STEPS - 2)
                .nextX();
    }

    @ParameterizedTest
    @MethodSource("dev.pathline.diffusion.schedule.NoiseSchedules#all")
    void shouldBeOneSamplerUnderFourNames(NoiseSchedule schedule) {
        for (int steps : new int[]{1, 2, STEPS}) {
            // Long steps too, after which little is left of the old noise.
            TimeGrid grid = TimeGrids.of("log-snr", schedule, steps, schedule.maxTime(), schedule.minTime());
            for (String name : List.of("ddim", "euler-ancestral", "sde-dpm-solver++-1")) {
                assertEqualPlans(schedule, grid, 1, "ancestral", name);
            }
        }
    }

    private static void assertEqualPlans(NoiseSchedule schedule, TimeGrid grid, double eta, String one, String other) {
        var options = new SolverOptions.Eta(eta);
        assertThat(Solvers.byName(other).plan(schedule, grid, options).stages())
                .usingRecursiveComparison()
                .withComparatorForType(StochasticSolverTest::compare, Double.class)
                .isEqualTo(Solvers.byName(one).plan(schedule, grid, options).stages());
    }

    /** Equal but for the sign of zero and 1e-15. */
    private static int compare(double a, double b) {
        return Double.isNaN(a) && Double.isNaN(b) || Math.abs(a - b) <= 1e-15 * Math.max(1, Math.abs(b)) ? 0 : 1;
    }

    @ParameterizedTest
    @CsvSource({
        "ddim, 0, 7.7e-2, 4.1e-2, 2.1e-2, 1.1e-2",
        "ddim, 1, 1.3e-1, 7.4e-2, 4.0e-2, 2.1e-2",
        "ancestral, 1, 1.3e-1, 7.4e-2, 4.0e-2, 2.1e-2",
        "euler-ancestral, 1, 1.3e-1, 7.4e-2, 4.0e-2, 2.1e-2",
        "sde-dpm-solver++-1, 1, 1.3e-1, 7.4e-2, 4.0e-2, 2.1e-2",
        "euler-maruyama, 1, 7.6e-2, 3.4e-2, 1.6e-2, 8.0e-3"})
    void shouldHaveTheMeasuredErrorsOfTheVariance(
            String name, double eta, double e20, double e40, double e80, double e160) {
        int steps = 20;
        for (double expected : new double[]{e20, e40, e80, e160}) {
            assertThat(error(name, new SolverOptions.Eta(eta), steps).variance() / expected).as("%d steps", steps)
                    .isCloseTo(1, within(0.05));
            steps *= 2;
        }
    }

    @Test
    void shouldHaveTheMeasuredErrorsOfTheMean() {
        int steps = 20;
        for (double expected : new double[]{9.2e-3, 4.6e-3, 2.3e-3}) {
            assertThat(error("euler-maruyama", new SolverOptions.Eta(1), steps).mean() / expected).as("%d steps", steps)
                    .isCloseTo(1, within(0.05));
            steps *= 2;
        }
    }

    /** By how much the moments differ from the exact ones. */
    private static Moments error(String name, SolverOptions options, int steps) {
        TimeGrid grid = TimeGrids.of("log-snr", VpLinear.DEFAULT, steps, 1, 1e-3);
        Moments moments = JointMoments.of(
                Solvers.byName(name).plan(VpLinear.DEFAULT, grid, options));
        Moments exact = new GaussianProblem(VpLinear.DEFAULT).marginal(1e-3);
        return new Moments(Math.abs(moments.mean() - exact.mean()), Math.abs(moments.variance() - exact.variance()));
    }

    static Stream<String> stochastic() {
        return Solvers.all().stream().map(Solver::info)
                .filter(info -> !info.deterministic() && !info.flowMap())
                .map(SolverInfo::name)
                // Its steps are sized by norms, so they are not affine: LangevinTest. EDM's published noise is too strong
                // on purpose: EdmStochasticTest.
                .filter(name -> !List.of("predictor-corrector", "edm-stochastic").contains(name));
    }

    @ParameterizedTest
    @MethodSource("stochastic")
    void shouldConvergeInVarianceWithItsOrder(String name) {
        SolverOptions usual = Solvers.byName(name).info().options();
        double ratio = error(name, usual, 160).variance() / error(name, usual, 640).variance();
        assertThat(Math.log(ratio) / Math.log(4)).isCloseTo(Solvers.byName(name).info().order(), within(0.1));
    }

    @Test
    void shouldDefaultToTheCustomaryEta() {
        assertThat(Solvers.byName("ddim").info()).returns(0.0, SolverInfo::defaultEta)
                .returns(true, SolverInfo::deterministic);
        for (String name : List.of("euler-ancestral", "euler-maruyama", "sde-dpm-solver++-1", "sde-dpm-solver++-2m")) {
            assertThat(Solvers.byName(name).info()).returns(1.0, SolverInfo::defaultEta)
                    .returns(false, SolverInfo::deterministic);
        }
        for (String name : List.of("ancestral", "ancestral-fixed-large", "predictor-corrector", "annealed-langevin",
                "edm-stochastic")) {
            assertThat(Solvers.byName(name).info()).returns(null, SolverInfo::defaultEta)
                    .returns(false, SolverInfo::deterministic);
        }
    }
}
