package dev.pathline.diffusion.planner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.pathline.diffusion.card.InvalidSettingException;
import dev.pathline.diffusion.card.ModelCard;
import dev.pathline.diffusion.card.ModelCardJson;
import dev.pathline.diffusion.card.ModelKind;
import dev.pathline.diffusion.card.SamplingDefaults;
import dev.pathline.diffusion.grid.TimeGrids;
import dev.pathline.diffusion.model.GaussianModel;
import dev.pathline.diffusion.model.Network;
import dev.pathline.diffusion.noise.PhiloxNoise;
import dev.pathline.diffusion.plan.PlanExecutor;
import dev.pathline.diffusion.plan.SamplingPlan;
import dev.pathline.diffusion.prediction.Preconditioning;
import dev.pathline.diffusion.prediction.Prediction;
import dev.pathline.diffusion.prediction.TargetInput;
import dev.pathline.diffusion.prediction.TimeInput;
import dev.pathline.diffusion.schedule.RectifiedFlow;
import dev.pathline.diffusion.schedule.ScheduleSpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Times of one's own, asked for or recommended by a card. */
class WantedTimesTest {

    private static final ModelCard MAP = ModelCard.of("map", ModelKind.FLOW_MAP, List.of(2),
            RectifiedFlow.DEFAULT.spec(), Prediction.AVERAGE_VELOCITY);
    private static final ModelCard FIELD = ModelCard.of("field", ModelKind.DIFFUSION, List.of(2),
            RectifiedFlow.DEFAULT.spec(), Prediction.VELOCITY);

    private static SamplingSettings times(Double... values) {
        return SamplingSettings.defaults(false).withTimes(List.of(values));
    }

    /** Two jumps by way of 0.8, computed by hand from the exact map. */
    @Test
    void shouldJumpByWayOfAGivenTime() {
        double[] mean = {0.4, -1};
        var model = new GaussianModel(RectifiedFlow.DEFAULT, mean, 0.6);
        Network map = model.flowMap(Prediction.AVERAGE_VELOCITY, Preconditioning.NONE, TimeInput.IDENTITY,
                TargetInput.TIME);
        SamplingPlan plan = Planner.plan(MAP, times(1.0, 0.8).withSolver("mean-flow"));
        assertThat(plan).returns("given", SamplingPlan::timeGrid).returns(2, SamplingPlan::steps)
                .returns(List.of(1.0, 0.8), SamplingPlan::times).returns(2, SamplingPlan::rows);
        assertThat(plan.stages()).extracting(stage -> stage.call().time()).containsExactly(1.0, 0.8);
        assertThat(plan.stages()).extracting(stage -> stage.call().target()).containsExactly(0.8, 0.0);

        double[] start = {0.3, 1.2};
        double[] end = new PlanExecutor(plan, map, new PhiloxNoise()).run(start, Network.NO_LABEL, 0, 0,
                PlanExecutor.Listener.NONE);
        assertThat(end).containsExactly(model.solution(model.solution(start, 1, 0.8), 0.8, 0), within(1e-12));
    }

