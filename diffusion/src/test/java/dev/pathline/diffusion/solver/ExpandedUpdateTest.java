package dev.pathline.diffusion.solver;

import static dev.pathline.diffusion.plan.Combination.M0;
import static dev.pathline.diffusion.plan.Combination.M1;
import static dev.pathline.diffusion.plan.Combination.M2;
import static dev.pathline.diffusion.plan.Combination.M3;
import static dev.pathline.diffusion.plan.Combination.NOISE;
import static dev.pathline.diffusion.plan.Combination.X;
import static dev.pathline.diffusion.plan.Combination.Y;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.pathline.diffusion.grid.TimeGrid;
import dev.pathline.diffusion.plan.Combination;
import dev.pathline.diffusion.plan.SolverPlan;
import dev.pathline.diffusion.plan.SolverStage;
import dev.pathline.diffusion.schedule.NoiseSchedule;
import dev.pathline.diffusion.schedule.VpLinear;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The updates as the Javadoc of the solvers has them, letter by letter, are the weights of their plans. */
class ExpandedUpdateTest {

    private static final NoiseSchedule VP = VpLinear.DEFAULT;
    private static final TimeGrid GRID = new TimeGrid("uneven", 0.9, 0.7, 0.62, 0.4, 0.3, 0.1);
    private static final int LAST = 4;

    private static final double T = GRID.time(LAST);
    private static final double U = GRID.time(LAST + 1);
    private static final double H = h(T, U);
    private static final double R1 = h(GRID.time(LAST - 1), T) / H;
    private static final double R2 = h(GRID.time(LAST - 2), GRID.time(LAST - 1)) / H;

    private static double h(double t, double u) {
        return VP.halfLogSnr(u) - VP.halfLogSnr(t);
    }

    private static double alpha(double t) {
        return VP.alpha(t);
    }

    private static double sigma(double t) {
        return VP.sigma(t);
    }

    private static List<SolverStage> stages(String name, SolverOptions options) {
        SolverPlan plan = Solvers.byName(name).plan(VP, GRID, options);
        return plan.stages().stream().filter(stage -> stage.step() == LAST).toList();
    }

    private static List<SolverStage> stages(String name) {
        return stages(name, Solvers.byName(name).info().options());
    }

    private static Combination last(String name) {
        return stages(name).getLast().nextX();
    }

    /** Compares; a prediction of the data beside one of the noise, both of this stage, is the point less the noise. */
    private static void assertSame(Combination actual, double time, Combination expected) {
        Combination plain = new Combination(actual.x() + actual.data() / alpha(time), actual.y(), 0,
                actual.m0() - actual.data() * sigma(time) / alpha(time), actual.m1(), actual.m2(), actual.m3(),
                actual.noise());
        double[] found = numbers(plain);
        double[] wanted = numbers(expected);
        for (int i = 0; i < found.length; i++) {
            assertThat(found[i]).as("weight %d of %s, not %s", i, plain, expected).isCloseTo(wanted[i], within(1e-11));
        }
    }

    private static double[] numbers(Combination c) {
        return new double[]{c.x(), c.y(), c.data(), c.m0(), c.m1(), c.m2(), c.m3(), c.noise()};
    }

    /** {@code (alpha_u/alpha_t) x - sigma_u (e^h - 1) E}. */
    private static Combination noiseStep(Combination x, double t, double u, Combination e) {
        return x.times(alpha(u) / alpha(t)).minus(e.times(sigma(u) * Math.expm1(h(t, u))));
    }

    /** {@code (sigma_u/sigma_t) x - alpha_u (e^{-h} - 1) D}. */
    private static Combination dataStep(Combination x, double t, double u, Combination d) {
        return x.times(sigma(u) / sigma(t)).minus(d.times(alpha(u) * Math.expm1(-h(t, u))));
    }

    private static final Combination A = M0.minus(M1).times(1 / R1);
    private static final Combination B = M1.minus(M2).times(1 / R2);
    private static final Combination F1 = A.plus(A.minus(B).times(R1 / (R1 + R2)));
    private static final Combination F2 = A.minus(B).times(2 / (R1 + R2));

    private static double noiseSlope(double h) {
        return -((Math.exp(h) - 1) / h - 1);
    }

    private static double noiseCurve(double h) {
        return -((Math.exp(h) - 1 - h) / (h * h) - 0.5);
    }

    private static double dataSlope(double h) {
        return (Math.exp(-h) - 1) / h + 1;
    }

    private static double dataCurve(double h) {
        return -((Math.exp(-h) - 1 + h) / (h * h) - 0.5);
    }

