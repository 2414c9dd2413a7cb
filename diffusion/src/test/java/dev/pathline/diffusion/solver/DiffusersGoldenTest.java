package dev.pathline.diffusion.solver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.pathline.diffusion.grid.TimeGrid;
import dev.pathline.diffusion.plan.Combination;
import dev.pathline.diffusion.plan.SolverStage;
import dev.pathline.diffusion.prediction.Prediction;
import dev.pathline.diffusion.schedule.NoiseSchedule;
import dev.pathline.diffusion.schedule.ScheduleSpec;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Values that huggingface/diffusers' own tests expect, as reproduced in math.md 3.14. */
class DiffusersGoldenTest {
    private static final int STEPS = 10;

    @ParameterizedTest
    @CsvSource({"NOISE, 0.3301", "V_PREDICTION, 0.2251"})
    void shouldGiveWhatDiffusersGivesForMultistepDpmSolver(Prediction prediction, double expected) {
        double[] times = IntStream.rangeClosed(0, STEPS).mapToDouble(i -> Math.rint(999.0 * (STEPS - i) / STEPS))
                .toArray();
        var schedule = new DiscreteLinear();
        double[] x = IntStream.range(0, 768).mapToDouble(i -> i / 768.0).toArray();
        double[] before = new double[x.length];
        for (SolverStage stage : Solvers.byName("dpm-solver++-2m").plan(schedule, new TimeGrid("linspace", times))
                .stages()) {
            double t = stage.evaluation().time();
            Combination next = stage.nextX();
            for (int i = 0; i < x.length; i++) {
                double data = prediction.toData(schedule, t).apply(x[i], x[i] * t / (t + 1));
                x[i] = next.x() * x[i] + next.m0() * data + next.m1() * before[i];
                before[i] = data;
            }
        }
        assertThat(Arrays.stream(x).map(Math::abs).average().orElseThrow()).isCloseTo(expected, within(1e-4));
    }

    /** DDPM's discrete schedule, beta from 1e-4 to 0.02 in 1000 steps, whose times are the indices 0..999. */
    private static final class DiscreteLinear implements NoiseSchedule {
        private final double[] squaredAlpha = new double[1000];

        DiscreteLinear() {
            double product = 1;
            for (int i = 0; i < squaredAlpha.length; i++) {
                product *= 1 - (1e-4 + (0.02 - 1e-4) * i / 999);
                squaredAlpha[i] = product;
            }
        }

        @Override
        public double alpha(double t) {
            return Math.sqrt(squaredAlpha[(int) t]);
        }

        @Override
        public double sigma(double t) {
            return Math.sqrt(1 - squaredAlpha[(int) t]);
        }

        @Override
        public double halfLogSnr(double t) {
            return Math.log(alpha(t) / sigma(t));
        }

        @Override
        public String name() {
            return "discrete";
        }

        @Override
        public ScheduleSpec spec() {
            return ScheduleSpec.of(name());
        }

        @Override
        public double dAlpha(double t) {
            throw new UnsupportedOperationException();
        }

        @Override
        public double dSigma(double t) {
            throw new UnsupportedOperationException();
        }

        @Override
        public double timeOfHalfLogSnr(double halfLogSnr) {
            throw new UnsupportedOperationException();
        }

        @Override
        public double minTime() {
            return 0;
        }

        @Override
        public double maxTime() {
            return 999;
        }

        @Override
        public boolean variancePreserving() {
            return true;
        }
    }
}
