package dev.pathline.diffusion.solver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.pathline.diffusion.grid.TimeGrid;
import dev.pathline.diffusion.grid.TimeGrids;
import dev.pathline.diffusion.guidance.Guidance;
import dev.pathline.diffusion.model.Network;
import dev.pathline.diffusion.noise.NoiseKey;
import dev.pathline.diffusion.noise.NoiseSource;
import dev.pathline.diffusion.plan.BindOptions;
import dev.pathline.diffusion.plan.Combination;
import dev.pathline.diffusion.plan.PlanExecutor;
import dev.pathline.diffusion.plan.SamplingPlan;
import dev.pathline.diffusion.plan.SolverStage;
import dev.pathline.diffusion.plan.StageNoise;
import dev.pathline.diffusion.plan.ValueOperation;
import dev.pathline.diffusion.prediction.Prediction;
import dev.pathline.diffusion.schedule.Edm;
import dev.pathline.diffusion.schedule.NoiseSchedule;
import dev.pathline.diffusion.schedule.NoiseSchedules;
import dev.pathline.diffusion.schedule.RectifiedFlow;
import dev.pathline.diffusion.schedule.VpLinear;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Solvers that are one another in other words, and solvers against the words of their papers. */
class SolverIdentitiesTest {
    private static final NoiseSchedule VP = VpLinear.DEFAULT;

    /** Steps of different lengths in lambda. */
    private static final TimeGrid UNEVEN = TimeGrids.of("quadratic", VP, 9, 1, 0.02);

    static Stream<Arguments> firstOrderOnEverySchedule() {
        return NoiseSchedules.all().stream().flatMap(schedule -> Stream.of("dpm-solver-1", "ddim", "euler")
                .filter(name -> !name.equals("euler") || schedule instanceof Edm || schedule instanceof RectifiedFlow)
                .map(name -> Arguments.of(schedule, name)));
    }

    /** {@code x_u = alpha_u m + sigma_u eps}, in noise form, in data form, and as Euler's step where the path is straight. */
    @ParameterizedTest
    @MethodSource("firstOrderOnEverySchedule")
    void shouldBeTheSameMapInFirstOrder(NoiseSchedule schedule, String name) {
        var problem = new MixtureProblem(schedule);
        TimeGrid grid = TimeGrids.of("log-snr", schedule, 12, 0.99 * schedule.maxTime(), 0);
        List<double[]> expected = problem.starts(grid.start()).stream().map(start -> {
            double[] x = start;
            for (int i = 0; i < grid.steps(); i++) {
                double[] data = problem.model().data(x, grid.time(i), Network.NO_LABEL);
                double[] next = new double[2];
                for (int k = 0; k < 2; k++) {
                    double noise = (x[k] - schedule.alpha(grid.time(i)) * data[k]) / schedule.sigma(grid.time(i));
                    next[k] = schedule.alpha(grid.time(i + 1)) * data[k] + schedule.sigma(grid.time(i + 1)) * noise;
                }
                x = next;
            }
            return x;
        }).toList();
        assertThat(MixtureProblem.rms(problem.run(Solvers.byName(name), grid), expected)).isLessThan(1e-12);
    }

    /** math.md 3.3, with the second difference and with the second derivative. */
    @ParameterizedTest
    @CsvSource({"dpm-solver++-3m, 2", "dpm-solver++-3m-legacy, 1"})
    void shouldHaveTheDifferencesOfTheThirdOrderMultistepSolver(String name, double c) {
        List<SolverStage> stages = Solvers.byName(name).plan(VP, UNEVEN).stages();
        for (int i = 2; i < stages.size(); i++) {
            Step step = Step.of(VP, UNEVEN, i);
            double h = step.h();
            double r0 = Step.of(VP, UNEVEN, i - 1).h() / h;
            double r1 = Step.of(VP, UNEVEN, i - 2).h() / h;
            Combination newer = Combination.M0.minus(Combination.M1).times(1 / r0);
            Combination older = Combination.M1.minus(Combination.M2).times(1 / r1);
            Combination first = newer.plus(newer.minus(older).times(r0 / (r0 + r1)));
            Combination second = newer.minus(older).times(c / (r0 + r1));
            assertSame(stages.get(i).nextX(), step.dataBase()
                    .plus(first.times(step.alphaU() * (Math.expm1(-h) / h + 1)))
                    .minus(second.times(step.alphaU() * ((Math.expm1(-h) + h) / (h * h) - 0.5))));
        }
    }

