package dev.pathline.diffusion.adaptive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.pathline.diffusion.prediction.Prediction;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AdaptiveDpmSolverTest {

    /** The same algorithm, written down from the paper's formulas in another language: steps taken, thrown away, end. */
    @ParameterizedTest
    @CsvSource({
        "2, 0.0078, 0.05, 18, 7, 0.102762630634, -1.045744806387",
        "3, 0.0078, 0.05, 8, 4, 0.100572891348, -1.028991925923",
        "2, 1e-4, 1e-4, 113, 11, 0.097743154083, -1.023367456579",
        "3, 1e-4, 1e-4, 36, 12, 0.097645817278, -1.023259826287"})
    void shouldTakeTheStepsOfTheAlgorithm(
            int order, double absolute, double relative, int accepted, int rejected, double x, double y) {
        var problem = AdaptiveProblem.of("vp-linear");
        AdaptiveSolution solution = new AdaptiveDpmSolver(order).solve(problem.field(),
                problem.mixture().starts(1).getFirst(), 1, 1e-3, Tolerances.of(absolute, relative));
        assertThat(solution.accepted()).isEqualTo(accepted);
        assertThat(solution.rejected()).isEqualTo(rejected);
        // The value at a step's start is not computed again after a rejection.
        assertThat(solution.evaluations()).isEqualTo(order * accepted + (order - 1) * rejected);
        assertThat(solution.x()).containsExactly(new double[]{x, y}, within(1e-10));
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3})
    void shouldEndAtThePredictionOfTheData(int order) {
        var problem = AdaptiveProblem.of("rectified-flow");
        var solver = new AdaptiveDpmSolver(order);
        double minTime = problem.schedule().minTime();
        AdaptiveSolution clean = problem.solve(solver, 1, 0, 1e-4).getFirst();
        AdaptiveSolution noisy = problem.solve(solver, 1, minTime, 1e-4).getFirst();
        assertThat(clean.x()).containsExactly(problem.field().predict(Prediction.DATA, noisy.x(), minTime));
        assertThat(clean.evaluations()).isEqualTo(noisy.evaluations() + 1);
    }

    @Test
    void shouldCrossAShortWayFromPureNoise() {
        var problem = AdaptiveProblem.of("rectified-flow");
        List<AdaptiveSolution> near = problem.solve(new AdaptiveDpmSolver(2), 1, 0.995, 1e-6);
        List<AdaptiveSolution> exact = problem.solve(new Rk45(), 1, 0.995, 1e-12);
        assertThat(near.getFirst().x()).containsExactly(exact.getFirst().x(), within(1e-6));
        assertThat(problem.solve(new AdaptiveDpmSolver(2), 1, 1, 1e-6).getFirst().accepted()).isZero();
    }

    @Test
    void shouldRefuseToGoFromDataToNoise() {
        var problem = AdaptiveProblem.of("vp-linear");
        assertThatThrownBy(() -> problem.solve(new AdaptiveDpmSolver(3), 0.1, 0.9, 1e-3))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("dpm-solver-23").hasMessageContaining("rk45 goes both ways");
    }
}
