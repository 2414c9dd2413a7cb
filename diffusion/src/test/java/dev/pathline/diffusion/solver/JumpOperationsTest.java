package dev.pathline.diffusion.solver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.pathline.diffusion.card.ModelCard;
import dev.pathline.diffusion.card.ModelKind;
import dev.pathline.diffusion.grid.TimeGrid;
import dev.pathline.diffusion.guidance.CfgInterval;
import dev.pathline.diffusion.guidance.Guidance;
import dev.pathline.diffusion.model.GaussianModel;
import dev.pathline.diffusion.model.Network;
import dev.pathline.diffusion.noise.PhiloxNoise;
import dev.pathline.diffusion.plan.BindOptions;
import dev.pathline.diffusion.plan.PlanExecutor;
import dev.pathline.diffusion.plan.SamplingPlan;
import dev.pathline.diffusion.plan.StageNoise;
import dev.pathline.diffusion.plan.ValueOperation;
import dev.pathline.diffusion.prediction.Affine;
import dev.pathline.diffusion.prediction.Prediction;
import dev.pathline.diffusion.prediction.Preconditioning;
import dev.pathline.diffusion.prediction.TargetInput;
import dev.pathline.diffusion.prediction.TimeInput;
import dev.pathline.diffusion.schedule.NoiseSchedule;
import dev.pathline.diffusion.schedule.NoiseSchedules;
import dev.pathline.diffusion.schedule.TrigFlow;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What is done to the data, in jumps of the exact flow map of a Gaussian. */
class JumpOperationsTest {
    private static final double[] MEAN = {0.3, -0.2};
    private static final double STD = 0.5;
    private static final Guidance RESCALED = new Guidance(3, CfgInterval.ALWAYS, 0.7);

    /** The Gaussian knows no labels, so guidance and its rescaling change nothing; nor do limits that nothing reaches. */
    private static final List<BindOptions> LIMITS = Stream
            .of(ValueOperation.NONE, new ValueOperation.Clip(-100, 100), new ValueOperation.DynamicThreshold(1, 1e9))
            .map(operation -> new BindOptions(operation, StageNoise.INDEPENDENT)).toList();
    private static final List<Guidance> GUIDANCES = List.of(Guidance.OFF, Guidance.of(3), RESCALED);

    private static GaussianModel gaussian(NoiseSchedule schedule) {
        return new GaussianModel(schedule, MEAN, STD);
    }

    private static ModelCard card(NoiseSchedule schedule, ModelKind kind, Prediction prediction) {
        return ModelCard.of("gaussian", kind, List.of(2), schedule.spec(), prediction);
    }

    private static Network map(NoiseSchedule schedule, Prediction prediction) {
        return gaussian(schedule).flowMap(prediction, Preconditioning.NONE, TimeInput.IDENTITY, TargetInput.TIME);
    }

    /** A run from a start: the sample, and the data that each stage told of. */
    private record Run(double[] end, double[][] previews) {
        static Run of(SamplingPlan plan, Network network, double[] start) {
            double[][] previews = new double[plan.stages().size()][];
            double[] end = new PlanExecutor(plan, network, new PhiloxNoise()).run(start, 0, 5, 0,
                    (stage, data) -> previews[stage] = data);
            return new Run(end, previews);
        }
    }

    private static TimeGrid even(NoiseSchedule schedule, int steps) {
        return new TimeGrid("even", IntStream.rangeClosed(0, steps)
                .mapToDouble(i -> schedule.maxTime() * (steps - i) / steps).toArray());
    }

    private static SamplingPlan plan(String solver, ModelCard card, int steps, BindOptions options, Guidance guidance) {
        NoiseSchedule schedule = card.noiseSchedule();
        return Solvers.byName(solver).plan(schedule, even(schedule, steps), new SolverOptions.Eta(0.4)).bind(card,
                guidance,
                options);
    }

    private static BindOptions clip(double limit) {
        return new BindOptions(new ValueOperation.Clip(-limit, limit), StageNoise.INDEPENDENT);
    }

