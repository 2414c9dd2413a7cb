package dev.pathline.diffusion.solver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.pathline.diffusion.grid.TimeGrid;
import dev.pathline.diffusion.grid.TimeGrids;
import dev.pathline.diffusion.model.Network;
import dev.pathline.diffusion.schedule.Edm;
import dev.pathline.diffusion.schedule.RectifiedFlow;
import dev.pathline.diffusion.schedule.VpLinear;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The values of math.md 3.13, made by another program. */
class SolverGoldenTest {
    private final MixtureProblem vp = new MixtureProblem(VpLinear.DEFAULT);

    @Test
    void shouldStartWhereTheGoldensStart() {
        double[] start = vp.starts(1).getFirst();
        assertThat(start).containsExactly(new double[]{0.599993522103, -1.099988123855}, within(1e-12));
        double[] early = vp.model().data(start, 1, Network.NO_LABEL);
        assertThat(early).containsExactly(new double[]{-0.078810816910, -0.163069415560}, within(1e-12));
        double[] middle = vp.model().data(start, 0.5, Network.NO_LABEL);
        assertThat(middle).containsExactly(new double[]{-0.018009152713, -0.289747664773}, within(1e-12));
    }

    @Test
    void shouldKnowTheExactEndPoints() {
        double[][] expected = {{0.097679012112, -1.023221621405}, {-0.161130016299, 0.394872730145},
            {1.452346678285, 0.440602370604}, {-1.835629955765, -0.857462493775}};
        List<double[]> exact = vp.exact(1, 1e-3);
        for (int k = 0; k < expected.length; k++) {
            assertThat(exact.get(k)).containsExactly(expected[k], within(1e-10));
        }
    }

    @Test
    void shouldTakeTheSingleStepOfDdim() {
        double[] end = vp.run(new Ddim(), new TimeGrid("one", 1, 0.5)).getFirst();
        assertThat(end).containsExactly(new double[]{0.554135512702, -1.100454936254}, within(1e-12));
    }

    @ParameterizedTest
    @CsvSource({
        "ddim, 0.091621480261, -0.909338412970",
        "euler, 0.148660467058, -1.013055662951",
        "heun, 0.100137860273, -1.023013407302",
        "dpm-solver++-2m, 0.103880427612, -1.030744138604"})
    void shouldFollowTheTrajectoryOfTwentySteps(String solver, double x, double y) {
        TimeGrid grid = TimeGrids.of("log-snr", VpLinear.DEFAULT, 20, 1, 1e-3);
        double[] end = vp.run(Solvers.byName(solver), grid).getFirst();
        assertThat(end).containsExactly(new double[]{x, y}, within(1e-11));
    }

    @ParameterizedTest
    @CsvSource({
        "ddim, 8.65e-2, 4.41e-2, 2.23e-2",
        "euler, 2.08e-2, 1.04e-2, 5.17e-3",
        "heun, 1.92e-3, 5.00e-4, 1.26e-4",
        "dpm-solver++-2m, 1.36e-2, 3.33e-3, 8.18e-4"})
    void shouldHaveTheErrorsOnVariancePreserving(String solver, double e20, double e40, double e80) {
        assertErrors(vp, solver, "log-snr", 1, 1e-3, e20, e40, e80);
    }

    @ParameterizedTest
    @CsvSource({
        "ddim, 8.22e-2, 4.19e-2, 2.11e-2",
        "euler, 8.22e-2, 4.19e-2, 2.11e-2",
        "heun, 2.39e-3, 6.17e-4, 1.56e-4"})
    void shouldHaveTheErrorsOnRectifiedFlow(String solver, double e20, double e40, double e80) {
        assertErrors(new MixtureProblem(RectifiedFlow.DEFAULT), solver, "log-snr", 0.99, 0.01, e20, e40, e80);
    }

    @ParameterizedTest
    @CsvSource({
        "ddim, 9.32e-2, 4.77e-2, 2.41e-2",
        "euler, 9.32e-2, 4.77e-2, 2.41e-2",
        "heun, 2.64e-2, 6.15e-3, 1.49e-3",
        "dpm-solver++-2m, 3.23e-2, 6.95e-3, 1.62e-3"})
    void shouldHaveTheErrorsOnEdm(String solver, double e20, double e40, double e80) {
        assertErrors(new MixtureProblem(Edm.DEFAULT), solver, "karras", 80, 0.002, e20, e40, e80);
    }

    private static void assertErrors(
            MixtureProblem problem, String solver, String grid, double start, double end, double... expected) {
        List<double[]> exact = problem.exact(start, end);
        int steps = 20;
        for (double error : expected) {
            TimeGrid times = TimeGrids.of(grid, problem.schedule(), steps, start, end);
            double measured = MixtureProblem.rms(problem.run(Solvers.byName(solver), times), exact);
            assertThat(measured / error).as("%s, %d steps", solver, steps).isCloseTo(1, within(0.01));
            steps *= 2;
        }
    }
}
