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

    @ParameterizedTest
    @CsvSource({
        "ddim, 0.554135512702, -1.100454936254",
        "dpm-solver-1, 0.554135512702, -1.100454936254",
        "dpm-solver-2s, 0.566336468176, -1.132559298794",
        "midpoint, 0.566336468176, -1.132559298794",
        "dpm-solver-3s, 0.563233998253, -1.125391500764",
        "dpm-solver++-2s, 0.555962756902, -1.105262962180",
        "dpm-solver++-3s, 0.558317304136, -1.111656640368"})
    void shouldTakeASingleStep(String solver, double x, double y) {
        double[] end = vp.run(Solvers.byName(solver), new TimeGrid("one", 1, 0.5)).getFirst();
        assertThat(end).containsExactly(new double[]{x, y}, within(1e-11));
    }

    @ParameterizedTest
    @CsvSource({
        "ddim, 0.091621480261, -0.909338412970",
        "dpm-solver-1, 0.091621480261, -0.909338412970",
        "dpm-solver-2s, 0.100928119080, -1.036559728056",
        "midpoint, 0.100928119080, -1.036559728056",
        "dpm-solver-3s, 0.097547225753, -1.023571158832",
        "dpm-solver++-2s, 0.098269009948, -1.008659281787",
        "dpm-solver++-3s, 0.097898772065, -1.023090547403",
        "dpm-solver++-2m, 0.103880427612, -1.030744138604",
        "dpm-solver++-3m-legacy, 0.099548218754, -1.029818164569",
        "dpm-solver++-3m, 0.098090332353, -1.026479583157",
        "dpm-solver-2m, 0.100477687160, -1.005777213500",
        "deis-tab-1, 0.096007398752, -0.985384705248",
        "deis-tab-2, 0.095289522241, -1.010431928276",
        "deis-tab-3, 0.094291780565, -1.020831597182",
        "unipc-2, 0.100714234832, -1.029089027114",
        "unipc-3, 0.097517735005, -1.023954145637",
        "euler, 0.148660467058, -1.013055662951",
        "heun, 0.100137860273, -1.023013407302"})
    void shouldFollowTheTrajectoryOfTwentySteps(String solver, double x, double y) {
        TimeGrid grid = TimeGrids.of("log-snr", VpLinear.DEFAULT, 20, 1, 1e-3);
        double[] end = vp.run(Solvers.byName(solver), grid).getFirst();
        assertThat(end).containsExactly(new double[]{x, y}, within(1e-11));
    }

    @ParameterizedTest
    @CsvSource({
        "ddim, 8.65e-2, 4.41e-2, 2.23e-2",
        "dpm-solver-2s, 1.28e-2, 3.03e-3, 7.38e-4",
        "dpm-solver-3s, 1.74e-4, 2.12e-5, 2.62e-6",
        "dpm-solver++-2m, 1.36e-2, 3.33e-3, 8.18e-4",
        "dpm-solver++-3m-legacy, 4.84e-3, 1.01e-3, 2.44e-4",
        "dpm-solver++-3m, 2.42e-3, 3.38e-4, 4.33e-5",
        "unipc-2, 6.36e-3, 8.23e-4, 1.05e-4",
        "unipc-3, 1.85e-3, 1.29e-4, 8.51e-6",
        "deis-tab-1, 2.29e-2, 6.47e-3, 1.72e-3",
        "deis-tab-2, 6.64e-3, 1.04e-3, 1.45e-4",
        "deis-tab-3, 2.68e-3, 3.49e-4, 3.30e-5",
        "heun, 1.92e-3, 5.00e-4, 1.26e-4",
        "euler, 2.08e-2, 1.04e-2, 5.17e-3"})
    void shouldHaveTheErrorsOnVariancePreserving(String solver, double e20, double e40, double e80) {
        assertErrors(vp, solver, "log-snr", 1, 1e-3, e20, e40, e80);
    }

    @ParameterizedTest
    @CsvSource({
        "ddim, 8.22e-2, 4.19e-2, 2.11e-2",
        "euler, 8.22e-2, 4.19e-2, 2.11e-2",
        "heun, 2.39e-3, 6.17e-4, 1.56e-4",
        "dpm-solver++-3m, 2.15e-3, 2.97e-4, 3.82e-5",
        "unipc-2, 5.57e-3, 7.20e-4, 9.14e-5",
        "unipc-3, 1.61e-3, 1.09e-4, 7.15e-6",
        "rk4, 1.02e-5, 6.75e-7, 4.26e-8"})
    void shouldHaveTheErrorsOnRectifiedFlow(String solver, double e20, double e40, double e80) {
        assertErrors(new MixtureProblem(RectifiedFlow.DEFAULT), solver, "log-snr", 0.99, 0.01, e20, e40, e80);
    }

    @ParameterizedTest
    @CsvSource({
        "ddim, 9.32e-2, 4.77e-2, 2.41e-2",
        "euler, 9.32e-2, 4.77e-2, 2.41e-2",
        "heun, 2.64e-2, 6.15e-3, 1.49e-3",
        "dpm-solver-3s, 2.37e-4, 2.93e-5, 3.61e-6",
        "dpm-solver++-2m, 3.23e-2, 6.95e-3, 1.62e-3",
        "unipc-3, 1.18e-2, 6.86e-4, 4.03e-5"})
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
