package dev.pathline.diffusion.adaptive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.pathline.diffusion.card.ModelCard;
import dev.pathline.diffusion.schedule.RectifiedFlow;
import dev.pathline.diffusion.prediction.TargetInput;
import dev.pathline.diffusion.model.GaussianModel;
import dev.pathline.diffusion.card.ModelKind;
import dev.pathline.diffusion.model.Network;
import dev.pathline.diffusion.prediction.Prediction;
import dev.pathline.diffusion.prediction.Preconditioning;
import dev.pathline.diffusion.prediction.TimeInput;
import dev.pathline.diffusion.schedule.VpLinear;
import dev.pathline.diffusion.solver.MixtureProblem;
import dev.pathline.diffusion.solver.Solvers;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What holds for every adaptive solver. */
class AdaptiveSolversTest {
    /** From pure noise, where lambda is -infinity: the end points at t = 1e-3, by SciPy's DOP853 at 3e-14. */
    private static final List<double[]> FLOW = List.of(
            new double[]{0.096432433545, -1.023474855988},
            new double[]{-0.163153745038, 0.392925482837},
            new double[]{1.450481585381, 0.439575950380},
            new double[]{-1.834241958644, -0.857412034524});

    static Stream<AdaptiveSolver> solvers() {
        return AdaptiveSolvers.all().stream();
    }

    static Stream<Arguments> problems() {
        return solvers().flatMap(solver -> Stream.of(
                Arguments.of(solver, "vp-linear", 1, new MixtureProblem(VpLinear.DEFAULT).exact(1, 1e-3)),
                Arguments.of(solver, "rectified-flow", 1, FLOW),
                Arguments.of(solver, "edm", 80, AdaptiveProblem.of("edm").mixture().exact(80, 1e-3))));
    }

    @ParameterizedTest
    @MethodSource("problems")
    void shouldErrInProportionToTheTolerance(AdaptiveSolver solver, String schedule, double start,
            List<double[]> exact) {
        var problem = AdaptiveProblem.of(schedule);
        for (double tolerance : new double[]{1e-3, 1e-4, 1e-5, 1e-6}) {
            List<double[]> ends = problem.solve(solver, start, 1e-3, tolerance).stream()
                    .map(AdaptiveSolution::x).toList();
            assertThat(MixtureProblem.rms(ends, exact)).as("%s", tolerance).isLessThan(10 * tolerance);
        }
    }

    @Test
    void shouldFollowANetworkAsItsCardWrapsIt() {
        var mixture = new MixtureProblem(VpLinear.DEFAULT);
        assertFollows(mixture, Prediction.DATA, new Preconditioning.Edm(0.6), new TimeInput.LogSigma(0.25));
        assertFollows(mixture, Prediction.V_PREDICTION, Preconditioning.NONE, new TimeInput.Scaled(999, 0));
    }

    /** A jump of no length is the field, so the solution of a flow map's field is its jump. */
    @Test
    void shouldFollowTheFieldOfAFlowMap() {
        var gaussian = new GaussianModel(RectifiedFlow.DEFAULT, new double[]{0.3, -0.7}, 0.5);
        ModelCard card = ModelCard.of("map", ModelKind.FLOW_MAP, List.of(2), RectifiedFlow.DEFAULT.spec(),
                Prediction.AVERAGE_VELOCITY).withTargetInput(TargetInput.LENGTH);
        ModelField field = ModelField.of(card, gaussian.flowMap(Prediction.AVERAGE_VELOCITY, Preconditioning.NONE,
                TimeInput.IDENTITY, TargetInput.LENGTH), Network.NO_LABEL);
        double[] start = {0.9, -1.3};
        assertThat(new Rk45().solve(field, start, 1, 0.1, Tolerances.of(1e-8, 1e-8)).x())
                .containsExactly(gaussian.solution(start, 1, 0.1), within(1e-7));
    }

    private static void assertFollows(
            MixtureProblem mixture, Prediction prediction, Preconditioning wrapping, TimeInput time) {
        ModelCard card = mixture.card(prediction).withNetworkInput(wrapping, time);
        ModelField field = ModelField.of(card, mixture.model().network(prediction, wrapping, time), Network.NO_LABEL);
        assertThat(field.schedule()).isEqualTo(mixture.schedule());
        double[] x = {0.4, -1.2};
        for (Prediction wanted : List.of(Prediction.DATA, Prediction.NOISE, Prediction.SCORE, Prediction.VELOCITY)) {
            double[] exact = mixture.model().predict(wanted, x, 0.3, Network.NO_LABEL);
            assertThat(field.predict(wanted, x, 0.3)).as("%s", wanted).containsExactly(exact, within(1e-12));
        }
    }

    @Test
    void shouldBeFoundByName() {
        for (AdaptiveSolver solver : AdaptiveSolvers.all()) {
            assertThat(solver.info().adaptive()).isTrue();
            assertThat(AdaptiveSolvers.find(solver.info().name())).contains(solver);
            assertThat(Solvers.find(solver.info().name())).isEmpty();
        }
        assertThat(AdaptiveSolvers.find("ddim")).isEmpty();
    }
}