    /** DEIS by the antiderivatives of Lagrange's polynomials in {@code ln rho} (diffusers' deis), and DPM-Solver-3M. */
    @ParameterizedTest
    @CsvSource({"deis-log-rho-2, 2", "deis-log-rho-3, 3", "dpm-solver-3m, 3"})
    void shouldIntegrateDeisInClosedForm(String name, int order) {
        List<SolverStage> stages = Solvers.byName(name).plan(VP, UNEVEN).stages();
        for (int i = order - 1; i < stages.size(); i++) {
            Step step = Step.of(VP, UNEVEN, i);
            Combination next = stages.get(i).nextX();
            for (int j = 0; j < order; j++) {
                double b = VP.noiseRatio(UNEVEN.time(i - j));
                double c = VP.noiseRatio(UNEVEN.time(i - (j + 1) % order));
                double d = VP.noiseRatio(UNEVEN.time(i - (j + 2) % order));
                double expected = step.alphaU() * (primitive(order, VP.noiseRatio(step.u()), b, c, d)
                        - primitive(order, VP.noiseRatio(step.t()), b, c, d));
                // The plan writes the point as alpha m + sigma eps, with both predictions of this stage.
                double weight = next.history(j) - (j == 0 ? next.data() * VP.noiseRatio(step.t()) : 0);
                assertThat(weight).as("%s, step %d, value %d", name, i, j).isCloseTo(expected, within(1e-12));
            }
        }
    }

    private static double primitive(int order, double rho, double b, double c, double d) {
        double log = Math.log(rho);
        double p = Math.log(c);
        double q = Math.log(d);
        return order == 2
                ? rho * (log - p - 1) / (Math.log(b) - p)
                : rho * (log * log - 2 * log + 2 - (p + q) * (log - 1) + p * q)
                        / ((Math.log(b) - p) * (Math.log(b) - q));
    }

    /** For EDM {@code t} is {@code sigma/alpha}, so on an even grid DEIS' polynomials in {@code t} are Adams and Bashforth's. */
    @Test
    void shouldBeIpndmWhereDeisHasEvenSteps() {
        TimeGrid grid = new TimeGrid("even", 5, 4.5, 4, 3.5, 3, 2.5, 2, 1.5, 1);
        List<SolverStage> deis = Solvers.byName("deis-tab-3").plan(Edm.DEFAULT, grid).stages();
        List<SolverStage> ipndm = Solvers.byName("ipndm").plan(Edm.DEFAULT, grid).stages();
        for (int i = 0; i < deis.size(); i++) {
            assertSame(ipndm.get(i).nextX(), deis.get(i).nextX());
        }
        assertThat(ipndm.getLast().nextX().m3()).isCloseTo(-0.5 * -9 / 24, within(1e-12));
    }

    /** k-diffusion's words: {@code d = (y - D)/rho}, and a step of it from {@code sqrt(rho_t rho_u)}. */
    @Test
    void shouldTakeTheMidpointInLogSigma() {
        var problem = new MixtureProblem(VP);
        TimeGrid grid = TimeGrids.of("log-snr", VP, 1, 0.5, 0.3);
        double from = VP.noiseRatio(0.5);
        double to = VP.noiseRatio(0.3);
        double middle = Math.sqrt(from * to);
        double time = VP.timeOfHalfLogSnr(-Math.log(middle));
        double[] y = problem.starts(0.5).getFirst();
        y = new double[]{y[0] / VP.alpha(0.5), y[1] / VP.alpha(0.5)};
        double[] half = move(y, slope(problem, y, 0.5), middle - from);
        double[] end = move(y, slope(problem, half, time), to - from);
        assertThat(problem.run(Solvers.byName("midpoint"), grid).getFirst())
                .containsExactly(new double[]{VP.alpha(0.3) * end[0], VP.alpha(0.3) * end[1]}, within(1e-12));
    }

    private static double[] slope(MixtureProblem problem, double[] y, double t) {
        double[] data = problem.model()
                .data(new double[]{VP.alpha(t) * y[0], VP.alpha(t) * y[1]}, t, Network.NO_LABEL);
        return new double[]{(y[0] - data[0]) / VP.noiseRatio(t), (y[1] - data[1]) / VP.noiseRatio(t)};
    }

