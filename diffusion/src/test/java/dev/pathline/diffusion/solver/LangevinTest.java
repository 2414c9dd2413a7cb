package dev.pathline.diffusion.solver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.pathline.diffusion.card.ModelCard;
import dev.pathline.diffusion.card.ModelKind;
import dev.pathline.diffusion.grid.TimeGrid;
import dev.pathline.diffusion.grid.TimeGrids;
import dev.pathline.diffusion.guidance.Guidance;
import dev.pathline.diffusion.model.GaussianModel;
import dev.pathline.diffusion.model.Network;
import dev.pathline.diffusion.noise.NoiseKey;
import dev.pathline.diffusion.noise.PhiloxNoise;
import dev.pathline.diffusion.plan.BindOptions;
import dev.pathline.diffusion.plan.PlanExecutor;
import dev.pathline.diffusion.plan.SamplingPlan;
import dev.pathline.diffusion.plan.SolverPlan;
import dev.pathline.diffusion.plan.Stage;
import dev.pathline.diffusion.prediction.Prediction;
import dev.pathline.diffusion.schedule.Edm;
import dev.pathline.diffusion.schedule.NoiseSchedule;
import dev.pathline.diffusion.schedule.NoiseSchedules;
import dev.pathline.diffusion.schedule.RectifiedFlow;
import dev.pathline.diffusion.schedule.VpLinear;
import dev.pathline.diffusion.solver.SolverOptions.Corrector;
import dev.pathline.diffusion.solver.SolverOptions.Langevin;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The solvers that make steps of Langevin dynamics. */
class LangevinTest {
    private static final double SNR = 0.16;

    private static GaussianModel model(NoiseSchedule schedule, int dimension) {
        double[] mean = new double[dimension];
        Arrays.fill(mean, GaussianProblem.MEAN);
        return new GaussianModel(schedule, mean, GaussianProblem.STD);
    }

    private static PlanExecutor executor(SolverPlan plan, GaussianModel model) {
        ModelCard card = ModelCard.of("gaussian", ModelKind.DIFFUSION, List.of(model.dimension()),
                plan.schedule().spec(), Prediction.DATA);
        SamplingPlan bound = plan.bind(card, Guidance.OFF, BindOptions.DEFAULT);
        return new PlanExecutor(bound, model.network(Prediction.DATA), new PhiloxNoise());
    }

    /** Algorithms 2 to 5 of arXiv 2011.13456 as published, with the executor's noise. */
    @ParameterizedTest
    @MethodSource("dev.pathline.diffusion.schedule.NoiseSchedules#all")
    void shouldRunThePublishedPredictorAndCorrector(NoiseSchedule schedule) {
        int dimension = 16;
        TimeGrid grid = TimeGrids.of("log-snr", schedule, 12, 0.95 * schedule.maxTime(), 0);
        GaussianModel model = model(schedule, dimension);
        SolverPlan plan = Solvers.byName("predictor-corrector").plan(schedule, grid);
        assertThat(plan.evaluations()).isEqualTo(23);
        double[] start = noise(NoiseKey.initial(3, 0), dimension);
        double[] x = start.clone();
        int draw = 0;
        for (int i = 0; i < 11; i++) {
            double t = grid.time(i);
            double u = grid.time(i + 1);
            double ratio = schedule.alpha(t) / schedule.alpha(u);
            double variance = Math.pow(schedule.sigma(t), 2) - Math.pow(ratio * schedule.sigma(u), 2);
            double[] score = model.score(x, t, Network.NO_LABEL);
            double[] z = noise(new NoiseKey(3, 0, draw++, 0), dimension);
            for (int k = 0; k < dimension; k++) {
                x[k] = (2 - ratio) * x[k] + variance * score[k] + Math.sqrt(variance) * z[k];
            }
            score = model.score(x, u, Network.NO_LABEL);
            z = noise(new NoiseKey(3, 0, draw++, 0), dimension);
            // 1 - beta at the level u, which the next level w determines.
            double a = Math.pow(schedule.alpha(u) / schedule.alpha(grid.time(i + 2)), 2);
            double size = 2 * a * Math.pow(SNR * norm(z) / norm(score), 2);
            for (int k = 0; k < dimension; k++) {
                x[k] += size * score[k] + Math.sqrt(2 * size) * z[k];
            }
        }
        x = model.data(x, grid.time(11), Network.NO_LABEL);
        double[] end = executor(plan, model).run(start, Network.NO_LABEL, 3, 0, PlanExecutor.Listener.NONE);
        assertThat(end).containsExactly(x, within(1e-9));
    }

