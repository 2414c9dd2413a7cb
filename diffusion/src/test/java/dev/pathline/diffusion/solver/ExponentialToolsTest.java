package dev.pathline.diffusion.solver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.pathline.diffusion.grid.TimeGrid;
import dev.pathline.diffusion.schedule.NoiseSchedule;
import dev.pathline.diffusion.schedule.RectifiedFlow;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Phi functions, quadrature and budgets. */
class ExponentialToolsTest {

    /** Their integrals, on both sides of where the series ends. */
    @ParameterizedTest
    @ValueSource(doubles = {-12, -3, -1.01, -0.99, -0.1, -1e-6, 0, 1e-9, 0.3, 0.999, 1.001, 4, 9})
    void shouldIntegrateThePhiFunctions(double z) {
        double factorial = 1;
        for (int k = 1; k <= 4; k++) {
            int power = k - 1;
            factorial *= Math.max(power, 1);
            double integral = GaussLegendre.integrate(0, 1, s -> Math.exp(z * (1 - s)) * Math.pow(s, power))
                    / factorial;
            assertThat(Phi.of(k, z) / integral).as("phi_%d(%s)", k, z).isCloseTo(1, within(2e-13));
        }
    }

    @Test
    void shouldIntegratePolynomialsOfHighDegreeExactly() {
        assertThat(GaussLegendre.integrate(0, 1, s -> Math.pow(s, 47))).isCloseTo(1 / 48.0, within(1e-15));
        assertThat(GaussLegendre.integrate(2, -1, s -> s * s)).isCloseTo(-3, within(1e-14));
    }

    /** dpm-solver's lists; where the grid ends clean its last interval is a step of its own, as diffusers has it. */
    @ParameterizedTest
    @CsvSource({
        "3, 1, 0.9, 0.1, 1", "3, 2, 0.9, 0.1, 2", "3, 3, 0.9, 0.1, 21", "3, 4, 0.9, 0.1, 31", "3, 5, 0.9, 0.1, 32",
        "3, 6, 0.9, 0.1, 321", "3, 9, 0.9, 0.1, 3321", "2, 1, 0.9, 0.1, 1", "2, 4, 0.9, 0.1, 22",
        "2, 5, 0.9, 0.1, 221", "3, 2, 0.9, 0, 11", "3, 5, 0.9, 0, 311", "3, 6, 0.9, 0, 321", "3, 7, 0.9, 0, 331",
        "2, 4, 0.9, 0, 211", "2, 5, 0.9, 0, 221", "3, 1, 1, 0, 1", "3, 2, 1, 0, 11", "3, 7, 1, 0, 1321",
        "2, 5, 1, 0, 1211"})
    void shouldSpendABudget(int order, int steps, double start, double end, String orders) {
        NoiseSchedule flow = RectifiedFlow.DEFAULT;
        double[] times = IntStream.rangeClosed(0, steps).mapToDouble(i -> start + (end - start) * i / steps).toArray();
        List<Integer> actual = BudgetedSinglestep.orders(new MultistepHistory(flow, new TimeGrid("even", times)),
                order);
        assertThat(actual).containsExactlyElementsOf(Arrays.stream(orders.split("")).map(Integer::valueOf).toList());
    }
}
