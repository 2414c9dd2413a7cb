package dev.pathline.diffusion.adaptive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.pathline.diffusion.model.GaussianModel;
import dev.pathline.diffusion.model.Network;
import dev.pathline.diffusion.prediction.Prediction;
import dev.pathline.diffusion.schedule.Edm;
import dev.pathline.diffusion.schedule.NoiseSchedule;
import dev.pathline.diffusion.schedule.RectifiedFlow;
import dev.pathline.diffusion.schedule.VpLinear;
import dev.pathline.diffusion.solver.MixtureProblem;
import java.util.Arrays;
import java.util.List;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class Rk45Test {
    private final Rk45 solver = new Rk45();

    /** What SciPy 1.17's solve_ivp(method='RK45', rtol=tol, atol=tol) spends: the same pair, control and first step. */
    @ParameterizedTest
    @CsvSource({
        "vp-linear, 1, 1e-3, 1e-3, 26, 38, 38, 26",
        "vp-linear, 1, 1e-3, 1e-5, 56, 56, 56, 56",
        "vp-linear, 1, 1e-3, 1e-8, 170, 164, 152, 128",
        "rectified-flow, 1, 1e-3, 1e-3, 26, 26, 32, 14",
        "rectified-flow, 1, 1e-3, 1e-8, 128, 110, 110, 116",
        "edm, 80, 2e-3, 1e-3, 86, 86, 86, 86",
        "edm, 80, 2e-3, 1e-5, 170, 170, 158, 146",
        "vp-linear, 1e-5, 1, 1e-5, 56, 38, 44, 44",
        "rectified-flow, 1e-5, 1, 1e-5, 32, 32, 32, 56"})
    void shouldSpendWhatThePublishedCodeSpends(
            String schedule, double t, double u, double tolerance, int first, int second, int third, int fourth) {
        assertThat(AdaptiveProblem.of(schedule).solve(solver, t, u, tolerance))
                .extracting(AdaptiveSolution::evaluations).containsExactly(first, second, third, fourth);
    }

    @Test
    void shouldBeOfOrderFiveWithEqualSteps() {
        for (NoiseSchedule schedule : List.of(VpLinear.DEFAULT, RectifiedFlow.DEFAULT)) {
            var problem = new MixtureProblem(schedule);
            double start = 0.9;
            double end = 0.1;
            List<double[]> exact = problem.exact(start, end);
            double coarse = MixtureProblem.rms(equalSteps(problem, start, end, 40), exact);
            double fine = MixtureProblem.rms(equalSteps(problem, start, end, 160), exact);
            assertThat(Math.log(coarse / fine) / Math.log(4)).isCloseTo(5, within(0.15));
        }
    }

    private static List<double[]> equalSteps(MixtureProblem problem, double start, double end, int steps) {
        VectorField field = (x, t) -> problem.model().velocity(x, t, Network.NO_LABEL);
        double h = (end - start) / steps;
        return problem.starts(start).stream().map(point -> {
            double[] x = point;
            for (int i = 0; i < steps; i++) {
                double t = start + i * h;
                x = DormandPrince.step(field, x, field.at(x, t), t, h).x;
            }
            return x;
        }).toList();
    }

    @Test
    void shouldComeBackFromNoiseToWhereItStarted() {
        for (NoiseSchedule schedule : List.of(VpLinear.DEFAULT, RectifiedFlow.DEFAULT, Edm.DEFAULT)) {
            ModelField field = ModelField.of(new MixtureProblem(schedule).model(), Network.NO_LABEL);
            double[] data = {0.3, -0.9};
            Tolerances tolerances = Tolerances.of(1e-10, 1e-10);
            double[] noise = solver.solve(field, data, 1e-3, schedule.maxTime(), tolerances).x();
            double[] back = solver.solve(field, noise, schedule.maxTime(), 1e-3, tolerances).x();
            assertThat(back).as(schedule.name()).containsExactly(data, within(1e-7));
        }
    }

    @Test
    void shouldSpendNothingOnTheDataAtTheEnd() {
        var problem = AdaptiveProblem.of("rectified-flow");
        double minTime = problem.schedule().minTime();
        AdaptiveSolution clean = problem.solve(solver, 1, 0, 1e-6).getFirst();
        AdaptiveSolution noisy = problem.solve(solver, 1, minTime, 1e-6).getFirst();
        assertThat(clean.evaluations()).isEqualTo(noisy.evaluations());
        double[] data = problem.field().predict(Prediction.DATA, noisy.x(), minTime);
        assertThat(clean.x()).containsExactly(data, within(1e-12));
    }

    /** math.md section 7: the log-density of one point, by the instantaneous change of variables. */
    @Test
    void shouldReproduceALikelihood() {
        var model = new GaussianModel(RectifiedFlow.DEFAULT, new double[]{0.3, -0.7}, 0.5);
        VectorField augmented = (state, t) -> {
            double[] velocity = model.velocity(Arrays.copyOf(state, 2), t, Network.NO_LABEL);
            double[] slope = Arrays.copyOf(velocity, 3);
            slope[2] = divergence(model, state, t);
            return slope;
        };
        double[] end = solver.integrate(augmented, new double[]{0.1, -0.2, 0}, 1e-5, 1, Tolerances.of(1e-12, 1e-12))
                .x();
        double prior = -Math.log(2 * Math.PI) - (end[0] * end[0] + end[1] * end[1]) / 2;
        assertThat(prior + end[2]).isCloseTo(-1.0315579053, within(1e-9));
    }

    /** The field of a Gaussian is affine in the point, so a difference quotient is exact but for rounding. */
    private static double divergence(GaussianModel model, double[] state, double t) {
        return IntStream.range(0, 2).mapToDouble(i -> {
            double[] up = Arrays.copyOf(state, 2);
            double[] down = up.clone();
            up[i] += 0.5;
            down[i] -= 0.5;
            return model.velocity(up, t, Network.NO_LABEL)[i] - model.velocity(down, t, Network.NO_LABEL)[i];
        }).sum();
    }

    @Test
    void shouldFollowAFieldThatStandsStillOrIsZero() {
        Tolerances tolerances = Tolerances.of(1e-6, 1e-6);
        AdaptiveSolution still = solver.integrate((x, t) -> new double[x.length], new double[]{1, 2}, 0, 5, tolerances);
        assertThat(still.x()).containsExactly(1, 2);
        AdaptiveSolution nowhere = solver.integrate((x, t) -> x, new double[]{1}, 3, 3, tolerances);
        assertThat(nowhere.x()).containsExactly(1);
        assertThat(nowhere.evaluations()).isZero();
    }

    @Test
    void shouldMeetTheEndExactlyAndLeaveItsArgumentAlone() {
        double[] start = {0};
        var times = DoubleStream.builder();
        VectorField clock = (x, t) -> {
            times.accept(t);
            return new double[]{Math.cos(3 * t)};
        };
        AdaptiveSolution solution = solver.integrate(clock, start, 0.1, 0.7, Tolerances.of(1e-9, 1e-9));
        assertThat(solution.x()[0]).isCloseTo((Math.sin(2.1) - Math.sin(0.3)) / 3, within(1e-9));
        assertThat(start).containsExactly(0);
        assertThat(times.build().max()).hasValue(0.7);
    }
}
