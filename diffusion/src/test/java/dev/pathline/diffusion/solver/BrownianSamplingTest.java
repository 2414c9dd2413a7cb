package dev.pathline.diffusion.solver;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pathline.diffusion.grid.TimeGrid;
import dev.pathline.diffusion.grid.TimeGrids;
import dev.pathline.diffusion.guidance.Guidance;
import dev.pathline.diffusion.model.Network;
import dev.pathline.diffusion.noise.PhiloxNoise;
import dev.pathline.diffusion.plan.BindOptions;
import dev.pathline.diffusion.plan.PlanExecutor;
import dev.pathline.diffusion.plan.SamplingPlan;
import dev.pathline.diffusion.plan.StageNoise;
import dev.pathline.diffusion.plan.ValueOperation;
import dev.pathline.diffusion.prediction.Prediction;
import dev.pathline.diffusion.schedule.NoiseSchedule;
import dev.pathline.diffusion.schedule.RectifiedFlow;
import dev.pathline.diffusion.schedule.VpLinear;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** With the noise of one Brownian path a stochastic solver converges to one sample; with independent noise it cannot. */
class BrownianSamplingTest {
    private static final int SAMPLES = 24;
    private static final int FINEST = 512;

    static Stream<Arguments> solvers() {
        return Stream.of("ddim", "euler-maruyama", "sde-dpm-solver++-2m")
                .flatMap(name -> Stream.of(VpLinear.DEFAULT, RectifiedFlow.DEFAULT)
                        .map(schedule -> Arguments.of(name, schedule)));
    }

    /** One increment a step is all a solver sees of its path, so its strong order is 1. */
    @ParameterizedTest
    @MethodSource("solvers")
    void shouldConvergeToOneSample(String name, NoiseSchedule schedule) {
        List<double[]> limit = samples(name, schedule, FINEST, StageNoise.BROWNIAN);
        List<Double> errors = Stream.of(16, 32, 64, 128)
                .map(steps -> MixtureProblem.rms(samples(name, schedule, steps, StageNoise.BROWNIAN), limit))
                .toList();
        for (int i = 1; i < errors.size(); i++) {
            assertThat(errors.get(i)).as("%s", errors).isLessThan(0.7 * errors.get(i - 1));
        }
        double order = Math.log(errors.getFirst() / errors.getLast()) / Math.log(8);
        assertThat(order).as("%s", errors).isBetween(0.85, 1.75);
        assertThat(errors.getLast()).isLessThan(0.05);
    }

    @Test
    void shouldConvergeToTheSampleOfOneSdeWhateverTheSolver() {
        List<double[]> ddim = samples("ddim", VpLinear.DEFAULT, FINEST, StageNoise.BROWNIAN);
        for (String name : List.of("euler-maruyama", "sde-dpm-solver++-2m")) {
            assertThat(MixtureProblem.rms(samples(name, VpLinear.DEFAULT, FINEST, StageNoise.BROWNIAN), ddim))
                    .as(name).isLessThan(0.02);
        }
    }

    @Test
    void shouldNotConvergeWithIndependentNoise() {
        List<double[]> fine = samples("ddim", VpLinear.DEFAULT, FINEST, StageNoise.INDEPENDENT);
        assertThat(MixtureProblem.rms(samples("ddim", VpLinear.DEFAULT, 128, StageNoise.INDEPENDENT), fine))
                .isGreaterThan(0.5);
    }

    private static List<double[]> samples(String name, NoiseSchedule schedule, int steps, StageNoise noise) {
        var problem = new MixtureProblem(schedule);
        TimeGrid grid = TimeGrids.of("log-snr", schedule, steps, 0.99 * schedule.maxTime(), 0.01);
        SamplingPlan plan = Solvers.byName(name).plan(schedule, grid, new SolverOptions.Eta(1))
                .bind(problem.card(Prediction.DATA), Guidance.OFF, new BindOptions(ValueOperation.NONE, noise));
        var executor = new PlanExecutor(plan, problem.model().network(Prediction.DATA), new PhiloxNoise());
        return IntStream.range(0, SAMPLES)
                .mapToObj(k -> executor.sample(2, Network.NO_LABEL, 17, k, PlanExecutor.Listener.NONE))
                .toList();
    }
}