    private static double[] noise(NoiseKey key, int dimension) {
        double[] values = new double[dimension];
        new PhiloxNoise().fill(key, values);
        return values;
    }

    private static double norm(double[] values) {
        return Math.sqrt(Arrays.stream(values).map(value -> value * value).sum());
    }

    /**
     * In many dimensions the norms of a sample are those of its distribution, so that the size of the corrector's step is a
     * number and the variance follows a recursion. The standard error is computed from the samples.
     */
    @Test
    void shouldHaveTheVarianceThatTheNormsLeadTo() {
        NoiseSchedule schedule = VpLinear.DEFAULT;
        int dimension = 4096;
        int samples = 40;
        TimeGrid grid = TimeGrids.of("log-snr", schedule, 20, 1, 1e-3);
        var problem = new GaussianProblem(schedule);
        Moments moments = new Moments(0, 1);
        Moments uncorrected = moments;
        for (int i = 0; i < 20; i++) {
            uncorrected = predicted(problem, uncorrected, grid.time(i), grid.time(i + 1));
            moments = corrected(problem, predicted(problem, moments, grid.time(i), grid.time(i + 1)),
                    grid.time(i + 1), i == 19 ? 0 : grid.time(i + 2));
        }
        GaussianModel model = model(schedule, dimension);
        PlanExecutor executor = executor(Solvers.byName("predictor-corrector").plan(schedule, grid), model);
        double[][] ends = IntStream.range(0, samples)
                .mapToObj(k -> executor.sample(dimension, Network.NO_LABEL, 11, k, PlanExecutor.Listener.NONE))
                .toArray(double[][]::new);
        assertWithinFiveStandardErrors(moments.mean(),
                Arrays.stream(ends).mapToDouble(end -> Arrays.stream(end).average().orElseThrow()).toArray());
        double mean = moments.mean();
        assertWithinFiveStandardErrors(moments.variance(), Arrays.stream(ends)
                .mapToDouble(end -> Arrays.stream(end).map(value -> Math.pow(value - mean, 2)).average().orElseThrow())
                .toArray());
        // The corrector is at work: without it the variance is much further from that of the data.
        double exact = problem.marginal(1e-3).variance();
        assertThat(Math.abs(uncorrected.variance() - exact)).isGreaterThan(0.05 + Math.abs(moments.variance() - exact));
    }

    private static Moments predicted(GaussianProblem problem, Moments moments, double t, double u) {
        NoiseSchedule schedule = problem.schedule();
        double ratio = schedule.alpha(t) / schedule.alpha(u);
        double variance = Math.pow(schedule.sigma(t), 2) - Math.pow(ratio * schedule.sigma(u), 2);
        Moments exact = problem.marginal(t);
        double factor = 2 - ratio - variance / exact.variance();
        return new Moments(factor * moments.mean() + variance / exact.variance() * exact.mean(),
                factor * factor * moments.variance() + variance);
    }

    private static Moments corrected(GaussianProblem problem, Moments moments, double u, double w) {
        NoiseSchedule schedule = problem.schedule();
        Moments exact = problem.marginal(u);
        double away = moments.mean() - exact.mean();
        // |z|^2 / |s|^2 with s = -(x - mean) / variance
        double ratio = exact.variance() * exact.variance() / (moments.variance() + away * away);
        double size = 2 * Math.pow(schedule.alpha(u) / schedule.alpha(w) * SNR, 2) * ratio;
        double factor = 1 - size / exact.variance();
        return new Moments(exact.mean() + factor * away, factor * factor * moments.variance() + 2 * size);
    }