    static Stream<Arguments> jumps() {
        return NoiseSchedules.all().stream().flatMap(schedule -> Stream.of(Prediction.values())
                .filter(prediction -> Double.isFinite(prediction.toData(schedule, schedule.maxTime()).output()))
                .map(prediction -> Arguments.of(schedule, prediction)));
    }

    /** Float64 loses what the prediction of noise is multiplied by where alpha is small. */
    private static Offset<Double> rounding(NoiseSchedule schedule) {
        return within(1e-9 * schedule.maxTime());
    }

    @Test
    void shouldEndWhereTheMapEndsIfNothingIsClipped() {
        ModelCard card = ModelCard.of("gaussian", ModelKind.FLOW_MAP, List.of(1), TrigFlow.DEFAULT.spec(),
                Prediction.AVERAGE_VELOCITY);
        Network network = new GaussianModel(TrigFlow.DEFAULT, new double[]{0.3}, 0.5).flowMap(
                Prediction.AVERAGE_VELOCITY, Preconditioning.NONE, TimeInput.IDENTITY, TargetInput.TIME);
        for (BindOptions options : List.of(BindOptions.DEFAULT, clip(1), LIMITS.getLast())) {
            Run run = Run.of(plan("mean-flow", card, 1, options, Guidance.OFF), network, new double[]{0.9});
            assertThat(run.end()).containsExactly(new double[]{0.75}, within(1e-15));
            assertThat(run.previews()[0]).as("the data of the only jump are its end")
                    .containsExactly(new double[]{0.75}, within(1e-15));
        }
        // What is done to the data of the last jump is done to the sample.
        Run clipped = Run.of(plan("mean-flow", card, 1, clip(0.5), Guidance.OFF), network, new double[]{0.9});
        assertThat(clipped.end()).containsExactly(0.5);
        assertThat(clipped.previews()[0]).containsExactly(0.5);
    }

    @ParameterizedTest
    @MethodSource("jumps")
    void shouldNotBeMovedByWhatDoesNothing(NoiseSchedule schedule, Prediction prediction) {
        // From here the data of every jump are within [-1, 1], where a dynamic threshold leaves them.
        double[] start = {0.4 * schedule.priorScale(schedule.maxTime()), -0.3};
        ModelCard card = card(schedule, ModelKind.FLOW_MAP, prediction);
        Network network = map(schedule, prediction);
        for (int steps : new int[]{1, 2, 5}) {
            for (String solver : List.of("mean-flow", "shortcut", "ctm", "consistency")) {
                Run plain = Run.of(plan(solver, card, steps, BindOptions.DEFAULT, Guidance.OFF), network, start);
                for (BindOptions options : LIMITS) {
                    for (Guidance guidance : GUIDANCES) {
                        if (options == LIMITS.getLast() && !withinUnit(plain)) {
                            continue;
                        }
                        Run done = Run.of(plan(solver, card, steps, options, guidance), network, start);
                        assertThat(done.end()).as("%s, %s, %s, %d steps", options, guidance, solver, steps)
                                .containsExactly(plain.end(), rounding(schedule));
                        for (int i = 0; i < steps; i++) {
                            assertThat(done.previews()[i]).containsExactly(plain.previews()[i], rounding(schedule));
                        }
                    }
                }
            }
        }
    }

    private static boolean withinUnit(Run run) {
        return Stream.of(run.previews()).flatMapToDouble(Arrays::stream).allMatch(value -> Math.abs(value) <= 1);
    }