    @Test
    void shouldBeTheMultistepDpmSolvers() {
        assertSame(last("dpm-solver-1"), T, noiseStep(X, T, U, M0));
        assertSame(last("dpm-solver-2m"), T, noiseStep(X, T, U, M0.plus(A.times(0.5))));
        assertSame(last("dpm-solver++-2m"), T, dataStep(X, T, U, M0.plus(A.times(0.5))));
        assertSame(last("dpm-solver++-2m-heun"), T, dataStep(X, T, U, M0).plus(A.times(alpha(U) * dataSlope(H))));
        assertSame(last("deis-log-rho-2"), T, noiseStep(X, T, U, M0).plus(A.times(sigma(U) * noiseSlope(H))));
        Combination noise = noiseStep(X, T, U, M0).plus(F1.times(sigma(U) * noiseSlope(H)));
        Combination data = dataStep(X, T, U, M0).plus(F1.times(alpha(U) * dataSlope(H)));
        assertSame(last("dpm-solver-3m"), T, noise.plus(F2.times(sigma(U) * noiseCurve(H))));
        assertSame(last("deis-log-rho-3"), T, noise.plus(F2.times(sigma(U) * noiseCurve(H))));
        assertSame(last("dpm-solver++-3m"), T, data.plus(F2.times(alpha(U) * dataCurve(H))));
        assertSame(last("dpm-solver-3m-legacy"), T, noise.plus(F2.times(sigma(U) * noiseCurve(H) / 2)));
        assertSame(last("dpm-solver++-3m-legacy"), T, data.plus(F2.times(alpha(U) * dataCurve(H) / 2)));
    }

    @Test
    void shouldBeTheSinglestepDpmSolvers() {
        double s = VP.timeOfHalfLogSnr(VP.halfLogSnr(T) + H / 2);
        assertSame(stages("dpm-solver-2s").get(0).nextX(), T, noiseStep(X, T, s, M0));
        assertSame(stages("dpm-solver-2s").get(1).nextX(), s, noiseStep(Y, T, U, M0));
        assertThat(stages("midpoint")).isEqualTo(stages("dpm-solver-2s"));
        assertSame(stages("dpm-solver++-2s").get(0).nextX(), T, dataStep(X, T, s, M0));
        assertSame(stages("dpm-solver++-2s").get(1).nextX(), s, dataStep(Y, T, U, M0));
        double p = VP.timeOfHalfLogSnr(VP.halfLogSnr(T) + H / 3);
        double q = VP.timeOfHalfLogSnr(VP.halfLogSnr(T) + 2 * H / 3);
        double k = 2 * H / 3;
        Combination once = M0.minus(M1);
        Combination twice = M0.minus(M2);
        List<SolverStage> noise = stages("dpm-solver-3s");
        assertSame(noise.get(0).nextX(), T, noiseStep(X, T, p, M0));
        assertSame(noise.get(1).nextX(), p, noiseStep(Y, T, q, M1).plus(once.times(2 * sigma(q) * noiseSlope(k))));
        assertSame(noise.get(2).nextX(), q, noiseStep(Y, T, U, M2).plus(twice.times(1.5 * sigma(U) * noiseSlope(H))));
        List<SolverStage> data = stages("dpm-solver++-3s");
        assertSame(data.get(0).nextX(), T, dataStep(X, T, p, M0));
        assertSame(data.get(1).nextX(), p, dataStep(Y, T, q, M1).plus(once.times(2 * alpha(q) * dataSlope(k))));
        assertSame(data.get(2).nextX(), q, dataStep(Y, T, U, M2).plus(twice.times(1.5 * alpha(U) * dataSlope(H))));
    }

    @Test
    void shouldBeUniPc() {
        double s = GRID.time(LAST - 1);
        double g = h(s, T);
        for (String name : List.of("unipc-1", "unipc-1-bh1")) {
            double b = name.endsWith("bh1") ? g : 1 - Math.exp(-g);
            Combination c = dataStep(Y, s, T, M1).plus(M0.minus(M1).times(alpha(T) * b / 2));
            assertSame(stages(name).getFirst().nextY(), T, c);
            assertSame(stages(name).getFirst().nextX(), T, dataStep(c, T, U, M0));
        }
        double q = h(GRID.time(LAST - 2), s) / g;
        Combination a = M0.minus(M1);
        Combination f2 = a.minus(M1.minus(M2).times(1 / q)).times(2 / (1 + q));
        Combination f1 = a.minus(f2.times(0.5));
        Combination c = dataStep(Y, s, T, M1).plus(f1.times(alpha(T) * dataSlope(g)))
                .plus(f2.times(alpha(T) * dataCurve(g)));
        for (String name : List.of("unipc-2", "unipc-2-bh1")) {
            double b = name.endsWith("bh1") ? H : 1 - Math.exp(-H);
            assertSame(stages(name).getFirst().nextY(), T, c);
            assertSame(stages(name).getFirst().nextX(), T, dataStep(c, T, U, M0).plus(A.times(alpha(U) * b / 2)));
        }
    }

