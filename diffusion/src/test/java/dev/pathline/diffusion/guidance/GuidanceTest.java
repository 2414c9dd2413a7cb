package dev.pathline.diffusion.guidance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pathline.diffusion.card.InvalidSettingException;
import org.junit.jupiter.api.Test;

class GuidanceTest {

    @Test
    void shouldBeOnWithinTheHalfOpenInterval() {
        var guidance = new Guidance(4, new CfgInterval(0.28, 2.9), 0);
        assertThat(guidance.scaleAt(0.28)).isEqualTo(1);
        assertThat(guidance.scaleAt(0.29)).isEqualTo(4);
        assertThat(guidance.scaleAt(2.9)).isEqualTo(4);
        assertThat(guidance.scaleAt(2.91)).isEqualTo(1);
        assertThat(Guidance.of(4).scaleAt(Double.POSITIVE_INFINITY)).isEqualTo(4);
    }

    @Test
    void shouldRefuseWhatIsNoScaleOrInterval() {
        assertThatThrownBy(() -> Guidance.of(-1)).hasMessageContaining("not negative");
        assertThatThrownBy(() -> Guidance.of(Double.NaN)).hasMessageContaining("finite");
        assertThatThrownBy(() -> new CfgInterval(2, 2))
                .isInstanceOfSatisfying(InvalidSettingException.class,
                        refusal -> assertThat(refusal.field()).isEqualTo("cfgInterval"))
                .hasMessageContaining("low < high");
        assertThatThrownBy(() -> new CfgInterval(-1, 2)).hasMessageContaining("low < high");
        assertThatThrownBy(() -> new CfgInterval(0, Double.NaN)).hasMessageContaining("low < high");
    }
}