    private static void assertWithinFiveStandardErrors(double expected, double[] estimates) {
        double mean = Arrays.stream(estimates).average().orElseThrow();
        double spread = Arrays.stream(estimates).map(value -> Math.pow(value - mean, 2)).sum()
                / (estimates.length - 1);
        double standardError = Math.sqrt(spread / estimates.length);
        assertThat(mean).as("seed 11").isCloseTo(expected, within(5 * standardError));
    }

    /**
     * In few dimensions the size is a number, so that the variance follows a recursion again: exactly that of the corrector
     * whose norms are those expected of the noise.
     */
    @ParameterizedTest
    @CsvSource({"1, vp-linear", "2, vp-linear", "3, vp-linear", "8, vp-linear", "15, vp-linear", "2, vp-cosine",
        "2, ve",
        "2, edm", "2, rectified-flow", "2, trig-flow", "2, sub-vp", "2, ddpm-linear", "2, ddpm-squared-cosine"})
    void shouldHaveTheVarianceOfTheDataInFewDimensions(int dimension, String name) {
        NoiseSchedule schedule = NoiseSchedules.all().stream().filter(s -> s.name().equals(name)).findFirst()
                .orElseThrow();
        TimeGrid grid = TimeGrids.of("log-snr", schedule, 150);
        GaussianModel model = model(schedule, dimension);
        PlanExecutor executor = executor(Solvers.byName("predictor-corrector").plan(schedule, grid), model);
        for (long seed : new long[]{0, 1, 2, 3}) {
            int samples = 2000 / dimension;
            double[] values = IntStream.range(0, samples)
                    .mapToObj(k -> executor.sample(dimension, Network.NO_LABEL, seed, k, PlanExecutor.Listener.NONE))
                    .flatMapToDouble(Arrays::stream).toArray();
            double mean = Arrays.stream(values).average().orElseThrow();
            double variance = Arrays.stream(values).map(value -> Math.pow(value - mean, 2)).average().orElseThrow();
            // Five standard errors of 2000 numbers, and what the steps of first order leave.
            double exact = GaussianProblem.STD * GaussianProblem.STD;
            assertThat(variance).as("seed %d", seed).isCloseTo(exact,
                    within(exact * (0.08 + 5 * Math.sqrt(2.0 / values.length))));
            assertThat(mean).as("seed %d", seed).isCloseTo(GaussianProblem.MEAN,
                    within(0.03 + 5 * GaussianProblem.STD / Math.sqrt(values.length)));
        }
    }

    /** A sample is one of its seed and index, whoever else is drawn; and images have their own norms, as published. */
    @Test
    void shouldChooseTheSizeByTheNumberOfElements() {
        NoiseSchedule schedule = VpLinear.DEFAULT;
        SolverPlan plan = Solvers.byName("predictor-corrector").plan(schedule, TimeGrids.of("log-snr", schedule, 5));
        for (List<Integer> shape : List.of(List.of(1), List.of(2), List.of(15), List.of(16), List.of(1, 3, 5),
                List.of(1, 4, 4), List.of(3, 32, 32))) {
            int size = shape.stream().reduce(1, (a, b) -> a * b);
            ModelCard card = ModelCard.of("any", ModelKind.DIFFUSION, shape, schedule.spec(), Prediction.DATA);
            assertThat(plan.bind(card, Guidance.OFF, BindOptions.DEFAULT).stages()).extracting(Stage::langevin)
                    .filteredOn(Objects::nonNull).hasSize(4)
                    .allSatisfy(step -> assertThat(step.isSized()).as("%s", shape).isEqualTo(size < 16));
        }
    }