    @Test
    void shouldBeIpndmAndDeis() {
        Combination e = M0.times(55).minus(M1.times(59)).plus(M2.times(37)).minus(M3.times(9)).times(1 / 24.0);
        assertSame(last("ipndm"), T, noiseStep(X, T, U, e));
        double t1 = GRID.time(LAST - 1);
        // A trapezoidal sum of the integral for C_1.
        int pieces = 200_000;
        double sum = 0;
        for (int i = 0; i <= pieces; i++) {
            double left = H * (1 - i / (double) pieces);
            double basis = (VP.timeOfHalfLogSnr(VP.halfLogSnr(U) - left) - T) / (t1 - T);
            sum += Math.exp(left) * basis * (i == 0 || i == pieces ? 0.5 : 1);
        }
        double c1 = -sigma(U) * sum * H / pieces;
        assertSame(last("deis-tab-1"), T, noiseStep(X, T, U, M0).plus(M1.minus(M0).times(c1)));
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, 0.4, 1})
    void shouldBeTheSolversWithNoise(double eta) {
        var options = new SolverOptions.Eta(eta);
        double k = Math.sqrt(1 - eta * eta * (1 - Math.exp(-2 * H)));
        Combination ddim = X.times(sigma(U) / sigma(T) * k).minus(M0.times(alpha(U) * (k * Math.exp(-H) - 1)))
                .plus(NOISE.times(sigma(U) * Math.sqrt(1 - k * k)));
        assertSame(stages("ddim", options).getFirst().nextX(), T, ddim);
        double hEta = (1 + eta) * H;
        Combination first = X.times(sigma(U) / sigma(T) * Math.exp(-eta * H))
                .minus(M0.times(alpha(U) * Math.expm1(-hEta)))
                .plus(NOISE.times(sigma(U) * Math.sqrt(-Math.expm1(-2 * eta * H))));
        assertSame(stages("sde-dpm-solver++-1", options).getFirst().nextX(), T, first);
        assertSame(stages("sde-dpm-solver++-2m", options).getFirst().nextX(), T,
                first.minus(A.times(alpha(U) * Math.expm1(-hEta) / 2)));
        assertSame(stages("sde-dpm-solver++-3m", options).getFirst().nextX(), T,
                first.plus(F1.times(alpha(U) * dataSlope(hEta))).plus(F2.times(alpha(U) * dataCurve(hEta))));
        double length = T - U;
        Combination velocity = Step.velocity(VP, T, X, M0);
        double rate = VP.delta(T) / (alpha(T) * sigma(T));
        assertSame(stages("euler-maruyama", options).getFirst().nextX(), T,
                X.minus(velocity.times(length))
                        .plus(M0.times(alpha(T)).minus(X).times(length * eta * eta * rate))
                        .plus(NOISE.times(eta * Math.sqrt(2 * length * sigma(T) * VP.delta(T) / alpha(T)))));
    }

    /** In {@code y = x / alpha}: a weight of {@code x} is one of {@code y} times the alpha where it leads. */
    @Test
    void shouldBeEdmsSampler() {
        var churn = new SolverOptions.Churn(1, 0, 100, 1.1);
        List<SolverStage> stages = stages("edm-stochastic", churn);
        double gamma = 1.0 / GRID.steps();
        double rho = VP.noiseRatio(T);
        double r = (1 + gamma) * rho;
        double raised = stages.get(1).evaluation().time();
        assertThat(VP.noiseRatio(raised)).isCloseTo(r, within(1e-12));
        assertThat(stages.get(0).nextX().noise() / alpha(raised))
                .isCloseTo(1.1 * Math.sqrt(r * r - rho * rho), within(1e-12));
        double rhoU = VP.noiseRatio(U);
        // b = a + (rho_u - r) (a - D)/r, of x and of the prediction
        assertThat(stages.get(1).nextX().x() * alpha(raised) / alpha(U)).isCloseTo(rhoU / r, within(1e-12));
        assertThat(stages.get(1).nextX().m0() / alpha(U)).isCloseTo((r - rhoU) / r, within(1e-12));
        // y_u = (a + b)/2 + (rho_u - r) (b - D')/(2 rho_u), of a, b and the prediction
        Combination end = stages.get(2).nextX();
        assertThat(end.y() * alpha(raised) / alpha(U)).isCloseTo(0.5, within(1e-12));
        assertThat(end.x()).isCloseTo(0.5 + (rhoU - r) / (2 * rhoU), within(1e-12));
        assertThat(end.m0() / alpha(U)).isCloseTo((r - rhoU) / (2 * rhoU), within(1e-12));
    }

    /** The step starts at {@code Y}; in its first stage that is the point that is evaluated. */
    @Test
    void shouldBeRungeKutta() {
        double d = U - T;
        assertSame(last("euler"), T, Y.plus(Step.velocity(VP, T, X, M0).times(d)));
        Combination start = Step.velocity(VP, T, Y, M1);
        assertSame(last("heun"), U, Y.plus(start.plus(Step.velocity(VP, U, X, M0)).times(d / 2)));
        double middle = T + d / 2;
        Combination a = Step.velocity(VP, T, Y, M3);
        Combination b = Step.velocity(VP, middle, Y.plus(a.times(d / 2)), M2);
        Combination c = Step.velocity(VP, middle, Y.plus(b.times(d / 2)), M1);
        Combination e = Step.velocity(VP, U, X, M0);
        assertSame(last("rk4"), U, Y.plus(a.plus(b.times(2)).plus(c.times(2)).plus(e).times(d / 6)));
        assertThat(Map.of("heun", 2, "rk4", 4)).allSatisfy(
                (name, stages) -> assertThat(stages(name)).hasSize(stages));
    }
}
