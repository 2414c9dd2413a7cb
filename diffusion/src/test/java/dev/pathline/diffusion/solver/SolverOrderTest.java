package dev.pathline.diffusion.solver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.pathline.diffusion.grid.TimeGrid;
import dev.pathline.diffusion.grid.TimeGrids;
import dev.pathline.diffusion.schedule.Edm;
import dev.pathline.diffusion.schedule.NoiseSchedule;
import dev.pathline.diffusion.schedule.RectifiedFlow;
import dev.pathline.diffusion.schedule.VpCosine;
import dev.pathline.diffusion.schedule.VpLinear;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every deterministic solver converges as fast as its {@link SolverInfo} says; a new one is tested by being there.
 *
 * <p>Multistep solvers start with a step of first order, whose error is one of second order in the end. It does not show,
 * because at large noise the predictions hardly change.
 */
class SolverOrderTest {
    private static final ConcurrentHashMap<String, List<double[]>> EXACT = new ConcurrentHashMap<>();

    static Stream<Arguments> problems() {
        return deterministic().flatMap(solver -> Stream.of(
                Arguments.of(solver, VpLinear.DEFAULT, "log-snr", 1, 1e-3),
                Arguments.of(solver, VpCosine.DEFAULT, "log-snr", 0.9946, 1e-3),
                Arguments.of(solver, RectifiedFlow.DEFAULT, "log-snr", 0.99, 0.01),
                Arguments.of(solver, Edm.DEFAULT, "karras", 80, 0.002)));
    }

    static Stream<String> deterministic() {
        return Solvers.all().stream().map(Solver::info)
                .filter(info -> info.deterministic() && !info.adaptive() && !info.flowMap())
                .map(SolverInfo::name);
    }

    @ParameterizedTest
    @MethodSource("problems")
    void shouldConvergeWithItsOrder(String name, NoiseSchedule schedule, String grid, double start, double end) {
        Solver solver = Solvers.byName(name);
        double order = name.equals("ipndm")
                // Its weights are those of evenly spaced sigma/alpha, where it can only start where a step is shorter than the
                // data is wide.
                ? order(solver, schedule, 80, steps -> uniformNoiseRatio(schedule, steps, 5, 0.1))
                : order(solver, schedule, firstSteps(name, schedule),
                        steps -> TimeGrids.of(grid, schedule, steps, start, end));
        assertThat(order).isCloseTo(solver.info().order(), within(name.equals("deis-tab-3") ? 0.3 : 0.15));
    }

    /** On the grids that people use the steps change, which costs it two orders. */
    @ParameterizedTest
    @MethodSource("dev.pathline.diffusion.schedule.NoiseSchedules#all")
    void shouldConvergeWithSecondOrderWhereIpndmIsNotAtHome(NoiseSchedule schedule) {
        double order = order(Solvers.byName("ipndm"), schedule, 80,
                steps -> TimeGrids.of("log-snr", schedule, steps, 0.99 * schedule.maxTime(), 0.01));
        assertThat(order).isCloseTo(2, within(0.15));
    }

    /**
     * The published third-order coefficient leaves an error of second order and has, on Karras' grid, one of third order
     * with the opposite sign beside it, which is not small before 320 steps.
     */
    private static int firstSteps(String name, NoiseSchedule schedule) {
        return name.endsWith("legacy") && schedule instanceof Edm ? 320 : 80;
    }

    private static TimeGrid uniformNoiseRatio(NoiseSchedule schedule, int steps, double first, double last) {
        return new TimeGrid("uniform noise ratio", IntStream.rangeClosed(0, steps)
                .mapToDouble(i -> schedule.timeOfHalfLogSnr(-Math.log(first + (last - first) * i / steps)))
                .toArray());
    }

    private static double order(Solver solver, NoiseSchedule schedule, int steps, IntFunction<TimeGrid> grid) {
        return Math.log(error(solver, schedule, grid.apply(steps)) / error(solver, schedule, grid.apply(4 * steps)))
                / Math.log(4);
    }

    private static double error(Solver solver, NoiseSchedule schedule, TimeGrid grid) {
        var problem = new MixtureProblem(schedule);
        List<double[]> exact = EXACT.computeIfAbsent(
                schedule + " from " + grid.start() + " to " + grid.end(), _ -> problem.exact(grid.start(), grid.end()));
        return MixtureProblem.rms(problem.run(solver, grid), exact);
    }
}