    /** The times of a named grid give the plan of that grid, whatever the solver. */
    @Test
    void shouldBeTheNamedGridWhereTheTimesAreIts() {
        for (String solver : Planner.solvers(MAP)) {
            SamplingPlan named = Planner.plan(MAP, SamplingSettings.defaults(false).withSolver(solver).withSteps(4)
                    .withTimeGrid("time"));
            var starts = Arrays.stream(TimeGrids.of("time", RectifiedFlow.DEFAULT, 4).times()).limit(4).boxed()
                    .toList();
            SamplingPlan given = Planner.plan(MAP, SamplingSettings.defaults(false).withSolver(solver)
                    .withTimes(starts));
            assertThat(given.stages()).as(solver).isEqualTo(named.stages());
            assertThat(given.initialScale()).isEqualTo(named.initialScale());
            assertThat(named.times()).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"euler", "dpm-solver++-2m", "unipc-3", "heun", "ancestral"})
    void shouldStartFromAsMuchNoiseAsThereIsAtTheFirstTime(String solver) {
        SamplingPlan plan = Planner.plan(FIELD, times(0.9, 0.5, 0.1).withSolver(solver));
        assertThat(plan.initialScale()).isEqualTo(RectifiedFlow.DEFAULT.priorScale(0.9));
        assertThat(plan.stages().getFirst().call().time()).isEqualTo(0.9);
        assertThat(plan.steps()).isEqualTo(3);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"0.8,0.8 | must decrease, but 0.8 comes after 0.8",
        "0.5,0.8 | must decrease", "1.1,0.5 | from 1.0 (noise) to", "1,0 | (data), not 0.0", "1,NaN | not NaN",
        "1,-0.5 | not -0.5", "'' | There must be 1 to 1000 times, one for each step, not 0."})
    void shouldRefuseWhatIsNoGrid(String list, String sentence) {
        List<Double> values = list.isEmpty() ? List.of() : Arrays.stream(list.split(",")).map(Double::valueOf).toList();
        refused(FIELD, SamplingSettings.defaults(false).withTimes(values), sentence);
    }

    private static void refused(ModelCard card, SamplingSettings settings, String sentence) {
        assertThatThrownBy(() -> Planner.plan(card, settings)).isInstanceOfSatisfying(InvalidSettingException.class,
                refusal -> assertThat(refusal.field()).isEqualTo("times")).hasMessageContaining(sentence);
    }

    @Test
    void shouldRefuseTimesBesideStepsOrAGridAndTooMany() {
        refused(FIELD, times(1.0, 0.5).withSteps(2), "times and steps exclude each other");
        refused(FIELD, times(1.0, 0.5).withTimeGrid("time"), "times and timeGrid exclude each other");
        var many = new ArrayList<>(Collections.nCopies(1001, 0.5));
        refused(FIELD, SamplingSettings.defaults(false).withTimes(many), "1 to 1000 times");
    }

    /** A consistency function's boundary is no start of a step: it would return its own input. */
    @Test
    void shouldStartAboveTheBoundaryOfAConsistencyFunction() {
        ModelCard card = ModelCard.of("cm", ModelKind.CONSISTENCY, List.of(2), ScheduleSpec.of("edm"), Prediction.DATA)
                .withNetworkInput(new Preconditioning.Consistency(0.5, 0.002), TimeInput.logSigma());
        SamplingPlan plan = Planner.plan(card, times(80.0, 0.821));
        assertThat(plan).returns("consistency", SamplingPlan::solver).returns(2, SamplingPlan::evaluations);
        assertThat(plan.stages()).extracting(stage -> stage.call().sigma()).containsExactly(80.0, 0.821);
        refused(card, times(80.0, 0.002), "to more than 0.002 (data), not 0.002");
    }

    /** A shortcut model knows lengths of 1, 1/2 ... 1/128 and would take the nearest for another. */
    @Test
    void shouldRefuseJumpsThatTheNetworkCannotBeToldOf() {
        ModelCard shortcut = MAP.withTargetInput(TargetInput.LEVEL);
        for (String solver : List.of("shortcut", "mean-flow")) {
            SamplingPlan plan = Planner.plan(shortcut, times(1.0, 0.5, 0.25).withSolver(solver));
            assertThat(plan.stages()).extracting(stage -> stage.call().target()).containsExactly(1.0, 2.0, 2.0);
            refused(shortcut, times(1.0, 0.8).withSolver(solver),
                    "halved up to 7 times, and not of one from 1.0 to 0.8");
        }
        assertThat(Planner.plan(shortcut, times(1.0, 0.8).withSolver("euler")).steps()).isEqualTo(2);
    }

    private static final ModelCard RECOMMENDING = MAP
            .withDefaults(new SamplingDefaults("consistency", 1, "time", 1).withTimes(List.of(1.0, 0.8)));

    @Test
    void shouldTakeTheCardsTimesForItsSolverAndTheirNumber() {
        SamplingSettings none = SamplingSettings.defaults(false);
        List<Double> own = List.of(1.0, 0.8);
        assertThat(Planner.plan(RECOMMENDING, none).times()).isEqualTo(own);
        assertThat(Planner.plan(RECOMMENDING, none.withSteps(2)).times()).isEqualTo(own);
        assertThat(Planner.plan(RECOMMENDING, none.withSolver("consistency")).times()).isEqualTo(own);
        assertThat(Planner.plan(RECOMMENDING, none.withSteps(4))).returns("time", SamplingPlan::timeGrid)
                .returns(4, SamplingPlan::steps);
        assertThat(Planner.plan(RECOMMENDING, none.withSteps(1)).timeGrid()).isEqualTo("time");
        assertThat(Planner.plan(RECOMMENDING, none.withTimeGrid("time"))).returns(2, SamplingPlan::steps)
                .returns("time", SamplingPlan::timeGrid);
        assertThat(Planner.plan(RECOMMENDING, none.withSolver("mean-flow"))).returns(2, SamplingPlan::steps)
                .returns("time", SamplingPlan::timeGrid);
        assertThat(Planner.plan(RECOMMENDING, times(1.0, 0.5, 0.2)).times()).containsExactly(1.0, 0.5, 0.2);
    }

    @Test
    void shouldBeKeptByACard() {
        String json = ModelCardJson.write(RECOMMENDING);
        assertThat(json).contains("\"times\" : [ 1.0, 0.8 ]", "\"steps\" : 2");
        assertThat(ModelCardJson.read(json)).isEqualTo(RECOMMENDING);
        assertThat(ModelCardJson.read(json.replace("\"steps\" : 2,", "")).defaults().steps()).isEqualTo(2);
        assertThatThrownBy(() -> ModelCardJson.read(json.replace("\"steps\" : 2", "\"steps\" : 3")))
                .hasMessageContaining("defaults.steps must be 2, as many as defaults.times, not 3");
        assertThatThrownBy(() -> ModelCardJson.read(json.replace("0.8", "1.5")))
                .hasMessageContaining("defaults.times must be times of the schedule, from 1.0 (noise)");
        assertThatThrownBy(() -> ModelCardJson.read(json.replace("0.8", "\"x\"")))
                .hasMessageContaining("Field 'defaults.times' of the model card must be a list of numbers");
    }
}
