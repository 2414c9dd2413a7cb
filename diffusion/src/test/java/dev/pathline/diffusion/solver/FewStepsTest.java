package dev.pathline.diffusion.solver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.pathline.diffusion.grid.TimeGrid;
import dev.pathline.diffusion.grid.TimeGrids;
import dev.pathline.diffusion.guidance.Guidance;
import dev.pathline.diffusion.model.Network;
import dev.pathline.diffusion.noise.PhiloxNoise;
import dev.pathline.diffusion.plan.BindOptions;
import dev.pathline.diffusion.plan.PlanExecutor;
import dev.pathline.diffusion.plan.SamplingPlan;
import dev.pathline.diffusion.plan.SolverPlan;
import dev.pathline.diffusion.prediction.Prediction;
import dev.pathline.diffusion.schedule.Ddpm;
import dev.pathline.diffusion.schedule.NoiseSchedule;
import dev.pathline.diffusion.schedule.NoiseSchedules;
import dev.pathline.diffusion.schedule.RectifiedFlow;
import dev.pathline.diffusion.schedule.TrigFlow;
import dev.pathline.diffusion.schedule.VpCosine;
import dev.pathline.diffusion.schedule.VpLinear;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Any number of steps, on any schedule and grid, is finite and ends at the prediction of the data. */
class FewStepsTest {
    private static final int[] STEPS = {1, 2, 3, 4, 7, 20, 1000};

    static Stream<Arguments> solversAndSchedules() {
        var schedules = new ArrayList<>(NoiseSchedules.all());
        schedules.add(new RectifiedFlow(3));
        schedules.add(new TrigFlow(0.5));
        schedules.add(Ddpm.linear(1e-4, 0.02, 1000, true));
        return Solvers.all().stream().map(Solver::info).filter(info -> info.needs() == Needs.FIELD)
                .map(SolverInfo::name)
                .flatMap(name -> schedules.stream().map(schedule -> Arguments.of(name, schedule)));
    }

    @ParameterizedTest
    @MethodSource("solversAndSchedules")
    void shouldEndAtThePredictionOfTheData(String name, NoiseSchedule schedule) {
        Solver solver = Solvers.byName(name);
        for (String grid : timeGrids(solver, schedule)) {
            for (int steps : STEPS) {
                // Grids of the indices that a network was trained at cannot have more steps than there are indices.
                int most = Math.min(steps, most(grid, schedule));
                assertEndsAtData(solver, schedule, TimeGrids.of(grid, schedule, most));
            }
        }
    }

    /** Zero terminal SNR where a schedule has it, whatever its usual range. */
    @ParameterizedTest
    @MethodSource("solversAndSchedules")
    void shouldStartFromPureNoiseWhereTheScheduleReachesIt(String name, NoiseSchedule schedule) {
        Solver solver = Solvers.byName(name);
        if (schedule instanceof VpCosine || schedule instanceof VpLinear) {
            for (String grid : timeGrids(solver, schedule)) {
                for (int steps : new int[]{1, 2, 3, 4, 7, 20}) {
                    assertEndsAtData(solver, schedule, TimeGrids.of(grid, schedule, steps, 1, 0));
                }
            }
        }
    }

    private static int most(String grid, NoiseSchedule schedule) {
        return grid.equals("karras-leading") || schedule.evenTimesFit() ? schedule.timeIndices() - 1 : 1000;
    }

    private static List<String> timeGrids(Solver solver, NoiseSchedule schedule) {
        return TimeGrids.names(schedule).stream().filter(solver.info().timeGrids()::contains).toList();
    }

    private static void assertEndsAtData(Solver solver, NoiseSchedule schedule, TimeGrid grid) {
        if (solver.info().defaultEta() == null || grid.steps() > 20) {
            assertEndsAtData(solver.plan(schedule, grid));
        } else {
            for (double eta : new double[]{0, 0.5, 1}) {
                assertEndsAtData(solver.plan(schedule, grid, new SolverOptions.Eta(eta)));
            }
        }
    }

    private static void assertEndsAtData(SolverPlan plan) {
        TimeGrid grid = plan.timeGrid();
        var problem = new MixtureProblem(plan.schedule());
        SamplingPlan bound = plan.bind(problem.card(Prediction.VELOCITY), Guidance.OFF, BindOptions.DEFAULT);
        var executor = new PlanExecutor(bound, problem.model().network(Prediction.VELOCITY), new PhiloxNoise());
        List<double[]> data = new ArrayList<>();
        double[] sample = executor.sample(2, Network.NO_LABEL, 7, 0, (stage, value) -> data.add(value));
        assertThat(data).as("%s", grid).hasSize(plan.evaluations());
        assertThat(data.stream().allMatch(value -> Double.isFinite(value[0] + value[1]))).as("%s", grid).isTrue();
        assertThat(sample).as("%s", grid).containsExactly(data.getLast(), within(1e-12));
        // With enough steps the sample lies where the mixture does. With few it need not: two steps of Heun from 80 to
        // 0.002 extrapolate a slope at 0.002 over the whole way, as published.
        if (grid.steps() >= 20) {
            // A step sized by norms may be long in two dimensions, where the score of a sample is now and then nearly 0.
            boolean sizedByNorms = plan.stages().stream().anyMatch(stage -> stage.langevin() != null);
            // The others may overshoot: third order, on times that are even where lambda is not.
            double reach = sizedByNorms ? 100 : 7;
            for (double value : sample) {
                assertThat(value).as("%s on %s, %s", plan.solver(), plan.schedule(), grid).isBetween(-reach, reach);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("deterministic")
    void shouldCountEvaluations(String name) {
        SolverInfo info = Solvers.byName(name).info();
        NoiseSchedule schedule = VpLinear.DEFAULT;
        SolverPlan clean = Solvers.byName(name).plan(schedule, TimeGrids.of("time", schedule, 18));
        assertThat(clean.evaluations()).isEqualTo(17 * info.evaluationsPerStep() + 1);
        SolverPlan unclean = Solvers.byName(name).plan(schedule, TimeGrids.of("time", schedule, 18, 1, 0.01));
        assertThat(unclean.evaluations()).isEqualTo(18 * info.evaluationsPerStep());
    }

    static Stream<String> deterministic() {
        return SolverOrderTest.deterministic();
    }

    @Test
    void shouldEqualEulerOnRectifiedFlow() {
        NoiseSchedule flow = RectifiedFlow.DEFAULT;
        TimeGrid grid = TimeGrids.of("time", flow, 10);
        var problem = new MixtureProblem(flow);
        assertThat(MixtureProblem.rms(problem.run(Solvers.byName("ddim"), grid),
                problem.run(Solvers.byName("euler"), grid)))
                .isLessThan(1e-14);
    }

    @Test
    void shouldRefuseAGridThatLeavesTheSchedule() {
        var grid = new TimeGrid("mine", 1.5, 0.5, 0);
        assertThatThrownBy(() -> Solvers.byName("dpm-solver++-2m").plan(RectifiedFlow.DEFAULT, grid))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("dpm-solver++-2m").hasMessageContaining("step 0").hasMessageContaining("mine");
    }

    @Test
    void shouldRefuseUnknownNamesWithTheKnownOnes() {
        assertThatThrownBy(() -> Solvers.byName("magic")).hasMessage("unknown solver 'magic'; known are "
                + String.join(", ", Solvers.names()));
        assertThat(Solvers.names()).doesNotHaveDuplicates();
        assertThatThrownBy(() -> new SolverOptions.Eta(1.1)).hasMessageContaining("between 0 and 1");
    }
}