    @ParameterizedTest
    @MethodSource("jumps")
    void shouldTellOfTheDataThatTheJumpStandsFor(NoiseSchedule schedule, Prediction prediction) {
        double[] start = {0.9 * schedule.priorScale(schedule.maxTime()), -1.3};
        TimeGrid grid = even(schedule, 4);
        Run run = Run.of(plan("mean-flow", card(schedule, ModelKind.FLOW_MAP, prediction), 4, BindOptions.DEFAULT,
                Guidance.OFF), map(schedule, prediction), start);
        for (int i = 0; i < 4; i++) {
            double t = grid.time(i);
            double s = grid.time(i + 1);
            double[] x = gaussian(schedule).solution(start, schedule.maxTime(), t);
            double[] end = gaussian(schedule).solution(start, schedule.maxTime(), s);
            Affine step = Affine.dataStep(schedule, t, s);
            for (int k = 0; k < 2; k++) {
                assertThat(step.apply(x[k], run.previews()[i][k])).as("jump %d", i).isCloseTo(end[k],
                        rounding(schedule));
            }
        }
        assertThat(run.previews()[3]).containsExactly(run.end(), within(1e-9));
    }

    /** What is done to the data moves the end of a jump by their weight: the jump, plus {@code b (op(D) - D)}. */
    @ParameterizedTest
    @MethodSource("jumps")
    void shouldMoveTheEndByTheWeightOfTheDataTimesWhatWasDone(NoiseSchedule schedule, Prediction prediction) {
        double[] start = {0.9 * schedule.priorScale(schedule.maxTime()), -1.3};
        ModelCard card = card(schedule, ModelKind.FLOW_MAP, prediction);
        double s = schedule.maxTime() / 3;
        TimeGrid grid = new TimeGrid("part", schedule.maxTime(), s);
        Network network = map(schedule, prediction);
        var solver = Solvers.byName("mean-flow").plan(schedule, grid);
        Run plain = Run.of(solver.bind(card, Guidance.OFF, BindOptions.DEFAULT), network, start);
        double limit = Math.abs(plain.previews()[0][1]) / 2;
        Run clipped = Run.of(solver.bind(card, Guidance.OFF, clip(limit)), network, start);
        double weight = Affine.dataStep(schedule, schedule.maxTime(), s).output();
        for (int k = 0; k < 2; k++) {
            double data = plain.previews()[0][k];
            double moved = weight * (Math.clamp(data, -limit, limit) - data);
            assertThat(clipped.end()[k]).isCloseTo(plain.end()[k] + moved, rounding(schedule));
        }
        assertThat(clipped.end()[1]).isNotEqualTo(plain.end()[1]);
    }

    /** Whatever stands for the jumps, the last one ends at its data, so a sample keeps the limits of its data. */
    @ParameterizedTest
    @MethodSource("jumps")
    void shouldKeepTheSampleWithinTheLimits(NoiseSchedule schedule, Prediction prediction) {
        double[] start = {2.5 * schedule.priorScale(schedule.maxTime()), -1.3};
        ModelCard card = card(schedule, ModelKind.FLOW_MAP, prediction);
        for (int steps : new int[]{1, 3}) {
            Run run = Run.of(plan("mean-flow", card, steps, clip(0.4), Guidance.OFF),
                    map(schedule, prediction), start);
            assertThat(run.end()[0]).isCloseTo(0.4, within(1e-12));
            assertThat(run.end()[1]).isBetween(-0.4 - 1e-12, 0.4 + 1e-12);
        }
    }

    /** A consistency function's data are its end. */
    @ParameterizedTest
    @MethodSource("dev.pathline.diffusion.schedule.NoiseSchedules#all")
    void shouldNotMoveAConsistencyFunctionByWhatDoesNothing(NoiseSchedule schedule) {
        double[] start = {0.9 * schedule.priorScale(schedule.maxTime()), -1.3};
        ModelCard card = card(schedule, ModelKind.CONSISTENCY, Prediction.DATA);
        Network network = (x, inputs, output) -> {
            double[] end = gaussian(schedule).solution(x, inputs.time(), 0);
            System.arraycopy(end, 0, output, 0, end.length);
        };
        Run plain = Run.of(plan("consistency", card, 3, BindOptions.DEFAULT, Guidance.OFF), network, start);
        for (Guidance guidance : GUIDANCES) {
            Run done = Run.of(plan("consistency", card, 3, clip(100), guidance), network, start);
            assertThat(done.end()).as("%s", guidance).containsExactly(plain.end(), within(1e-12));
        }
    }
}
