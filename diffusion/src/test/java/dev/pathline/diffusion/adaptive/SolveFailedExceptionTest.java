package dev.pathline.diffusion.adaptive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.pathline.diffusion.adaptive.SolveFailedException.Reason;
import org.junit.jupiter.api.Test;

class SolveFailedExceptionTest {
    private static final Tolerances TOLERANCES = Tolerances.of(1e-6, 1e-6);

    private static SolveFailedException failure(VectorField field, Tolerances tolerances) {
        return catchThrowableOfType(SolveFailedException.class,
                () -> new Rk45().integrate(field, new double[]{1}, 0, 2, tolerances));
    }

    @Test
    void shouldStopWhereTheFieldIsNotFinite() {
        SolveFailedException atStart = failure((x, t) -> new double[]{1 / t}, TOLERANCES);
        assertThat(atStart.reason()).isEqualTo(Reason.NOT_FINITE);
        assertThat(atStart).hasMessageContaining("t = 0.0 after 0 steps and 1 evaluations")
                .hasMessageContaining("t = 1e-5 instead of 0");
        SolveFailedException later = failure((x, t) -> new double[]{t < 0.5 ? 1 : Double.NaN}, TOLERANCES);
        assertThat(later.reason()).isEqualTo(Reason.NOT_FINITE);
        assertThat(later).hasMessageContaining("stopped at t = 0.49999");
    }

    /** {@code dx/dt = x^2} has the solution {@code 1 / (1 - t)}. */
    @Test
    void shouldStopWhereTheSolutionEnds() {
        SolveFailedException failure = failure((x, t) -> new double[]{x[0] * x[0]}, TOLERANCES);
        assertThat(failure.reason()).isEqualTo(Reason.NO_PROGRESS);
        assertThat(failure).hasMessageContaining("stopped at t = 1.0000").hasMessageContaining("loosen");
    }

    @Test
    void shouldStopWhenTheEvaluationsAreSpent() {
        SolveFailedException failure = failure((x, t) -> new double[]{Math.cos(50 * t)}, new Tolerances(1e-9, 0, 100));
        assertThat(failure.reason()).isEqualTo(Reason.TOO_MANY_EVALUATIONS);
        assertThat(failure).hasMessageContaining("raise maxEvaluations");
    }

    @Test
    void shouldRefuseTolerancesThatNothingMeets() {
        for (double absolute : new double[]{0, -1, Double.NaN, Double.POSITIVE_INFINITY}) {
            assertThatThrownBy(() -> Tolerances.of(absolute, 0)).hasMessageContaining("must be positive");
        }
        assertThatThrownBy(() -> Tolerances.of(1, -1)).hasMessageContaining("-1");
        assertThatThrownBy(() -> new Tolerances(1, 0, 0)).hasMessageContaining("maxEvaluations");
    }
}
