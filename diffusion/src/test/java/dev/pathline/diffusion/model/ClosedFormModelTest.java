package dev.pathline.diffusion.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.pathline.diffusion.model.GaussianMixtureModel.Component;
import dev.pathline.diffusion.prediction.Prediction;
import dev.pathline.diffusion.schedule.Edm;
import dev.pathline.diffusion.schedule.NoiseSchedule;
import dev.pathline.diffusion.schedule.NoiseSchedules;
import dev.pathline.diffusion.schedule.RectifiedFlow;
import dev.pathline.diffusion.solver.MixtureProblem;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ClosedFormModelTest {
    private static final double[] MEAN = {0.3, -0.7};

    @Test
    void shouldGiveTheGoldensOfTheFlowMap() {
        var model = new GaussianModel(RectifiedFlow.DEFAULT, MEAN, 0.5);
        double[] x = {0.9, -1.3};
        assertThat(model.solution(x, 0.8, 0.25)).containsExactly(new double[]{0.69457428, -1.17345971}, within(5e-9));
        assertThat(model.velocity(x, 0.8, Network.NO_LABEL))
                .containsExactly(new double[]{0.66923077, -0.63846154}, within(5e-9));
        double[] data = new GaussianModel(Edm.DEFAULT, MEAN, 0.5).data(new double[]{2.1, -1.5}, 3, Network.NO_LABEL);
        assertThat(data).containsExactly(new double[]{0.34864865, -0.72162162}, within(5e-9));
    }

    @ParameterizedTest
    @MethodSource("dev.pathline.diffusion.schedule.NoiseSchedules#all")
    void shouldSolveTheOdeThatItsVelocityDefines(NoiseSchedule schedule) {
        var model = new GaussianModel(schedule, MEAN, 0.5);
        double t = 0.6003 * schedule.maxTime();
        double d = 1e-5 * t;
        double[] x = {0.9, -1.3};
        double[] ahead = model.solution(x, t, t + d);
        double[] behind = model.solution(x, t, t - d);
        double[] velocity = model.velocity(x, t, Network.NO_LABEL);
        for (int i = 0; i < 2; i++) {
            assertThat(velocity[i]).isCloseTo((ahead[i] - behind[i]) / (2 * d), within(1e-8));
        }
        assertThat(model.solution(x, t, t)).containsExactly(x, within(1e-15));
    }

    @ParameterizedTest
    @MethodSource("dev.pathline.diffusion.schedule.NoiseSchedules#all")
    void shouldHaveTheScoreOfItsDensity(NoiseSchedule schedule) {
        var model = new GaussianModel(schedule, MEAN, 0.5);
        double t = 0.3 * schedule.maxTime();
        double d = 1e-5;
        double slope = (model.logDensity(new double[]{0.9 + d, -1.3}, t)
                - model.logDensity(new double[]{0.9 - d, -1.3}, t))
                / (2 * d);
        assertThat(model.score(new double[]{0.9, -1.3}, t, 0)[0]).isCloseTo(slope, within(1e-8));
    }

    @ParameterizedTest
    @MethodSource("dev.pathline.diffusion.schedule.NoiseSchedules#all")
    void shouldAgreeWithTheConversions(NoiseSchedule schedule) {
        var mixture = new MixtureProblem(schedule).model();
        double t = 0.4 * schedule.maxTime();
        double[] x = {0.7, -0.2};
        double[] data = mixture.data(x, t, Network.NO_LABEL);
        for (Prediction prediction : Prediction.values()) {
            double[] value = mixture.predict(prediction, x, t, Network.NO_LABEL);
            for (int i = 0; i < 2; i++) {
                assertThat(value[i]).as("%s", prediction)
                        .isCloseTo(Prediction.DATA.to(prediction, schedule, t).apply(x[i], data[i]), within(1e-12));
            }
        }
    }

    @Test
    void shouldGiveOneComponentForItsLabel() {
        NoiseSchedule flow = RectifiedFlow.DEFAULT;
        var mixture = new MixtureProblem(flow).model();
        var second = new GaussianModel(flow, new double[]{-0.8, -0.6}, 0.7);
        double[] x = {0.7, -0.2};
        assertThat(mixture.data(x, 0.4, 1)).containsExactly(second.data(x, 0.4, Network.NO_LABEL), within(1e-15));
        assertThat(mixture.data(x, 0.4, Network.NO_LABEL)).isNotEqualTo(mixture.data(x, 0.4, 1));
    }

    @Test
    void shouldStayFiniteFarFromEveryComponent() {
        var mixture = new MixtureProblem(NoiseSchedules.all().getFirst()).model();
        assertThat(mixture.data(new double[]{1e4, -1e4}, 1e-3, Network.NO_LABEL)[0]).isFinite();
    }

    @Test
    void shouldRefuseWhatIsNoDistribution() {
        assertThatThrownBy(() -> new GaussianModel(Edm.DEFAULT, MEAN, 0)).hasMessageContaining("std");
        assertThatThrownBy(() -> new Component(-1, List.of(0.0), 1)).hasMessageContaining("weight");
        assertThatThrownBy(() -> new GaussianMixtureModel(Edm.DEFAULT,
                List.of(new Component(1, List.of(0.0), 1), new Component(1, List.of(0.0, 1.0), 1))))
                .hasMessageContaining("one dimension");
    }
}