    @Test
    void shouldStayWhereTheScoreVanishes() {
        TimeGrid grid = new TimeGrid("mine", 1.0, 0.5);
        SolverPlan plan = Solvers.byName("predictor-corrector").plan(RectifiedFlow.DEFAULT, grid);
        ModelCard card = ModelCard.of("flat", ModelKind.DIFFUSION, List.of(2), plan.schedule().spec(), Prediction.DATA);
        // With x_0 = x / alpha the score is 0 at t = 0.5, where x_0 is 2 x; the first step, from pure noise, gives 0.5 x_0
        // + 0.5 z.
        Network flat = (x, inputs, output) -> {
            for (int k = 0; k < x.length; k++) {
                output[k] = inputs.time() == 1 ? 4 : 2 * x[k];
            }
        };
        double[] end = new PlanExecutor(plan.bind(card, Guidance.OFF, BindOptions.DEFAULT), flat, new PhiloxNoise())
                .run(new double[]{1, 2}, Network.NO_LABEL, 5, 0, PlanExecutor.Listener.NONE);
        double[] z = noise(new NoiseKey(5, 0, 0, 0), 2);
        assertThat(end).containsExactly(new double[]{2 + z[0] / 2, 2 + z[1] / 2}, within(1e-15));
    }

    @Test
    void shouldTakeAsManyLangevinStepsAsAsked() {
        TimeGrid grid = TimeGrids.of("karras", Edm.DEFAULT, 10);
        SolverPlan listed = Solvers.byName("annealed-langevin").plan(Edm.DEFAULT, grid);
        SolverPlan published = Solvers.byName("annealed-langevin").plan(Edm.DEFAULT, grid, new Langevin(100, 0.2));
        assertThat(listed.evaluations()).isEqualTo(9 * 10 + 1);
        assertThat(published.evaluations()).isEqualTo(9 * 100 + 1);
        assertThatThrownBy(() -> new Langevin(0, 0.2)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("at least 1 step a level");
    }

    /** Each corrector's step has the size that the signal-to-noise ratio says, and an evaluation. */
    @Test
    void shouldCorrectAsOftenAndAsFarAsAsked() {
        TimeGrid grid = TimeGrids.of("log-snr", VpLinear.DEFAULT, 5);
        SolverPlan listed = Solvers.byName("predictor-corrector").plan(VpLinear.DEFAULT, grid);
        SolverPlan asked = Solvers.byName("predictor-corrector").plan(VpLinear.DEFAULT, grid, new Corrector(3, 0.32));
        assertThat(listed.evaluations()).isEqualTo(5 + 4);
        assertThat(asked.evaluations()).isEqualTo(5 + 4 * 3);
        assertThat(listed).isEqualTo(
                Solvers.byName("predictor-corrector").plan(VpLinear.DEFAULT, grid, new Corrector(1, 0.16)));
        double[] rates = asked.stages().stream().filter(stage -> stage.langevin() != null)
                .mapToDouble(stage -> stage.langevin().rate()).toArray();
        double[] usual = listed.stages().stream().filter(stage -> stage.langevin() != null)
                .mapToDouble(stage -> stage.langevin().rate()).toArray();
        for (int i = 0; i < rates.length; i++) {
            assertThat(rates[i]).isCloseTo(4 * usual[i / 3], within(1e-15));
        }
        assertThatThrownBy(() -> new Corrector(1, 0)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("snr > 0");
    }

    /** On {@code N(0, 1)} at noise level {@code rho}, Langevin steps of size r keep {@code (1 - r/2)} of what is wrong. */
    @Test
    void shouldMoveAsFarAsTheStepSizeSays() {
        TimeGrid grid = TimeGrids.of("karras", Edm.DEFAULT, 4);
        for (double stepSize : new double[]{0.1, 0.5}) {
            SolverPlan plan = Solvers.byName("annealed-langevin").plan(Edm.DEFAULT, grid, new Langevin(1, stepSize));
            assertThat(plan.stages().get(1).nextX().x()).isCloseTo(1 - stepSize / 2, within(1e-15));
            assertThat(plan.stages().get(1).nextX().noise())
                    .isCloseTo(Math.sqrt(stepSize) * Edm.DEFAULT.sigma(grid.time(1)), within(1e-12));
        }
    }

    @Test
    void shouldRefuseOptionsOfAnotherSolver() {
        TimeGrid grid = TimeGrids.of("karras", Edm.DEFAULT, 4);
        assertThatThrownBy(
                () -> Solvers.byName("predictor-corrector").plan(Edm.DEFAULT, grid, new Langevin(1, 0.2)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the solver has options of type Corrector, not Langevin");
    }
}
