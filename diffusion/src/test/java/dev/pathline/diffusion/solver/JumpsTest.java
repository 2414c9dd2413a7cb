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
import dev.pathline.diffusion.model.NetworkInputs;
import dev.pathline.diffusion.noise.NoiseKey;
import dev.pathline.diffusion.noise.NoiseSource;
import dev.pathline.diffusion.noise.PhiloxNoise;
import dev.pathline.diffusion.plan.BindOptions;
import dev.pathline.diffusion.plan.PlanExecutor;
import dev.pathline.diffusion.plan.SamplingPlan;
import dev.pathline.diffusion.plan.SolverPlan;
import dev.pathline.diffusion.prediction.Preconditioning;
import dev.pathline.diffusion.prediction.Prediction;
import dev.pathline.diffusion.prediction.TargetInput;
import dev.pathline.diffusion.prediction.TimeInput;
import dev.pathline.diffusion.schedule.Edm;
import dev.pathline.diffusion.schedule.NoiseSchedule;
import dev.pathline.diffusion.schedule.NoiseSchedules;
import dev.pathline.diffusion.schedule.RectifiedFlow;
import java.util.Arrays;
import java.util.List;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Samplers of flow maps on the exact flow map of a Gaussian (math.md 3.13 and 5.5). */
class JumpsTest {
    private static final double[] MEAN = {0.3, -0.7};
    private static final double STD = 0.5;

    private static GaussianModel gaussian(NoiseSchedule schedule) {
        return new GaussianModel(schedule, MEAN, STD);
    }

    private static ModelCard card(NoiseSchedule schedule, ModelKind kind, Prediction prediction) {
        return ModelCard.of("gaussian", kind, List.of(2), schedule.spec(), prediction);
    }

    private static double[] output(Network network, double[] x, double t, double s) {
        double[] output = new double[2];
        network.evaluate(x, NetworkInputs.at(t).withTarget(s), output);
        return output;
    }

    private static Network map(NoiseSchedule schedule, Prediction prediction) {
        return gaussian(schedule).flowMap(prediction, Preconditioning.NONE, TimeInput.IDENTITY, TargetInput.TIME);
    }

    @Test
    void shouldKnowTheGoldensOfTheGaussianFlowMap() {
        double[] x = {0.9, -1.3};
        Network average = map(RectifiedFlow.DEFAULT, Prediction.AVERAGE_VELOCITY);
        assertThat(output(average, x, 0.8, 0.25)).containsExactly(new double[]{0.37350132, -0.23007325}, within(5e-9));
        assertThat(output(average, x, 0.8, 0.8)).containsExactly(new double[]{0.66923077, -0.63846154}, within(5e-9));
        assertThat(gaussian(RectifiedFlow.DEFAULT).solution(x, 0.8, 0.25))
                .containsExactly(new double[]{0.69457428, -1.17345971}, within(5e-9));
        double[] y = {2.1, -1.5};
        Network trajectory = map(Edm.DEFAULT, Prediction.DATA);
        assertThat(output(trajectory, y, 3, 0.4)).containsExactly(new double[]{0.46033866, -0.77126163}, within(5e-9));
        assertThat(output(trajectory, y, 3, 3)).containsExactly(new double[]{0.34864865, -0.72162162}, within(5e-9));
    }

    private static double[] run(SolverPlan plan, ModelCard card, Network network, double[] start, NoiseSource noise) {
        SamplingPlan bound = plan.bind(card, Guidance.OFF, BindOptions.DEFAULT);
        return new PlanExecutor(bound, network, noise).run(start, Network.NO_LABEL, 5, 0, PlanExecutor.Listener.NONE);
    }

    static Stream<Arguments> schedulesAndPredictions() {
        return NoiseSchedules.all().stream().flatMap(schedule -> Stream
                .of(Prediction.AVERAGE_VELOCITY, Prediction.DATA, Prediction.V_PREDICTION)
                .map(prediction -> Arguments.of(schedule, prediction)));
    }

    /** Evenly spaced times on any schedule; on EDM there is no such grid by name. */
    private static TimeGrid even(NoiseSchedule schedule, int steps) {
        return new TimeGrid("even", IntStream.rangeClosed(0, steps)
                .mapToDouble(i -> schedule.maxTime() * (steps - i) / steps).toArray());
    }

