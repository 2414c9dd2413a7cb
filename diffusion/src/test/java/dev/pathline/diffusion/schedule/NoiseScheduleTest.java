package dev.pathline.diffusion.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class NoiseScheduleTest {

    static Stream<NoiseSchedule> schedules() {
        return Stream.concat(NoiseSchedules.all().stream(),
                Stream.of(new VpLinear(0.2, 10), new VpCosine(0.02), new Edm(0.01, 50), new RectifiedFlow(3)));
    }

    static List<Double> times(NoiseSchedule schedule) {
        return Stream.of(0.01, 0.1, 0.35, 0.5, 0.8, 0.97).map(part -> part * schedule.maxTime()).toList();
    }

    @ParameterizedTest
    @MethodSource("schedules")
    void shouldHaveDerivativesOfItsLevels(NoiseSchedule schedule) {
        for (double t : times(schedule)) {
            double d = 1e-5 * t;
            assertThat(schedule.dAlpha(t)).isCloseTo((schedule.alpha(t + d) - schedule.alpha(t - d)) / (2 * d),
                    within(2e-8));
            assertThat(schedule.dSigma(t)).isCloseTo((schedule.sigma(t + d) - schedule.sigma(t - d)) / (2 * d),
                    within(2e-8));
            double slope = (schedule.halfLogSnr(t + d) - schedule.halfLogSnr(t - d)) / (2 * d);
            assertThat(schedule.dHalfLogSnr(t) / slope).isCloseTo(1, within(1e-7));
        }
    }

    @ParameterizedTest
    @MethodSource("schedules")
    void shouldInvertItsLogSnr(NoiseSchedule schedule) {
        for (double t : times(schedule)) {
            double logSnr = schedule.halfLogSnr(t);
            assertThat(logSnr).isCloseTo(Math.log(schedule.alpha(t) / schedule.sigma(t)), within(1e-12));
            assertThat(schedule.timeOfHalfLogSnr(logSnr) / t).isCloseTo(1, within(1e-12));
        }
    }

    @ParameterizedTest
    @MethodSource("schedules")
    void shouldStayExactNearCleanData(NoiseSchedule schedule) {
        double t = 1e-12 * schedule.maxTime();
        assertThat(schedule.timeOfHalfLogSnr(schedule.halfLogSnr(t)) / t).isCloseTo(1, within(1e-12));
        assertThat(schedule.sigma(0)).isZero();
        assertThat(schedule.alpha(0)).isCloseTo(1, within(1e-15));
        assertThat(schedule.halfLogSnr(0)).isEqualTo(Double.POSITIVE_INFINITY);
        assertThat(schedule.timeOfHalfLogSnr(Double.POSITIVE_INFINITY)).isZero();
    }

    @ParameterizedTest
    @MethodSource("schedules")
    void shouldGiveDriftAndDiffusionOfTheForwardSde(NoiseSchedule schedule) {
        for (double t : times(schedule)) {
            double alpha = schedule.alpha(t);
            double sigma = schedule.sigma(t);
            double drift = schedule.dAlpha(t) / alpha;
            assertThat(schedule.drift(t)).isEqualTo(drift);
            double squared = 2 * sigma * schedule.dSigma(t) - 2 * drift * sigma * sigma;
            assertThat(schedule.diffusionSquared(t) / squared).isCloseTo(1, within(1e-12));
            assertThat(schedule.delta(t)).isCloseTo(-alpha * sigma * schedule.dHalfLogSnr(t), within(1e-12))
                    .isPositive();
            if (schedule.variancePreserving()) {
                assertThat(alpha * alpha + sigma * sigma).isCloseTo(1, within(1e-14));
                assertThat(squared / (-2 * drift)).isCloseTo(1, within(1e-12));
            }
        }
    }

    @Test
    void shouldReachZeroSignalExactlyAtTheEnd() {
        for (NoiseSchedule schedule : List.of(VpCosine.DEFAULT, RectifiedFlow.DEFAULT)) {
            assertThat(schedule.alpha(1)).isZero();
            assertThat(schedule.halfLogSnr(1)).isEqualTo(Double.NEGATIVE_INFINITY);
            assertThat(schedule.timeOfHalfLogSnr(Double.NEGATIVE_INFINITY)).isEqualTo(1);
            double near = 1 - 0x1p-40;
            double expected = schedule instanceof VpCosine cosine
                    ? Math.PI / 2 / (1 + cosine.offset())
                            / Math.cos(cosine.offset() * Math.PI / 2 / (1 + cosine.offset()))
                    : 1;
            assertThat(schedule.alpha(near) / 0x1p-40 / expected).isCloseTo(1, within(1e-12));
        }
    }

    @Test
    void shouldHaveThePublishedValues() {
        assertThat(VpLinear.DEFAULT.halfLogSnr(1)).isCloseTo(-5.02497841, within(5e-9));
        assertThat(VpLinear.DEFAULT.halfLogSnr(1e-3)).isCloseTo(4.55771493, within(5e-9));
        assertThat(VpLinear.DEFAULT.alpha(0.5)).isCloseTo(0.2811828808, within(5e-11));
        assertThat(VpLinear.DEFAULT.sigma(0.5)).isCloseTo(0.9596542021, within(5e-11));
        assertThat(VpLinear.DEFAULT.halfLogSnr(0.5)).isCloseTo(-1.2275677344, within(5e-11));
        assertThat(VpCosine.DEFAULT.halfLogSnr(0.9946)).isCloseTo(-4.77764, within(5e-6));
        assertThat(VpCosine.DEFAULT.halfLogSnr(1e-3)).isCloseTo(5.04749, within(5e-6));
    }

    @Test
    void shouldStartFromTheRightNoise() {
        assertThat(VpLinear.DEFAULT.priorScale(1)).isEqualTo(1);
        assertThat(VpCosine.DEFAULT.priorScale(0.9946)).isEqualTo(1);
        assertThat(Edm.DEFAULT.priorScale(80)).isEqualTo(80);
        assertThat(RectifiedFlow.DEFAULT.priorScale(1)).isEqualTo(1);
    }

    @Test
    void shouldShiftEvenlySpacedTimesByTheLogarithmOfTheShift() {
        var plain = RectifiedFlow.DEFAULT;
        for (double t : List.of(0.1, 0.5, 0.9)) {
            double shifted = new RectifiedFlow(3).shiftedTime(t);
            assertThat(plain.halfLogSnr(shifted)).isCloseTo(plain.halfLogSnr(t) - Math.log(3), within(1e-14));
            assertThat(plain.shiftedTime(t)).isEqualTo(t);
        }
    }

    @ParameterizedTest
    @MethodSource("schedules")
    void shouldBeMadeFromItsSpec(NoiseSchedule schedule) {
        assertThat(NoiseSchedules.of(schedule.spec())).isEqualTo(schedule);
    }

    @Test
    void shouldTakePublishedValuesForParametersLeftOut() {
        assertThat(NoiseSchedules.of(ScheduleSpec.of("edm"))).isEqualTo(new Edm(0.002, 80));
        assertThat(NoiseSchedules.of(new ScheduleSpec("edm", Map.of("sigmaMax", 50.0)))).isEqualTo(new Edm(0.002, 50));
    }

    @Test
    void shouldRefuseWhatItDoesNotKnowByName() {
        assertThatThrownBy(() -> NoiseSchedules.of(ScheduleSpec.of("sinus")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("unknown schedule 'sinus'; known are vp-linear, vp-cosine, edm, rectified-flow");
        assertThatThrownBy(() -> NoiseSchedules.of(new ScheduleSpec("edm", Map.of("rho", 7.0))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("schedule 'edm' has no parameter 'rho'; it has sigmaMax, sigmaMin");
        assertThatThrownBy(() -> new VpLinear(2, 1)).hasMessageContaining("beta0 <= beta1");
        assertThatThrownBy(() -> new Edm(1, Double.NaN)).hasMessageContaining("sigmaMax");
        assertThatThrownBy(() -> new VpCosine(0)).hasMessageContaining("offset");
        assertThatThrownBy(() -> new RectifiedFlow(0)).hasMessageContaining("shift");
    }
}
