package dev.pathline.diffusion.planner;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pathline.diffusion.card.ModelCard;
import dev.pathline.diffusion.card.ModelKind;
import dev.pathline.diffusion.card.SamplingDefaults;
import dev.pathline.diffusion.guidance.CfgInterval;
import dev.pathline.diffusion.prediction.Prediction;
import dev.pathline.diffusion.schedule.ScheduleSpec;
import dev.pathline.diffusion.solver.SolverOption;
import java.util.List;
import org.junit.jupiter.api.Test;

class IdleSettingTest {

    private static final ModelCard PLAIN = ModelCard.of("plain", ModelKind.DIFFUSION, List.of(2),
            ScheduleSpec.of("rectified-flow"), Prediction.VELOCITY);
    private static final ModelCard LABELLED = PLAIN.withClasses(List.of("a", "b"), true)
            .withDefaults(new SamplingDefaults("heun", 6, null, 2));
    private static final SamplingSettings WITH = SamplingSettings.defaults(true);
    private static final SamplingSettings WITHOUT = SamplingSettings.defaults(false);

    private static List<String> idle(ModelCard card, SamplingSettings settings) {
        return IdleSetting.of(card, settings, Planner.plan(card, settings)).stream().map(IdleSetting::field).toList();
    }

    @Test
    void shouldSayNothingOfWhatTheCardChooses() {
        assertThat(idle(LABELLED, WITHOUT)).isEmpty();
        assertThat(idle(LABELLED, WITH)).isEmpty();
        assertThat(idle(PLAIN, WITHOUT)).isEmpty();
    }

    @Test
    void shouldSayNothingOfWhatWorks() {
        assertThat(idle(LABELLED, WITH.withCfgScale(3.0).withCfgRescale(0.7).withCfgInterval(new CfgInterval(0.3, 3))))
                .isEmpty();
        assertThat(idle(LABELLED, WITH.withCfgRescale(0.7))).as("the card's scale").isEmpty();
        assertThat(idle(LABELLED, WITH.withCfgScale(0.0).withCfgRescale(0.7))).isEmpty();
        assertThat(idle(LABELLED, WITH.withSolver("euler-ancestral").withNoise("brownian"))).isEmpty();
        assertThat(idle(LABELLED, WITHOUT.withCfgScale(1.0).withCfgRescale(0.0).withNoise("independent"))).isEmpty();
        assertThat(idle(LABELLED, WITH.withSolver("ddim").withEta(0.5).withNoise("brownian"))).isEmpty();
    }

    @Test
    void shouldNameGuidanceThatHasNothingToGuideTowards() {
        assertThat(idle(LABELLED, WITHOUT.withCfgScale(3.0))).containsExactly("cfgScale");
        assertThat(idle(PLAIN, WITHOUT.withCfgScale(3.0).withCfgRescale(0.5).withCfgInterval(new CfgInterval(0, 1))))
                .containsExactly("cfgScale", "cfgInterval", "cfgRescale");
    }

    @Test
    void shouldNameWhatChangesGuidanceThatIsOff() {
        assertThat(idle(LABELLED, WITH.withCfgScale(1.0).withCfgRescale(0.5))).containsExactly("cfgRescale");
        assertThat(idle(LABELLED, WITH.withCfgScale(1.0).withCfgInterval(new CfgInterval(0, 1))))
                .containsExactly("cfgInterval");
        assertThat(idle(LABELLED, WITH.withCfgInterval(new CfgInterval(1e5, 1e6)))).containsExactly("cfgInterval");
    }

    @Test
    void shouldNameNoiseThatNobodyDraws() {
        assertThat(idle(LABELLED, WITH.withSolver("ddim").withNoise("brownian"))).containsExactly("noise");
        assertThat(idle(LABELLED, WITH.withSolver("ddim").withEta(0.0).withNoise("brownian"))).containsExactly("noise");
        assertThat(idle(LABELLED, WITH.withSolver("euler").withNoise("brownian"))).containsExactly("noise");
    }

    @Test
    void shouldNameOptionsWithoutNoise() {
        SamplingSettings churn = WITH.withSolver("edm-stochastic").withSteps(10);
        assertThat(idle(LABELLED, churn.withOption(SolverOption.CHURN, 40.0).withOption(SolverOption.CHURN_MAX, 50.0)))
                .isEmpty();
        assertThat(idle(LABELLED, churn.withOption(SolverOption.CHURN, 0.0))).as("it is what turns the noise off")
                .isEmpty();
        assertThat(idle(LABELLED, churn.withOption(SolverOption.CHURN, 0.0).withOption(SolverOption.CHURN_MIN, 0.5)
                .withOption(SolverOption.CHURN_NOISE, 1.0))).containsExactly("churnMin", "churnNoise");
        assertThat(idle(LABELLED, churn.withOption(SolverOption.CHURN, 40.0).withOption(SolverOption.CHURN_MAX, 1e6)
                .withOption(SolverOption.CHURN_MIN, 1e6))).containsExactly("churn");
        SamplingSettings corrected = WITH.withSolver("predictor-corrector").withOption(SolverOption.SNR, 0.1)
                .withOption(SolverOption.INNER_STEPS, 2.0);
        assertThat(idle(LABELLED, corrected.withSteps(2))).isEmpty();
        assertThat(idle(LABELLED, corrected.withSteps(1))).containsExactly("innerSteps", "snr");
    }
}
