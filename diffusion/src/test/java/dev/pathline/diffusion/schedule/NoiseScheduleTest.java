package dev.pathline.diffusion.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.pathline.diffusion.card.ModelCard;
import dev.pathline.diffusion.card.ModelKind;
import dev.pathline.diffusion.prediction.Prediction;
import dev.pathline.diffusion.prediction.TimeInput;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class NoiseScheduleTest {

    static Stream<NoiseSchedule> schedules() {
        return Stream.concat(NoiseSchedules.all().stream(),
                Stream.of(new VpLinear(0.2, 10), new VpCosine(0.02), new SubVp(0.2, 10),
                        new VarianceExploding(0.02, 100),
                        new Edm(0.01, 50), new RectifiedFlow(3), new TrigFlow(0.5), Ddpm.linear(1e-3, 0.1, 150, false),
                        Ddpm.linear(1e-4, 0.02, 1000, true), Ddpm.scaledLinear(0.00085, 0.012, 1000, true),
                        Ddpm.squaredCosine(1000, true), Ddpm.squaredCosine(77, false)));
    }

    /** Those whose end is pure noise, with the time of that end. */
    static Stream<Arguments> schedulesWithoutSignalAtTheEnd() {
        return Stream.of(
                Arguments.of(VpCosine.DEFAULT, 1),
                Arguments.of(RectifiedFlow.DEFAULT, 1),
                Arguments.of(TrigFlow.DEFAULT, Math.PI / 2),
                Arguments.of(new TrigFlow(0.5), Math.PI / 2),
                Arguments.of(Ddpm.linear(1e-4, 0.02, 1000, true), 1),
                Arguments.of(Ddpm.scaledLinear(0.00085, 0.012, 1000, true), 1),
                Arguments.of(Ddpm.squaredCosine(1000, true), 1));
    }

    /** Times inside the domain, none of them at an index of a discrete schedule, where derivatives jump. */
    static List<Double> times(NoiseSchedule schedule) {
        return Stream.of(0.0104, 0.1003, 0.3502, 0.5004, 0.8001, 0.9703).map(part -> part * schedule.maxTime())
                .toList();
    }

    @ParameterizedTest
    @MethodSource("schedules")
    void shouldHaveDerivativesOfItsLevels(NoiseSchedule schedule) {
        for (double t : times(schedule)) {
            double d = 1e-5 * t;
            double dAlpha = (schedule.alpha(t + d) - schedule.alpha(t - d)) / (2 * d);
            assertThat(schedule.dAlpha(t)).isCloseTo(dAlpha, within(2e-8 * Math.max(1, Math.abs(dAlpha))));
            double dSigma = (schedule.sigma(t + d) - schedule.sigma(t - d)) / (2 * d);
            assertThat(schedule.dSigma(t)).isCloseTo(dSigma, within(2e-8 * Math.max(1, dSigma)));
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
        // The exploding schedule alone has a noise level of its own just above 0, and so no digits of t there.
        assertThat(schedule.timeOfHalfLogSnr(schedule.halfLogSnr(t))).isCloseTo(t,
                within(schedule instanceof VarianceExploding ? 1e-15 : 1e-12 * t));
        assertThat(schedule.sigma(0)).isZero();
        assertThat(schedule.alpha(0)).isCloseTo(1, within(1e-15));
        assertThat(schedule.halfLogSnr(0)).isEqualTo(Double.POSITIVE_INFINITY);
        assertThat(schedule.timeOfHalfLogSnr(Double.POSITIVE_INFINITY)).isZero();
    }

    @ParameterizedTest
    @MethodSource("schedules")
    void shouldInvertItsLogSnrAtTheEndsOfItsRange(NoiseSchedule schedule) {
        for (double t : new double[]{schedule.minTime(), schedule.maxTime()}) {
            assertThat(schedule.timeOfHalfLogSnr(schedule.halfLogSnr(t))).isCloseTo(t, within(1e-12 * t + 1e-16))
                    .isLessThanOrEqualTo(schedule.maxTime() * (1 + 1e-15));
        }
    }

    @ParameterizedTest
    @MethodSource("schedules")
    void shouldLoseSignalAndGainNoiseWithTime(NoiseSchedule schedule) {
        double before = Double.POSITIVE_INFINITY;
        for (int i = 0; i <= 2500; i++) {
            double t = schedule.maxTime() * i / 2500;
            assertThat(schedule.halfLogSnr(t)).isLessThanOrEqualTo(before);
            assertThat(schedule.alpha(t)).isBetween(0.0, 1.0);
            before = schedule.halfLogSnr(t) - 1e-9;
        }
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

    @ParameterizedTest
    @MethodSource("schedulesWithoutSignalAtTheEnd")
    void shouldReachZeroSignalExactlyAtTheEnd(NoiseSchedule schedule, double end) {
        assertThat(schedule.alpha(end)).isZero();
        assertThat(schedule.halfLogSnr(end)).isEqualTo(Double.NEGATIVE_INFINITY);
        assertThat(schedule.timeOfHalfLogSnr(Double.NEGATIVE_INFINITY)).isEqualTo(end);
        double near = 0x1p-40;
        assertThat(schedule.alpha(end - near) / near).isCloseTo(-schedule.dAlpha(end),
                within(1e-11 * -schedule.dAlpha(end)));
        assertThat(schedule.delta(end)).isPositive().isFinite();
        double before = end - 0x1p-20;
        assertThat(schedule.timeOfHalfLogSnr(schedule.halfLogSnr(before))).isCloseTo(before, within(1e-15));
    }

    @Test
    void shouldKnowTheSlopeOfTheCosineWhereItIsZero() {
        double rate = Math.PI / 2 / 1.008;
        assertThat(VpCosine.DEFAULT.dAlpha(1)).isCloseTo(-rate / Math.cos(0.008 * rate), within(1e-15));
    }

    /** Zero terminal SNR: the noise is the point itself and says nothing about the data. */
    @ParameterizedTest
    @MethodSource("schedules")
    void shouldRefuseToPredictNoiseFromPureNoise(NoiseSchedule schedule) {
        for (Prediction prediction : Prediction.values()) {
            boolean undetermined = schedule.alpha(schedule.maxTime()) == 0
                    && (prediction == Prediction.NOISE || prediction == Prediction.SCORE);
            ModelKind kind = prediction == Prediction.AVERAGE_VELOCITY ? ModelKind.FLOW_MAP : ModelKind.DIFFUSION;
            var card = assertThatCode(() -> ModelCard.of("m", kind, List.of(2), schedule.spec(), prediction));
            if (undetermined) {
                card.isInstanceOf(IllegalArgumentException.class)
                        .hasMessageContaining("prediction " + prediction + " does not determine the data")
                        .hasMessageContaining("alpha = 0");
            } else {
                card.doesNotThrowAnyException();
            }
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

    /** The closed forms of math.md 1.2 for the drift and the squared diffusion. */
    @Test
    void shouldHaveTheClosedFormsOfTheForwardSde() {
        double t = 0.37;
        double beta = 0.1 + 19.9 * t;
        assertForward(VpLinear.DEFAULT, t, -beta / 2, beta);
        double rate = Math.PI / 2 / 1.008;
        double tan = Math.tan((t + 0.008) * rate);
        assertForward(VpCosine.DEFAULT, t, -rate * tan, 2 * rate * tan);
        double sigma = 0.01 * Math.pow(5000, t);
        assertForward(VarianceExploding.DEFAULT, t, 0, 2 * sigma * sigma * Math.log(5000));
        assertForward(Edm.DEFAULT, t, 0, 2 * t);
        assertForward(RectifiedFlow.DEFAULT, t, -1 / (1 - t), 2 * t / (1 - t));
        assertForward(TrigFlow.DEFAULT, t, -Math.tan(t), 2 * Math.tan(t));
        assertForward(new TrigFlow(0.5), t, -Math.tan(t), Math.tan(t) / 2);
        double integral = 0.1 * t + 19.9 * t * t / 2;
        assertForward(SubVp.DEFAULT, t, -beta / 2, beta * (1 - Math.exp(-2 * integral)));
    }

    private static void assertForward(NoiseSchedule schedule, double t, double drift, double diffusionSquared) {
        assertThat(schedule.drift(t)).as(schedule.name()).isCloseTo(drift, within(1e-12 * (1 + Math.abs(drift))));
        assertThat(schedule.diffusionSquared(t) / diffusionSquared).as(schedule.name()).isCloseTo(1, within(1e-12));
    }

    @Test
    void shouldBeEdmInTheAngleThatTrigFlowSteersBy() {
        var flow = new TrigFlow(0.5);
        double t = Math.atan(80 / 0.5);
        assertThat(t).isCloseTo(1.56454, within(1e-5));
        assertThat(flow.noiseRatio(t)).isCloseTo(80, within(1e-10));
        assertThat(flow.noiseRatio(flow.minTime())).isCloseTo(0.002, within(1e-15));
    }

    @Test
    void shouldStartFromTheRightNoise() {
        assertThat(VpLinear.DEFAULT.priorScale(1)).isEqualTo(1);
        assertThat(VpCosine.DEFAULT.priorScale(0.9946)).isEqualTo(1);
        assertThat(Edm.DEFAULT.priorScale(80)).isEqualTo(80);
        assertThat(RectifiedFlow.DEFAULT.priorScale(1)).isEqualTo(1);
        assertThat(new TrigFlow(0.5).priorScale(Math.PI / 2)).isEqualTo(0.5);
        assertThat(VarianceExploding.DEFAULT.priorScale(1)).isCloseTo(50, within(1e-12));
        assertThat(Ddpm.linear(1e-4, 0.02, 1000, false).priorScale(1)).isEqualTo(1);
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
                .hasMessage("unknown schedule 'sinus'; known are vp-linear, vp-cosine, ddpm-linear, ddpm-scaled-linear,"
                        + " ddpm-squared-cosine, sub-vp, ve, edm, rectified-flow, trig-flow");
        assertThatThrownBy(() -> NoiseSchedules.of(new ScheduleSpec("edm", Map.of("rho", 7.0))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("schedule 'edm' has no parameter 'rho'; it has levels, sigmaMax, sigmaMin");
        assertThatThrownBy(() -> new VpLinear(2, 1)).hasMessageContaining("beta0 <= beta1");
        assertThatThrownBy(() -> new Edm(1, Double.NaN)).hasMessageContaining("sigmaMax");
        assertThatThrownBy(() -> new VpCosine(0)).hasMessageContaining("offset");
        assertThatThrownBy(() -> new RectifiedFlow(0)).hasMessageContaining("shift");
        assertThatThrownBy(() -> new TrigFlow(-1)).hasMessageContaining("sigmaData");
        assertThatThrownBy(() -> new SubVp(2, 1)).hasMessageContaining("sub-vp needs 0 < beta0");
        assertThatThrownBy(() -> new VarianceExploding(50, 0.01)).hasMessageContaining("ve needs 0 < sigmaMin");
        assertThatThrownBy(() -> Ddpm.linear(0.1, 1, 1000, false)).hasMessageContaining("betaEnd < 1");
        assertThatThrownBy(() -> Ddpm.squaredCosine(1, false)).hasMessageContaining("2 to 100000 trainingSteps");
        assertThatThrownBy(() -> discrete("trainingSteps", 10.5)).hasMessageContaining("whole number, not 10.5");
        assertThatThrownBy(() -> discrete("zeroTerminalSnr", 2)).hasMessageContaining("1, for yes, or 0");
    }

    private static NoiseSchedule discrete(String parameter, double value) {
        return NoiseSchedules.of(new ScheduleSpec("ddpm-linear", Map.of(parameter, value)));
    }

    /** The indices of training against the product of their definition. */
    @ParameterizedTest
    @CsvSource({"ddpm-linear, 0", "ddpm-linear, 1", "ddpm-scaled-linear, 0", "ddpm-scaled-linear, 1",
        "ddpm-squared-cosine, 0", "ddpm-squared-cosine, 1"})
    void shouldBeTheProductOfItsBetasAtEveryIndex(String name, int zeroTerminalSnr) {
        NoiseSchedule schedule = NoiseSchedules.of(
                new ScheduleSpec(name, Map.of("zeroTerminalSnr", (double) zeroTerminalSnr)));
        double[] alphas = alphas(name, zeroTerminalSnr == 1);
        boolean clipped = name.equals("ddpm-squared-cosine") && zeroTerminalSnr == 0;
        assertThat(schedule.timeIndices()).isEqualTo(clipped ? 996 : 1000);
        assertThat(schedule.maxTime()).isEqualTo(clipped ? 0.996 : 1);
        for (int i = 0; i < 1000; i++) {
            double t = (i + 1) / 1000.0;
            double alpha = schedule.alpha(t);
            assertThat(alpha).as("index %d", i).isCloseTo(alphas[i], within(1e-13));
            assertThat(schedule.sigma(t)).isCloseTo(Math.sqrt((1 - alphas[i]) * (1 + alphas[i])), within(1e-11));
            assertThat(schedule.timeOfHalfLogSnr(schedule.halfLogSnr(t))).isCloseTo(t, within(1e-12));
            assertThat(new TimeInput.Scaled(1000, -1).of(schedule, t)).isCloseTo(i, within(1e-12));
        }
        double between = (Math.log(schedule.alpha(0.5)) + Math.log(schedule.alpha(0.501))) / 2;
        assertThat(Math.log(schedule.alpha(0.5005))).isCloseTo(between, within(1e-14));
    }

    private static double[] alphas(String name, boolean zeroTerminalSnr) {
        double[] alphas = new double[1000];
        double product = 1;
        for (int i = 0; i < 1000; i++) {
            product *= 1 - switch (name) {
                case "ddpm-linear" -> 1e-4 + (0.02 - 1e-4) * i / 999;
                case "ddpm-scaled-linear" ->
                    Math.pow(Math.sqrt(0.00085) + (Math.sqrt(0.012) - Math.sqrt(0.00085)) * i / 999, 2);
                default -> Math.min(1 - squaredCosine((i + 1) / 1000.0) / squaredCosine(i / 1000.0), 0.999);
            };
            alphas[i] = Math.sqrt(product);
        }
        if (zeroTerminalSnr) {
            double first = alphas[0];
            double last = alphas[999];
            for (int i = 0; i < 1000; i++) {
                alphas[i] = (alphas[i] - last) * first / (first - last);
            }
        }
        return alphas;
    }

    private static double squaredCosine(double t) {
        return Math.pow(Math.cos((t + 0.008) / 1.008 * Math.PI / 2), 2);
    }

    /** What diffusers prints for its schedulers' alphas_cumprod, to the digits of its float32. */
    @ParameterizedTest
    @CsvSource({
        "ddpm-linear, 0, 0.9999, 0.0785872, 4.03583e-5",
        "ddpm-scaled-linear, 0, 0.99915, 0.277669, 0.0046601",
        "ddpm-squared-cosine, 0, 0.999959, 0.493843, 2.42873e-9",
        "ddpm-scaled-linear, 1, 0.99915, 0.242359, 0"})
    void shouldHaveTheSquaredAlphasOfDiffusers(
            String name, double zeroTerminalSnr, double first, double middle, double last) {
        NoiseSchedule schedule = NoiseSchedules.of(
                new ScheduleSpec(name, Map.of("zeroTerminalSnr", zeroTerminalSnr)));
        assertThat(Math.pow(schedule.alpha(0.001), 2)).isCloseTo(first, within(5e-5 * first));
        assertThat(Math.pow(schedule.alpha(0.5), 2)).isCloseTo(middle, within(5e-5 * middle));
        assertThat(Math.pow(schedule.alpha(1), 2)).isCloseTo(last, within(5e-5 * last));
    }

    @Test
    void shouldKeepTheDiscreteSchedulesOfTheSameParametersEqual() {
        assertThat(Ddpm.squaredCosine(50, true)).isEqualTo(Ddpm.squaredCosine(50, true))
                .hasSameHashCodeAs(Ddpm.squaredCosine(50, true)).isNotEqualTo(Ddpm.squaredCosine(50, false));
        assertThat(NoiseSchedules.of(ScheduleSpec.of("ddpm-linear"))).isSameAs(NoiseSchedules.of(
                ScheduleSpec.of("ddpm-linear")));
    }

    @Test
    void shouldBeUndefinedOutsideTheDiscreteDomain() {
        var schedule = Ddpm.linear(1e-4, 0.02, 1000, false);
        assertThat(schedule.alpha(-0.1)).isNaN();
        assertThat(schedule.sigma(1.1)).isNaN();
        assertThat(schedule.timeOfHalfLogSnr(Double.NaN)).isNaN();
        assertThat(schedule.timeOfHalfLogSnr(schedule.halfLogSnr(1) - 1e-15)).isEqualTo(1);
        assertThat(schedule.timeOfHalfLogSnr(schedule.halfLogSnr(1) - 1e-5)).isBetween(1.0 + 1e-8, 1.0 + 1e-5);
    }
}