    private static double[] move(double[] y, double[] slope, double length) {
        return new double[]{y[0] + length * slope[0], y[1] + length * slope[1]};
    }

    /** On a grid that is even in lambda two intervals are one step with {@code r = 1/2}. */
    @Test
    void shouldTakeTheStepsOfTheSecondOrderSolverFromABudget() {
        var problem = new MixtureProblem(VP);
        List<double[]> single = problem.run(Solvers.byName("dpm-solver++-2s"), TimeGrids.of("log-snr", VP, 6, 1, 0.01));
        List<double[]> budget = problem.run(Solvers.byName("dpm-solver++-fast-2"),
                TimeGrids.of("log-snr", VP, 12, 1, 0.01));
        assertThat(MixtureProblem.rms(single, budget)).isLessThan(1e-12);
    }

    @ParameterizedTest
    @CsvSource({"0, NONE", "0.5, NONE", "1, NONE", "0, CLIP", "0.5, CLIP", "1, CLIP"})
    void shouldKeepTheNoiseThatWasPredicted(double eta, String kind) {
        boolean clips = kind.equals("CLIP");
        double bound = 0.1;
        var problem = new MixtureProblem(VP);
        TimeGrid grid = TimeGrids.of("time", VP, 1, 0.5, 0.2);
        double[] start = problem.starts(0.5).getFirst();
        double[] data = problem.model().data(start, 0.5, Network.NO_LABEL);
        double s = eta * VP.sigma(0.2)
                * Math.sqrt(1 - Math.pow(VP.noiseRatio(0.2) / VP.noiseRatio(0.5), 2));
        double[] expected = new double[2];
        for (int k = 0; k < 2; k++) {
            double noise = (start[k] - VP.alpha(0.5) * data[k]) / VP.sigma(0.5);
            double value = clips ? Math.clamp(data[k], -bound, bound) : data[k];
            expected[k] = VP.alpha(0.2) * value + Math.sqrt(Math.pow(VP.sigma(0.2), 2) - s * s) * noise + s;
        }
        SamplingPlan plan = Solvers.byName("ddim-raw-noise").plan(VP, grid, new SolverOptions.Eta(eta))
                .bind(problem.card(Prediction.NOISE), Guidance.OFF, new BindOptions(
                        clips ? new ValueOperation.Clip(-bound, bound) : ValueOperation.NONE, StageNoise.INDEPENDENT));
        var executor = new PlanExecutor(plan, problem.model().network(Prediction.NOISE), new Ones());
        assertThat(executor.run(start, Network.NO_LABEL, 0, 0, PlanExecutor.Listener.NONE))
                .containsExactly(expected, within(1e-12));
        assertThat(data[1]).as("the operation does something").isLessThan(-bound);
    }

    @ParameterizedTest
    @CsvSource({"14, true", "15, false"})
    void shouldLowerTheOrderBeforeTheEndOfFewSteps(int steps, boolean lowered) {
        for (String name : List.of("dpm-solver-3m", "dpm-solver++-3m", "dpm-solver++-3m-legacy", "deis-tab-2")) {
            List<SolverStage> stages = Solvers.byName(name).plan(VP, TimeGrids.of("log-snr", VP, steps)).stages();
            assertThat(stages.get(steps - 3).nextX().m2()).isNotZero();
            assertThat(stages.get(steps - 2).nextX().m2() == 0).as(name).isEqualTo(lowered);
            assertThat(stages.get(steps - 2).nextX().m1()).isNotZero();
        }
    }

    static void assertSame(Combination actual, Combination expected) {
        Combination rest = actual.minus(expected);
        assertThat(Stream.of(rest.x(), rest.y(), rest.data(), rest.m0(), rest.m1(), rest.m2(), rest.m3())
                .mapToDouble(Math::abs).max().orElseThrow()).as("%s%n%s", actual, expected).isLessThan(1e-12);
    }

    /** Noise that is 1 everywhere. */
    private static final class Ones implements NoiseSource {
        @Override
        public void fill(NoiseKey key, double[] values) {
            Arrays.fill(values, 1);
        }

        @Override
        public void fill(NoiseKey key, float[] values) {
            Arrays.fill(values, 1);
        }
    }
}