    /** Jumps compose, so any number of exact ones ends at the exact end, whatever the network predicts. */
    @ParameterizedTest
    @MethodSource("schedulesAndPredictions")
    void shouldEndAtTheExactSolutionInAnyNumberOfSteps(NoiseSchedule schedule, Prediction prediction) {
        double[] start = {0.9 * schedule.priorScale(schedule.maxTime()), -1.3};
        double[] exact = gaussian(schedule).solution(start, schedule.maxTime(), 0);
        for (TargetInput target : List.of(TargetInput.TIME, TargetInput.LENGTH)) {
            ModelCard card = card(schedule, ModelKind.FLOW_MAP, prediction).withTargetInput(target);
            Network network = gaussian(schedule).flowMap(prediction, card.preconditioning(), card.timeInput(), target);
            for (String solver : List.of("mean-flow", "ctm", "shortcut")) {
                for (int steps : new int[]{1, 2, 3, 16}) {
                    SolverPlan plan = Solvers.byName(solver).plan(schedule, even(schedule, steps));
                    assertThat(run(plan, card, network, start, new PhiloxNoise())).as("%s, %d steps", solver, steps)
                            .containsExactly(exact, within(1e-9 * schedule.maxTime()));
                }
            }
        }
    }

    /**
     * Consistency sampling, step by step as its authors write it, on EDM with their boundary at sigmaMin: the end is a point
     * of that noise level.
     */
    @Test
    void shouldSampleAConsistencyFunctionAsPublished() {
        var edm = Edm.DEFAULT;
        var wrapping = new Preconditioning.Consistency(0.5, edm.sigmaMin());
        Network network = (input, inputs, output) -> {
            double t = 80 * inputs.time();
            double[] x = Arrays.stream(input).map(value -> value / wrapping.inputScale(edm, t)).toArray();
            double[] end = gaussian(edm).solution(x, t, edm.sigmaMin());
            for (int i = 0; i < x.length; i++) {
                output[i] = (end[i] - wrapping.prediction(edm, t).x() * x[i]) / wrapping.prediction(edm, t).output();
            }
        };
        ModelCard card = card(edm, ModelKind.CONSISTENCY, Prediction.DATA)
                .withNetworkInput(wrapping, TimeInput.scaled(1 / 80.0));
        var noise = new PhiloxNoise();
        double[] levels = {80, 24.4, 5.8, 0.9};
        double[] expected = gaussian(edm).solution(new double[]{60, -90}, 80, edm.sigmaMin());
        for (int i = 1; i < levels.length; i++) {
            double[] z = new double[2];
            noise.fill(new NoiseKey(5, 0, i - 1, 0), z);
            double std = Math.sqrt(levels[i] * levels[i] - edm.sigmaMin() * edm.sigmaMin());
            double[] noisy = {expected[0] + std * z[0], expected[1] + std * z[1]};
            expected = gaussian(edm).solution(noisy, levels[i], edm.sigmaMin());
        }
        double[] times = DoubleStream.concat(Arrays.stream(levels), DoubleStream.of(edm.sigmaMin())).toArray();
        SolverPlan plan = Solvers.byName("consistency").plan(edm, new TimeGrid("list", times));
        assertThat(run(plan, card, network, new double[]{60, -90}, noise)).containsExactly(expected, within(1e-12));
        assertThat(wrapping.prediction(edm, edm.sigmaMin())).returns(1.0, a -> a.x()).returns(0.0, a -> a.output());
    }

    /**
     * Exact jumps keep the marginals with any gamma; only the prior is a little off, N(0, priorScale^2) instead of the
     * marginal at the start, and what is off there only shrinks by fresh noise.
     */
    @ParameterizedTest
    @MethodSource("dev.pathline.diffusion.schedule.NoiseSchedules#all")
    void shouldKeepTheMarginals(NoiseSchedule schedule) {
        ModelCard card = card(schedule, ModelKind.FLOW_MAP, Prediction.DATA);
        Network network = map(schedule, Prediction.DATA);
        TimeGrid grid = TimeGrids.of("karras", schedule, 5);
        double start = grid.start();
        double offMean = Math.abs(gaussian(schedule).solution(new double[2], start, 0)[0] - MEAN[0]);
        double trueStart = Math.pow(schedule.alpha(start) * STD, 2) + Math.pow(schedule.sigma(start), 2);
        double offVariance = STD * STD * Math.abs(Math.pow(schedule.priorScale(start), 2) / trueStart - 1);
        for (double gamma : new double[]{0, 0.3, 1}) {
            SolverPlan plan = Solvers.byName("ctm").plan(schedule, grid, new SolverOptions.Eta(gamma));
            SamplingPlan bound = plan.bind(card, Guidance.OFF, BindOptions.DEFAULT);
            // The sample is affine in all noise: one unit of each in turn gives the exact mean and variance.
            double mean = probe(bound, network, -2);
            double variance = IntStream.range(-1, bound.stages().size())
                    .mapToDouble(stage -> Math.pow(probe(bound, network, stage) - mean, 2)).sum();
            double slack = 1e-12;
            assertThat(Math.abs(mean - MEAN[0])).as("gamma %s", gamma).isLessThan(offMean + slack);
            assertThat(Math.abs(variance - STD * STD)).as("gamma %s", gamma).isLessThan(offVariance + slack);
            if (gamma == 0) {
                assertThat(Math.abs(variance - STD * STD)).isCloseTo(offVariance, within(slack));
            }
        }
    }

