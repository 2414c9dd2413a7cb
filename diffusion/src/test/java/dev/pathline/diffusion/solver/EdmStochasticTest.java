package dev.pathline.diffusion.solver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.pathline.diffusion.grid.TimeGrid;
import dev.pathline.diffusion.grid.TimeGrids;
import dev.pathline.diffusion.plan.SolverPlan;
import dev.pathline.diffusion.plan.SolverStage;
import dev.pathline.diffusion.schedule.Edm;
import dev.pathline.diffusion.schedule.NoiseSchedule;
import dev.pathline.diffusion.schedule.NoiseSchedules;
import dev.pathline.diffusion.schedule.RectifiedFlow;
import dev.pathline.diffusion.solver.SolverOptions.Churn;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class EdmStochasticTest {
    private static final Solver STOCHASTIC = Solvers.byName("edm-stochastic");
    private static final Churn NONE = new Churn(0, 0, 1, 1);
    private static final Churn EVERYWHERE = new Churn(80, 0, Double.POSITIVE_INFINITY, 1);

    static Stream<Arguments> schedulesAndChurns() {
        return NoiseSchedules.all().stream()
                .flatMap(schedule -> Stream.of(Churn.CIFAR_10, Churn.IMAGENET_64, EVERYWHERE, NONE)
                        .map(churn -> Arguments.of(schedule, churn)));
    }

    /** Algorithm 2 as published, in y = x / alpha and rho = sigma / alpha. */
    @ParameterizedTest
    @MethodSource("schedulesAndChurns")
    void shouldHaveTheMomentsOfThePublishedAlgorithm(NoiseSchedule schedule, Churn churn) {
        TimeGrid grid = TimeGrids.of("karras", schedule, 20, 0.99 * schedule.maxTime(), schedule.minTime());
        var problem = new GaussianProblem(schedule);
        GaussianVariable y = GaussianVariable.of(problem.marginal(grid.start()))
                .times(1 / schedule.alpha(grid.start()));
        for (int i = 0; i < 20; i++) {
            double rho = schedule.noiseRatio(grid.time(i));
            double target = schedule.noiseRatio(grid.time(i + 1));
            double gamma = rho >= churn.sMin() && rho <= churn.sMax()
                    ? Math.min(churn.sChurn() / 20, Math.sqrt(2) - 1)
                    : 0;
            if (rho * (1 + gamma) > schedule.noiseRatio(schedule.maxTime())) {
                gamma = 0;
            }
            double raised = rho * (1 + gamma);
            y = y.plusFreshNoise(Math.sqrt(raised * raised - rho * rho) * churn.sNoise());
            GaussianVariable slope = slope(problem, y, raised);
            GaussianVariable predicted = y.plus(slope.times(target - raised));
            GaussianVariable mean = slope.plus(slope(problem, predicted, target)).times(0.5);
            y = y.plus(mean.times(target - raised));
        }
        JointMoments.of(STOCHASTIC.plan(schedule, grid, churn))
                .shouldBeCloseTo(y.times(schedule.alpha(grid.end())).moments(), 1e-12);
    }

    private static GaussianVariable slope(GaussianProblem problem, GaussianVariable y, double rho) {
        double t = problem.schedule().timeOfHalfLogSnr(-Math.log(rho));
        return y.minus(problem.data(y.times(problem.schedule().alpha(t)), t)).times(1 / rho);
    }

    @Test
    void shouldBeHeunWithoutChurn() {
        TimeGrid grid = TimeGrids.of("karras", Edm.DEFAULT, 18);
        var problem = new MixtureProblem(Edm.DEFAULT);
        List<double[]> heun = problem.run(Solvers.byName("heun"), grid);
        List<double[]> stochastic = problem.run(STOCHASTIC, grid, NONE);
        assertThat(MixtureProblem.rms(heun, stochastic)).isLessThan(1e-12);
        assertThat(MixtureProblem.rms(heun, problem.run(STOCHASTIC, grid, Churn.CIFAR_10)))
                .isGreaterThan(1e-2);
    }

    @ParameterizedTest
    @MethodSource("dev.pathline.diffusion.schedule.NoiseSchedules#all")
    void shouldConvergeInDistributionWithOrderTwo(NoiseSchedule schedule) {
        assertThat(Math.log(varianceError(schedule, 160) / varianceError(schedule, 640)) / Math.log(4))
                .isCloseTo(2, within(0.1));
    }

    private static double varianceError(NoiseSchedule schedule, int steps) {
        TimeGrid grid = TimeGrids.of("log-snr", schedule, steps, 0.95 * schedule.maxTime(), schedule.minTime());
        Moments moments = JointMoments.of(STOCHASTIC.plan(schedule, grid, new Churn(30, 0.01, 1, 1)));
        return Math.abs(moments.variance() - new GaussianProblem(schedule).marginal(grid.end()).variance());
    }

    @ParameterizedTest
    @CsvSource({"18, 35", "40, 79", "256, 511"})
    void shouldCountThePublishedEvaluations(int steps, int evaluations) {
        SolverPlan plan = Solvers.byName("edm-stochastic")
                .plan(Edm.DEFAULT, TimeGrids.of("karras", Edm.DEFAULT, steps));
        assertThat(plan.evaluations()).isEqualTo(evaluations);
    }

    @Test
    void shouldAddNoiseWhereItIsAsked() {
        SolverPlan plan = Solvers.byName("edm-stochastic")
                .plan(Edm.DEFAULT, TimeGrids.of("karras", Edm.DEFAULT, 256));
        List<Integer> noisy = plan.stages().stream().filter(SolverStage::needsNoise).map(SolverStage::step).toList();
        assertThat(noisy).isEqualTo(Stream.iterate(0, step -> step + 1).limit(256)
                .filter(step -> plan.timeGrid().time(step) >= 0.01 && plan.timeGrid().time(step) <= 1).toList());
        assertThat(noisy).hasSizeGreaterThan(50);
        // The step after a churn of gamma = 30/256 is evaluated at the raised level.
        SolverStage evaluated = plan.stages().stream()
                .filter(stage -> stage.step() == noisy.getFirst() && stage.evaluation() != null)
                .findFirst().orElseThrow();
        assertThat(evaluated.evaluation().time())
                .isCloseTo(plan.timeGrid().time(noisy.getFirst()) * (1 + 30 / 256.0), within(1e-14));
    }

    @Test
    void shouldNotLeaveTheSchedule() {
        for (NoiseSchedule schedule : NoiseSchedules.all()) {
            SolverPlan plan = STOCHASTIC.plan(schedule, TimeGrids.of("karras", schedule, 30), EVERYWHERE);
            assertThat(plan.stages()).filteredOn(stage -> stage.evaluation() != null)
                    .allSatisfy(stage -> assertThat(stage.evaluation().time())
                            .isLessThanOrEqualTo(schedule.maxTime()));
            assertThat(plan.stages().getFirst().needsNoise()).isFalse();
        }
        SolverPlan fromPureNoise = STOCHASTIC.plan(RectifiedFlow.DEFAULT,
                TimeGrids.of("time", RectifiedFlow.DEFAULT, 10), EVERYWHERE);
        // One evaluation from pure noise and one to clean data, two for each step between.
        assertThat(fromPureNoise.evaluations()).isEqualTo(18);
    }

    @Test
    void shouldRefuseChurnsThatMeanNothing() {
        for (double[] bad : new double[][]{{-1, 0, 1, 1}, {1, -1, 1, 1}, {1, 2, 1, 1}, {1, 0, 1, 0},
            {Double.NaN, 0, 1, 1}, {1, 0, Double.NaN, 1}, {1, 0, 1, Double.POSITIVE_INFINITY}}) {
            assertThatThrownBy(() -> new Churn(bad[0], bad[1], bad[2], bad[3]))
                    .isInstanceOf(IllegalArgumentException.class).hasMessageStartingWith("churn needs sChurn >= 0");
        }
    }
}
