package dev.pathline.diffusion.example;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.pathline.diffusion.card.ModelCard;
import dev.pathline.diffusion.card.ModelKind;
import dev.pathline.diffusion.grid.TimeGrids;
import dev.pathline.diffusion.model.GaussianModel;
import dev.pathline.diffusion.model.Network;
import dev.pathline.diffusion.noise.NoiseKey;
import dev.pathline.diffusion.noise.PhiloxNoise;
import dev.pathline.diffusion.plan.PlanExecutor;
import dev.pathline.diffusion.plan.SamplingPlan;
import dev.pathline.diffusion.planner.Planner;
import dev.pathline.diffusion.planner.SamplingSettings;
import dev.pathline.diffusion.prediction.Prediction;
import dev.pathline.diffusion.schedule.Edm;
import dev.pathline.diffusion.schedule.NoiseSchedule;
import dev.pathline.diffusion.schedule.RectifiedFlow;
import dev.pathline.diffusion.schedule.VpLinear;
import dev.pathline.diffusion.solver.MixtureProblem;
import dev.pathline.diffusion.solver.Solver;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A solver that is written outside the package of solvers, with what is public. */
class OwnSolverTest {

    private static final Solver OWN = new ExponentialRalston();

    static Stream<Arguments> problems() {
        return Stream.of(
                Arguments.of(VpLinear.DEFAULT, "log-snr", 1, 1e-3),
                Arguments.of(RectifiedFlow.DEFAULT, "log-snr", 0.99, 0.01),
                Arguments.of(Edm.DEFAULT, "karras", 80, 0.002));
    }

    @ParameterizedTest
    @MethodSource("problems")
    void shouldConvergeWithItsOrder(NoiseSchedule schedule, String grid, double start, double end) {
        var problem = new MixtureProblem(schedule);
        List<double[]> exact = problem.exact(start, end);
        double coarse = MixtureProblem.rms(problem.run(OWN, TimeGrids.of(grid, schedule, 80, start, end)), exact);
        double fine = MixtureProblem.rms(problem.run(OWN, TimeGrids.of(grid, schedule, 320, start, end)), exact);

        assertThat(Math.log(coarse / fine) / Math.log(4)).isCloseTo(OWN.info().order(), within(0.15));
    }

    /** From pure noise to clean data, by the planner, guided as any other. */
    @Test
    void shouldBePlannedForACard() {
        NoiseSchedule flow = RectifiedFlow.DEFAULT;
        ModelCard card = ModelCard.of("gaussian", ModelKind.DIFFUSION, List.of(2), flow.spec(), Prediction.VELOCITY)
                .withClasses(List.of("a", "b"), true);

        SamplingPlan plan = Planner.plan(card, SamplingSettings.defaults(true).withSteps(12).withCfgScale(2.0), OWN);

        assertThat(plan.solver()).isEqualTo("exponential-ralston");
        assertThat(plan.timeGrid()).isEqualTo("log-snr");
        assertThat(plan.evaluations()).isEqualTo(2 * 10 + 2);
        assertThat(plan.rows()).isEqualTo(2 * plan.evaluations());
    }

    @Test
    void shouldSampleAGaussian() {
        NoiseSchedule flow = RectifiedFlow.DEFAULT;
        var model = new GaussianModel(flow, new double[]{0.3, -1}, 0.5);
        ModelCard card = ModelCard.of("gaussian", ModelKind.DIFFUSION, List.of(2), flow.spec(), Prediction.VELOCITY);
        SamplingPlan plan = Planner.plan(card, SamplingSettings.defaults(false).withSteps(40), OWN);
        var executor = new PlanExecutor(plan, model.network(Prediction.VELOCITY), new PhiloxNoise());

        for (int i = 0; i < 4; i++) {
            double[] sample = executor.sample(2, Network.NO_LABEL, 7, i, PlanExecutor.Listener.NONE);
            double[] start = new double[2];
            new PhiloxNoise().fill(new NoiseKey(7, i, NoiseKey.INITIAL, 0), start);
            // The flow of a Gaussian scales its noise to the data's spread.
            assertThat(sample[0]).isCloseTo(0.3 + 0.5 * start[0], within(5e-3));
            assertThat(sample[1]).isCloseTo(-1 + 0.5 * start[1], within(5e-3));
        }
    }

    @Test
    void shouldStandInTheDocumentation() throws IOException {
        String source = Files.readString(
                Path.of("src/test/java/dev/pathline/diffusion/example/ExponentialRalston.java"));

        assertThat(Files.readString(Path.of("../docs/solvers.md")))
                .contains("```java\n" + source.substring(source.indexOf("public final class")) + "```\n");
    }
}
