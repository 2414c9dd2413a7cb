package dev.pathline.diffusion.planner;

import static dev.pathline.diffusion.solver.SolverOption.CHURN;
import static dev.pathline.diffusion.solver.SolverOption.CHURN_MAX;
import static dev.pathline.diffusion.solver.SolverOption.CHURN_MIN;
import static dev.pathline.diffusion.solver.SolverOption.CHURN_NOISE;
import static dev.pathline.diffusion.solver.SolverOption.INNER_STEPS;
import static dev.pathline.diffusion.solver.SolverOption.STEP_SIZE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.pathline.diffusion.card.InvalidSettingException;
import dev.pathline.diffusion.card.ModelCard;
import dev.pathline.diffusion.card.ModelKind;
import dev.pathline.diffusion.card.SamplingDefaults;
import dev.pathline.diffusion.grid.TimeGrid;
import dev.pathline.diffusion.guidance.CfgInterval;
import dev.pathline.diffusion.plan.HistoryKind;
import dev.pathline.diffusion.plan.NoiseInterval;
import dev.pathline.diffusion.plan.SamplingPlan;
import dev.pathline.diffusion.plan.SolverPlan;
import dev.pathline.diffusion.plan.Stage;
import dev.pathline.diffusion.plan.ValueOperation;
import dev.pathline.diffusion.prediction.Preconditioning;
import dev.pathline.diffusion.prediction.Prediction;
import dev.pathline.diffusion.prediction.TimeInput;
import dev.pathline.diffusion.schedule.NoiseSchedule;
import dev.pathline.diffusion.schedule.ScheduleSpec;
import dev.pathline.diffusion.solver.Solver;
import dev.pathline.diffusion.solver.SolverInfo;
import dev.pathline.diffusion.solver.SolverOption;
import dev.pathline.diffusion.solver.SolverOptions;
import dev.pathline.diffusion.solver.Solvers;
import java.lang.reflect.RecordComponent;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PlannerTest {
    private static final ModelCard CARD = ModelCard.of("fashion-flow", ModelKind.DIFFUSION, List.of(1, 28, 28),
            ScheduleSpec.of("rectified-flow"), Prediction.VELOCITY)
            .withClasses(List.of("bag", "sneaker"), true)
            .withDefaults(new SamplingDefaults("heun", 6, "time", 2));

    /** Settings, each of which may be left out; written as text so that a table can hold them. */
    private static SamplingSettings settings(
            String solver, Integer steps, String grid, Double cfg, Double eta, String threshold, boolean conditional) {
        return new SamplingSettings(solver, steps, grid, cfg, null, null, Map.of(), threshold, null, conditional)
                .withEta(eta);
    }

    @Test
    void shouldTakeTheDefaultsOfTheCard() {
        SamplingPlan plan = Planner.plan(CARD, SamplingSettings.defaults(true));
        assertThat(plan).returns("heun", SamplingPlan::solver).returns(6, SamplingPlan::steps)
                .returns("time", SamplingPlan::timeGrid).returns(2.0, SamplingPlan::cfgScale)
                .returns(11, SamplingPlan::evaluations).returns(22, SamplingPlan::rows)
                .returns(1.0, SamplingPlan::initialScale);
    }

    @Test
    void shouldPreferTheGridOfTheRequestThenOfTheCardThenOfTheSolver() {
        SamplingSettings multistep = settings("dpm-solver++-2m", null, null, null, null, null, true);
        assertThat(Planner.plan(CARD, multistep).timeGrid()).isEqualTo("time");
        assertThat(Planner.plan(CARD, settings(null, null, "karras", null, null, null, true)).timeGrid())
                .isEqualTo("karras");
        ModelCard without = CARD.withDefaults(new SamplingDefaults("heun", 6, null, 1));
        assertThat(Planner.plan(without, SamplingSettings.defaults(true)).timeGrid()).isEqualTo("karras");
        assertThat(Planner.plan(without, multistep).timeGrid()).isEqualTo("log-snr");
    }

    /** A solver that is in no list: its facts are its own, its stages those of another. */
    private record Renamed(SolverInfo info, Solver stages) implements Solver {
        @Override
        public SolverPlan plan(NoiseSchedule schedule, TimeGrid grid, SolverOptions options) {
            return new SolverPlan(info.name(), schedule, grid, HistoryKind.DATA,
                    stages.plan(schedule, grid, options).stages());
        }
    }

    @Test
    void shouldPlanASolverThatIsInNoList() {
        var own = new Renamed(SolverInfo.of("own", 1, "karras", "nobody").withEta(0), Solvers.byName("ddim"));
        SamplingSettings settings = settings("heun", 5, "karras", 3.0, 0.4, "clip", true);

        SamplingPlan plan = Planner.plan(CARD, settings, own);

        assertThat(plan.solver()).isEqualTo("own");
        assertThat(plan.stages()).isEqualTo(Planner.plan(CARD, settings.withSolver("ddim")).stages());
        assertThat(Planner.plan(CARD, SamplingSettings.defaults(true), Solvers.byName("heun")))
                .isEqualTo(Planner.plan(CARD, SamplingSettings.defaults(true)));
        assertThatThrownBy(() -> Planner.plan(CARD, settings.withTimeGrid("spline"), own))
                .isInstanceOf(InvalidSettingException.class).hasMessageContaining("Solver 'own' cannot use time grid");
        assertThatThrownBy(() -> Planner.plan(CARD, settings, Solvers.byName("consistency")))
                .isInstanceOf(InvalidSettingException.class)
                .hasMessage("Model 'fashion-flow' cannot be sampled with solver 'consistency', which needs a"
                        + " consistency function or a flow map.");
    }

    @Test
    void shouldNotGuideWithoutALabel() {
        SamplingPlan plan = Planner.plan(CARD, settings(null, null, null, 7.0, null, null, false));
        assertThat(plan).returns(1.0, SamplingPlan::cfgScale).returns(11, SamplingPlan::rows);
    }

    @Test
    void shouldGuideWithinTheInterval() {
        var settings = settings("euler", 10, null, 3.0, null, null, true).withCfgInterval(new CfgInterval(0.5, 2));
        assertThat(Planner.plan(CARD, settings).rows()).isBetween(11, 19);
    }

    @Test
    void shouldApplyTheThreshold() {
        assertThat(operation(null)).isEqualTo(ValueOperation.NONE);
        assertThat(operation("none")).isEqualTo(ValueOperation.NONE);
        assertThat(operation("clip")).isEqualTo(new ValueOperation.Clip(-1, 1));
        assertThat(operation("dynamic")).isInstanceOf(ValueOperation.DynamicThreshold.class);
    }

    private static ValueOperation operation(String threshold) {
        return Planner.plan(CARD, settings(null, null, null, null, null, threshold, true)).stages().getFirst().call()
                .operation();
    }

    @Test
    void shouldPassEtaOn() {
        assertThat(needsNoise("ddim", null)).isFalse();
        assertThat(needsNoise("ddim", 0.5)).isTrue();
        assertThat(needsNoise("euler-ancestral", null)).isTrue();
        assertThat(needsNoise("euler-ancestral", 0.0)).isFalse();
        assertThat(needsNoise("ancestral", null)).isTrue();
        assertThat(needsNoise("ancestral", 1.0)).isTrue();
        assertThat(needsNoise("heun", 0.0)).isFalse();
    }

    private static boolean needsNoise(String solver, Double eta) {
        return Planner.plan(CARD, settings(solver, 5, null, null, eta, null, true)).stages().getFirst().needsNoise();
    }

    @ParameterizedTest
    @CsvSource(nullValues = "-", delimiter = '|', value = {
        "magic | -    | -      | -    | -   | -    | solver    | euler, heun, ",
        "-     | 0    | -      | -    | -   | -    | steps     | 1 to 1000",
        "-     | 1001 | -      | -    | -   | -    | steps     | 1 to 1000",
        "-     | -    | cubic  | -    | -   | -    | timeGrid  | log-snr, karras",
        "-     | -    | -      | -0.1 | -   | -    | cfgScale  | 0 to 30",
        "-     | -    | -      | 30.1 | -   | -    | cfgScale  | 0 to 30",
        "-     | -    | -      | NaN  | -   | -    | cfgScale  | 0 to 30",
        "ddim  | -    | -      | -    | 1.1 | -    | eta       | 0 to 1",
        "ddim  | -    | -      | -    | NaN | -    | eta       | 0 to 1",
        "heun  | -    | -      | -    | 0.5 | -    | eta       | ddim, ddim-raw-noise, euler-ancestral",
        "ancestral | - | -     | -    | 0   | -    | eta       | ddim, ddim-raw-noise, euler-ancestral",
        "-     | -    | -      | -    | -   | hard | threshold | none, clip or dynamic"})
    void shouldRefuseByNameAndSayWhatIsAccepted(
            String solver, Integer steps, String grid, Double cfg, Double eta, String threshold, String field,
            String hint) {
        assertThatThrownBy(() -> Planner.plan(CARD, settings(solver, steps, grid, cfg, eta, threshold, true)))
                .isInstanceOfSatisfying(InvalidSettingException.class,
                        refusal -> assertThat(refusal.field()).isEqualTo(field))
                .hasMessageContaining(hint);
    }

    @Test
    void shouldRescaleWhereItGuides() {
        var settings = settings("euler", 10, null, 3.0, null, null, true).withCfgRescale(0.7)
                .withCfgInterval(new CfgInterval(0.5, 2));
        assertThat(Planner.plan(CARD, settings).stages()).extracting(Stage::call)
                .allSatisfy(call -> assertThat(call.rescale()).isEqualTo(call.guidanceScale() == 1 ? 0 : 0.7))
                .anySatisfy(call -> assertThat(call.rescale()).isEqualTo(0.7));
        assertThatThrownBy(() -> Planner.plan(CARD, settings.withCfgRescale(1.1)))
                .isInstanceOfSatisfying(InvalidSettingException.class,
                        refusal -> assertThat(refusal.field()).isEqualTo("cfgRescale"))
                .hasMessageContaining("0 (off) to 1");
    }

    @Test
    void shouldPlaceNoiseOnABrownianPathWhereAsked() {
        var settings = settings("ancestral", 5, null, null, null, null, true);
        assertThat(Planner.plan(CARD, settings).stages()).extracting(Stage::noiseInterval).containsOnlyNulls();
        List<NoiseInterval> places = Planner.plan(CARD, settings.withNoise("brownian")).stages().stream()
                .filter(Stage::needsNoise).map(Stage::noiseInterval).toList();
        assertThat(places).hasSize(4).doesNotContainNull();
        assertThat(places.getFirst().from()).isEqualTo(1);
        for (int i = 1; i < places.size(); i++) {
            assertThat(places.get(i)).returns(0, NoiseInterval::path).returns(places.get(i - 1).to(),
                    NoiseInterval::from);
        }
        assertThatThrownBy(() -> Planner.plan(CARD, settings.withNoise("pink")))
                .isInstanceOfSatisfying(InvalidSettingException.class,
                        refusal -> assertThat(refusal.field()).isEqualTo("noise"))
                .hasMessageContaining("independent or brownian");
    }

    @Test
    void shouldOfferOnlyTimeGridsThatFitTheSchedule() {
        ModelCard edm = ModelCard.of("edm", ModelKind.FLOW_MAP, List.of(2), ScheduleSpec.of("edm"), Prediction.DATA)
                .withDefaults(new SamplingDefaults("consistency", 2, null, 1));
        assertThat(Planner.plan(edm, SamplingSettings.defaults(false)).timeGrid()).isEqualTo("karras");
        assertThat(Planner.solvers(edm)).contains("consistency", "ctm", "heun").doesNotContain("shortcut", "rk45");
        assertThatThrownBy(() -> Planner.plan(edm, SamplingSettings.defaults(false).withTimeGrid("time")))
                .isInstanceOfSatisfying(InvalidSettingException.class,
                        refusal -> assertThat(refusal.field()).isEqualTo("timeGrid"))
                .hasMessageContaining("with model 'edm'; it accepts quadratic, log-snr");
    }

    @Test
    void shouldSampleAConsistencyFunctionDownToItsBoundary() {
        ModelCard card = ModelCard.of("cm", ModelKind.CONSISTENCY, List.of(2), ScheduleSpec.of("edm"), Prediction.DATA)
                .withNetworkInput(new Preconditioning.Consistency(0.5, 0.002), TimeInput.logSigma());
        SamplingPlan plan = Planner.plan(card, SamplingSettings.defaults(false));
        assertThat(plan).returns("consistency", SamplingPlan::solver).returns(2, SamplingPlan::evaluations);
        assertThat(plan.stages()).extracting(stage -> stage.call().sigma()).allMatch(sigma -> sigma > 1);
    }

    /** The logarithm of the noise has no value at clean data. */
    @Test
    void shouldJumpToTheSmallestNoiseThatAFlowMapCanBeToldOf() {
        ModelCard card = ModelCard.of("ctm", ModelKind.FLOW_MAP, List.of(2), ScheduleSpec.of("edm"), Prediction.DATA)
                .withNetworkInput(new Preconditioning.Edm(0.5), TimeInput.logSigma());
        SamplingSettings settings = SamplingSettings.defaults(false).withSteps(3);
        assertThat(Planner.plan(card, settings.withSolver("ctm")).stages()).extracting(Stage::call)
                .allSatisfy(call -> assertThat(call.target()).isFinite());
        assertThat(Planner.plan(card, settings.withSolver("heun")).stages().getLast().call().sigma())
                .as("a solver of the field goes on to clean data").isCloseTo(0.002, within(1e-12));
    }

    @Test
    void shouldRefuseBrownianNoiseWhereTimesAreTooClose() {
        ModelCard steep = ModelCard.of("steep", ModelKind.DIFFUSION, List.of(2),
                new ScheduleSpec("vp-linear", Map.of("beta1", 80.0)), Prediction.NOISE);
        SamplingSettings settings = SamplingSettings.defaults(false).withSolver("ancestral").withTimeGrid("time")
                .withNoise("brownian");
        assertThat(Planner.plan(steep, settings.withSteps(10)).steps()).isEqualTo(10);
        assertThatThrownBy(() -> Planner.plan(steep, settings.withSteps(1000)))
                .isInstanceOfSatisfying(InvalidSettingException.class,
                        refusal -> assertThat(refusal.field()).isEqualTo("noise"))
                .hasMessageContaining("too close for brownian noise");
    }

    @Test
    void shouldRefuseMoreStepsThanTrainingHad() {
        ModelCard ddpm = ModelCard.of("ddpm", ModelKind.DIFFUSION, List.of(2),
                new ScheduleSpec("ddpm-linear", Map.of("trainingSteps", 50.0)), Prediction.NOISE);
        SamplingSettings trailing = SamplingSettings.defaults(false).withTimeGrid("trailing");
        assertThat(Planner.plan(ddpm, trailing.withSteps(50)).steps()).isEqualTo(50);
        assertThatThrownBy(() -> Planner.plan(ddpm, trailing.withSteps(51)))
                .isInstanceOfSatisfying(InvalidSettingException.class,
                        refusal -> assertThat(refusal.field()).isEqualTo("steps"))
                .hasMessageContaining("50 indices").hasMessageContaining("51 steps");
    }

    @Test
    void shouldSayWhyASolverIsNotAccepted() {
        assertThatThrownBy(() -> Planner.plan(CARD, settings("rk45", null, null, null, null, null, true)))
                .hasMessageContaining("chooses its own steps").hasMessageContaining("it accepts euler");
        assertThatThrownBy(() -> Planner.plan(CARD, settings("mean-flow", null, null, null, null, null, true)))
                .hasMessageContaining("needs a consistency function or a flow map")
                .hasMessageContaining("it accepts euler");
    }

    @Test
    void shouldDropASettingByName() {
        Map<SolverOption, Double> options = Stream.of(SolverOption.values())
                .collect(Collectors.toMap(option -> option, SolverOption::most));
        SamplingSettings all = new SamplingSettings("ddim", 1, "time", List.of(1.0), 1.0, CfgInterval.ALWAYS, 0.0,
                options, "none",
                "independent", false);
        SamplingSettings rest = all;
        for (RecordComponent component : SamplingSettings.class.getRecordComponents()) {
            rest = rest.without(component.getName());
        }
        assertThat(rest).isEqualTo(SamplingSettings.defaults(false).withOptions(options));
        for (SolverOption option : SolverOption.values()) {
            rest = rest.without(option.wire());
        }
        assertThat(rest).isEqualTo(SamplingSettings.defaults(false));
        assertThat(all.without("magic")).isEqualTo(all);
    }

    private static SamplingSettings options(String solver, int steps, Map<SolverOption, Double> options) {
        return SamplingSettings.defaults(false).withSolver(solver).withSteps(steps).withOptions(options);
    }

    @Test
    void shouldGiveASolverItsOptions() {
        SamplingPlan noisy = Planner.plan(CARD, options("edm-stochastic", 20, Map.of(CHURN, 40.0, CHURN_MIN, 0.05,
                CHURN_MAX, 50.0, CHURN_NOISE, 1.003)));
        assertThat(noisy)
                .isEqualTo(Planner.plan(CARD, SamplingSettings.defaults(false).withSteps(20).withTimeGrid("time"),
                        new Fixed(Solvers.byName("edm-stochastic"), SolverOptions.Churn.IMAGENET_64)));
        assertThat(Planner.plan(CARD, options("edm-stochastic", 20, Map.of())))
                .isEqualTo(Planner.plan(CARD, options("edm-stochastic", 20, SolverOptions.Churn.CIFAR_10.values())));
        assertThat(Planner.plan(CARD, options("edm-stochastic", 20, Map.of(CHURN, 0.0))).draws()).isZero();
        assertThat(Planner.plan(CARD, options("predictor-corrector", 4, Map.of(INNER_STEPS, 3.0))).evaluations())
                .isEqualTo(4 + 3 * 3);
        assertThat(Planner.plan(CARD, options("annealed-langevin", 4, Map.of(INNER_STEPS, 2.0, STEP_SIZE, 0.1)))
                .evaluations()).isEqualTo(3 * 2 + 1);
    }

    /** A solver that has one choice of options for its own. */
    private record Fixed(Solver solver, SolverOptions options) implements Solver {
        @Override
        public SolverInfo info() {
            return solver.info();
        }

        @Override
        public SolverPlan plan(NoiseSchedule schedule, TimeGrid grid, SolverOptions ignored) {
            return solver.plan(schedule, grid, options);
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', nullValues = "-", value = {
        "edm-stochastic | 20 | CHURN | 1001 | - | 0 | The growth churn must be 0 to 1000, not 1001.0.",
        "edm-stochastic | 20 | CHURN_NOISE | 0.1 | - | 0 | The factor churnNoise must be 0.5 to 2, not 0.1.",
        "edm-stochastic | 20 | CHURN_MIN | 2 | - | 0 | The noise level churnMin must be at most churnMax, 1.0, not 2.0.",
        "edm-stochastic | 20 | CHURN_MAX | 0.001 | - | 0 | The noise level churnMax must be at least churnMin, 0.01, not 0.001.",
        "edm-stochastic | 20 | CHURN_MAX | 3 | CHURN_MIN | 4 | The noise level churnMax must be at least churnMin, 4.0, not 3.0.",
        "edm-heun | 20 | CHURN | 30 | - | 0 | Solver 'edm-heun' has no churn to set; leave it out, or use one of edm-stochastic.",
        "annealed-langevin | 20 | INNER_STEPS | 2.5 | - | 0 | The number innerSteps must be a whole number, 1 to 100, not 2.5.",
        "annealed-langevin | 20 | INNER_STEPS | 0 | - | 0 | The number innerSteps must be a whole number, 1 to 100, not 0.",
        "annealed-langevin | 500 | INNER_STEPS | 21 | - | 0 | At 500 steps innerSteps must be at most 20, not 21: all steps together have at most 10000.",
        "annealed-langevin | 20 | SNR | 0.2 | - | 0 | Solver 'annealed-langevin' has no snr to set; leave it out, or use one of predictor-corrector.",
        "predictor-corrector | 20 | STEP_SIZE | 0.2 | - | 0 | Solver 'predictor-corrector' has no stepSize to set; leave it out, or use one of annealed-langevin.",
        "predictor-corrector | 20 | SNR | NaN | - | 0 | The ratio snr must be 0.001 to 1, not NaN."})
    void shouldRefuseOptionsThatTheSolverDoesNotHave(String solver, int steps, SolverOption option, double value,
            SolverOption other, double otherValue, String message) {
        var wanted = new HashMap<>(Map.of(option, value));
        if (other != null) {
            wanted.put(other, otherValue);
        }
        assertThatThrownBy(() -> Planner.plan(CARD, options(solver, steps, wanted)))
                .isInstanceOfSatisfying(InvalidSettingException.class,
                        refusal -> assertThat(refusal.field()).isEqualTo(option.wire()))
                .hasMessage(message);
    }

    @Test
    void shouldAcceptTheOptionsThatEverySolverHasByDefault() {
        for (Solver solver : Solvers.all()) {
            solver.info().options().values().forEach((option, value) -> assertThat(option.accepts(value))
                    .as("%s of %s", option, solver.info().name()).isTrue());
            assertThat(solver.info().options().with(Map.of())).isEqualTo(solver.info().options());
        }
        assertThat(Planner.plan(CARD, options("annealed-langevin", 1000, Map.of())).steps()).isEqualTo(1000);
    }

    @Test
    void shouldAcceptTheEndsOfTheRanges() {
        // At scale 0 the labelled row would count for nothing.
        assertThat(Planner.plan(CARD, settings("ddim", 1, null, 0.0, 1.0, null, true)).rows()).isEqualTo(1);
        assertThat(Planner.plan(CARD, settings("ddim", 1000, null, 30.0, 0.0, null, true)).rows()).isEqualTo(2000);
    }

    @Test
    void shouldRefuseGuidanceWithoutANullClass() {
        ModelCard card = CARD.withClasses(CARD.classes(), false);
        assertThatThrownBy(() -> Planner.plan(card, settings(null, null, null, 2.0, null, null, true)))
                .isInstanceOfSatisfying(InvalidSettingException.class,
                        refusal -> assertThat(refusal.field()).isEqualTo("cfgScale"))
                .hasMessageContaining("only a scale of 1");
        assertThat(Planner.plan(card, settings(null, null, null, 1.0, null, null, true)).rows()).isEqualTo(11);
    }

    @Test
    void shouldRefuseSolversOfTheInstantaneousFieldForAConsistencyFunction() {
        ModelCard map = ModelCard.of("map", ModelKind.CONSISTENCY, List.of(2), ScheduleSpec.of("rectified-flow"),
                Prediction.DATA);
        assertThat(Planner.solvers(map)).doesNotContain("heun");
        assertThatThrownBy(() -> Planner.plan(map, settings("heun", null, null, null, null, null, false)))
                .isInstanceOfSatisfying(InvalidSettingException.class,
                        refusal -> assertThat(refusal.field()).isEqualTo("solver"));
        assertThat(Planner.solvers(CARD)).contains("heun", "ddim");
    }

    /** To press points into [-1, 1] that do not lie there is another distribution. */
    @ParameterizedTest
    @CsvSource({"clip, 2", "dynamic, 2", "clip, 4x8x8", "dynamic, 4x8x8"})
    void shouldNotClipDataOfWhichTheCardDoesNotSayThatTheyLieInRange(String threshold, String shape) {
        ModelCard card = ModelCard.of("points", ModelKind.DIFFUSION,
                List.of(shape.split("x")).stream().map(Integer::valueOf).toList(), ScheduleSpec.of("rectified-flow"),
                Prediction.VELOCITY);
        SamplingSettings clipped = settings(null, null, null, null, null, threshold, false);

        assertThatThrownBy(() -> Planner.plan(card, clipped)).isInstanceOf(InvalidSettingException.class)
                .hasMessageContaining("does not say that its data lie in [-1, 1]")
                .extracting("field").isEqualTo("threshold");
        assertThat(Planner.plan(card, settings(null, null, null, null, null, "none", false)))
                .isNotEqualTo(Planner.plan(card.withBounded(true), clipped));
        ModelCard recommending = card.withDefaults(new SamplingDefaults("heun", 6, null, 1, "clip"));
        assertThat(Planner.plan(recommending, clipped).stages()).isNotEmpty();
        assertThatThrownBy(() -> Planner.plan(CARD.withBounded(false), clipped.withThreshold(threshold)))
                .hasMessageContaining("does not say");
    }
}
