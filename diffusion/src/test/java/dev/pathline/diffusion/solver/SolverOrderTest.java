package dev.pathline.diffusion.solver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.pathline.diffusion.grid.TimeGrids;
import dev.pathline.diffusion.schedule.Edm;
import dev.pathline.diffusion.schedule.NoiseSchedule;
import dev.pathline.diffusion.schedule.RectifiedFlow;
import dev.pathline.diffusion.schedule.VpCosine;
import dev.pathline.diffusion.schedule.VpLinear;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every deterministic solver converges as fast as its {@link SolverInfo} says; a new one is tested by being there. */
class SolverOrderTest {

    static Stream<Arguments> problems() {
        return deterministic().flatMap(solver -> Stream.of(
                Arguments.of(solver, VpLinear.DEFAULT, "log-snr", 1, 1e-3),
                Arguments.of(solver, VpCosine.DEFAULT, "log-snr", 0.9946, 1e-3),
                Arguments.of(solver, RectifiedFlow.DEFAULT, "log-snr", 0.99, 0.01),
                Arguments.of(solver, Edm.DEFAULT, "karras", 80, 0.002)));
    }

    private static Stream<String> deterministic() {
        return Solvers.all().stream().map(Solver::info)
                .filter(info -> info.deterministic() && !info.adaptive() && !info.flowMap())
                .map(SolverInfo::name);
    }

    @ParameterizedTest
    @MethodSource("problems")
    void shouldConvergeWithItsOrder(String name, NoiseSchedule schedule, String grid, double start, double end) {
        Solver solver = Solvers.byName(name);
        var problem = new MixtureProblem(schedule);
        List<double[]> exact = problem.exact(start, end);
        double coarse = error(problem, solver, grid, 80, start, end, exact);
        double fine = error(problem, solver, grid, 320, start, end, exact);
        assertThat(Math.log(coarse / fine) / Math.log(4)).isCloseTo(solver.info().order(), within(0.15));
    }

    private static double error(MixtureProblem problem, Solver solver, String grid, int steps, double start, double end,
            List<double[]> exact) {
        return MixtureProblem.rms(
                problem.run(solver, TimeGrids.of(grid, problem.schedule(), steps, start, end)), exact);
    }
}