    /** The first coordinate of the sample whose noise is one unit at {@code stage} and 0 elsewhere. */
    private static double probe(SamplingPlan plan, Network network, int stage) {
        NoiseSource unit = new NoiseSource() {
            @Override
            public void fill(NoiseKey key, double[] values) {
                Arrays.fill(values, key.stage() == stage ? 1 : 0);
            }

            @Override
            public void fill(NoiseKey key, float[] values) {
                throw new AssertionError("float64 only");
            }
        };
        return new PlanExecutor(plan, network, unit).sample(2, Network.NO_LABEL, 0, 0, PlanExecutor.Listener.NONE)[0];
    }

    /** A jump of no length is the field, so a flow map can be integrated with many steps too. */
    @ParameterizedTest
    @EnumSource(value = Prediction.class, names = {"AVERAGE_VELOCITY", "DATA"})
    void shouldIntegrateTheFieldOfAFlowMap(Prediction prediction) {
        NoiseSchedule flow = RectifiedFlow.DEFAULT;
        double[] start = {0.9, -1.3};
        SolverPlan plan = Solvers.byName("heun").plan(flow, TimeGrids.of("time", flow, 200));
        double[] end = run(plan, card(flow, ModelKind.FLOW_MAP, prediction), map(flow, prediction), start,
                new PhiloxNoise());
        assertThat(end).containsExactly(gaussian(flow).solution(start, 1, 0), within(1e-3));
    }

    @Test
    void shouldRoundTheLengthsOfAShortcutModelToItsLevels() {
        NoiseSchedule flow = RectifiedFlow.DEFAULT;
        TargetInput level = TargetInput.LEVEL;
        assertThat(level.of(TimeInput.IDENTITY, flow, 1, 0)).isEqualTo(0);
        assertThat(level.of(TimeInput.IDENTITY, flow, 1, 0.75)).isEqualTo(2);
        assertThat(level.of(TimeInput.IDENTITY, flow, 0.5, 0.5 - 1 / 128.0)).isEqualTo(7);
        assertThat(level.of(TimeInput.IDENTITY, flow, 0.5, 0.5)).as("the field").isEqualTo(7);
        assertThat(level.targetOf(TimeInput.IDENTITY, flow, 1, 2)).isEqualTo(0.75);
        assertThat(Solvers.byName("shortcut").info().timeGrids()).containsExactly("time");
    }

    @Test
    void shouldRefuseAJumpThatTheModelDoesNotHave() {
        NoiseSchedule flow = RectifiedFlow.DEFAULT;
        TimeGrid grid = TimeGrids.of("time", flow, 2);
        SolverPlan jumps = Solvers.byName("mean-flow").plan(flow, grid);
        assertThatThrownBy(() -> jumps.bind(card(flow, ModelKind.CONSISTENCY, Prediction.DATA), Guidance.OFF,
                BindOptions.DEFAULT)).hasMessageContaining("cannot jump from t = 1.0 to t = 0.5");
        assertThatThrownBy(() -> jumps.bind(card(flow, ModelKind.DIFFUSION, Prediction.DATA), Guidance.OFF,
                BindOptions.DEFAULT)).hasMessageContaining("cannot jump");
        SolverPlan field = Solvers.byName("euler").plan(flow, grid);
        assertThatThrownBy(() -> field.bind(card(flow, ModelKind.CONSISTENCY, Prediction.DATA), Guidance.OFF,
                BindOptions.DEFAULT)).hasMessageContaining("cannot be used as an instantaneous field");
        assertThatThrownBy(() -> card(flow, ModelKind.DIFFUSION, Prediction.AVERAGE_VELOCITY))
                .hasMessageContaining("average-velocity needs kind flow-map");
    }
}
