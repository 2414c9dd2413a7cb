package dev.pathline.diffusion.prediction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.pathline.diffusion.schedule.Edm;
import dev.pathline.diffusion.schedule.NoiseSchedule;
import dev.pathline.diffusion.schedule.NoiseSchedules;
import dev.pathline.diffusion.schedule.RectifiedFlow;
import dev.pathline.diffusion.schedule.VpCosine;
import dev.pathline.diffusion.schedule.VpLinear;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class PredictionTest {
    private static final double DATA = 0.7;
    private static final double NOISE = -1.3;

    static Stream<Arguments> schedulesAndTimes() {
        return NoiseSchedules.all().stream().flatMap(schedule -> Stream.of(0.02, 0.1, 0.4, 0.7, 0.95)
                .map(part -> Arguments.of(schedule, part * schedule.maxTime())));
    }

    @ParameterizedTest
    @MethodSource("schedulesAndTimes")
    void shouldConvertEveryPredictionToEveryOther(NoiseSchedule schedule, double t) {
        double x = schedule.alpha(t) * DATA + schedule.sigma(t) * NOISE;
        for (Prediction from : Prediction.values()) {
            for (Prediction to : Prediction.values()) {
                double converted = from.to(to, schedule, t).apply(x, byDefinition(from, schedule, t));
                double expected = byDefinition(to, schedule, t);
                // Data from noise divides by alpha, so its error is relative to what it starts from.
                double scale = Math.max(1, schedule.noiseRatio(t)) * Math.max(1, Math.abs(expected));
                assertThat(converted).as("%s to %s", from, to).isCloseTo(expected, within(1e-13 * scale));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("schedulesAndTimes")
    void shouldComeBackFromEveryConversion(NoiseSchedule schedule, double t) {
        for (Prediction from : Prediction.values()) {
            for (Prediction to : Prediction.values()) {
                Affine there = from.to(to, schedule, t);
                Affine back = to.to(from, schedule, t);
                Affine round = back.after(there);
                // back(x, there(x, F)) = (back.x + back.out * there.x) x + F: two terms that cancel.
                double scale = Math.max(1, Math.abs(back.x()));
                assertThat(round.output()).as("%s to %s", from, to).isCloseTo(1, within(1e-12));
                assertThat(round.x() / scale).as("%s to %s", from, to).isCloseTo(0, within(1e-12));
            }
        }
    }

    @Test
    void shouldHaveTheTextbookForms() {
        var flow = RectifiedFlow.DEFAULT;
        assertThat(Prediction.VELOCITY.toData(flow, 0.3)).isEqualTo(new Affine(1, -0.3));
        assertThat(Prediction.VELOCITY.toNoise(flow, 0.25)).isEqualTo(new Affine(1, 0.75));
        assertThat(Prediction.DATA.toVelocity(Edm.DEFAULT, 4)).isEqualTo(new Affine(0.25, -0.25));
        Affine score = Prediction.NOISE.toScore(VpLinear.DEFAULT, 0.5);
        assertThat(score.x()).isZero();
        assertThat(score.output()).isCloseTo(-1 / 0.9596542021, within(1e-9));
        Affine v = Prediction.V_PREDICTION.toData(VpCosine.DEFAULT, 0.5);
        assertThat(v.x()).isCloseTo(VpCosine.DEFAULT.alpha(0.5), within(1e-15));
        assertThat(v.output()).isCloseTo(-VpCosine.DEFAULT.sigma(0.5), within(1e-15));
    }

    @Test
    void shouldTellTheTwoVelocitiesApart() {
        var flow = RectifiedFlow.DEFAULT;
        assertThat(byDefinition(Prediction.VELOCITY, flow, 0.3)).isEqualTo(NOISE - DATA);
        assertThat(byDefinition(Prediction.V_PREDICTION, flow, 0.3)).isEqualTo(0.7 * NOISE - 0.3 * DATA);
    }

    @Test
    void shouldStayBoundedFromVelocityAtBothEnds() {
        var flow = RectifiedFlow.DEFAULT;
        for (double t : List.of(0.0, 1.0)) {
            for (Prediction to : List.of(Prediction.DATA, Prediction.NOISE, Prediction.V_PREDICTION)) {
                double x = flow.alpha(t) * DATA + flow.sigma(t) * NOISE;
                double value = Prediction.VELOCITY.to(to, flow, t).apply(x, NOISE - DATA);
                assertThat(value).isCloseTo(byDefinition(to, flow, t), within(1e-15));
            }
        }
        assertThat(Prediction.NOISE.toData(flow, 1).output()).isInfinite();
    }

    @ParameterizedTest
    @MethodSource("schedulesAndTimes")
    void shouldPreconditionAsKarrasDoes(NoiseSchedule schedule, double t) {
        var edm = new Preconditioning.Edm(0.5);
        double s2 = Math.pow(schedule.alpha(t) * 0.5, 2) + Math.pow(schedule.sigma(t), 2);
        assertThat(edm.inputScale(schedule, t) * Math.sqrt(s2)).isCloseTo(1, within(1e-14));
        assertThat(edm.prediction(schedule, t).x()).isCloseTo(schedule.alpha(t) * 0.25 / s2, within(1e-14));
        assertThat(edm.prediction(schedule, t).output())
                .isCloseTo(schedule.sigma(t) * 0.5 / Math.sqrt(s2), within(1e-14));
        if (schedule.variancePreserving()) {
            // With sigmaData = 1 the network is minus Salimans and Ho's v.
            Affine unit = new Preconditioning.Edm(1).prediction(schedule, t);
            Affine v = Prediction.V_PREDICTION.toData(schedule, t);
            assertThat(unit.x()).isCloseTo(v.x(), within(1e-14));
            assertThat(unit.output()).isCloseTo(-v.output(), within(1e-14));
        }
    }

    @Test
    void shouldGiveTheNetworkItsOwnTime() {
        assertThat(TimeInput.scaled(1000).of(RectifiedFlow.DEFAULT, 0.25)).isEqualTo(250);
        assertThat(new TimeInput.Scaled(1000, -1).of(VpLinear.DEFAULT, 1)).isEqualTo(999);
        assertThat(TimeInput.logSigma().of(Edm.DEFAULT, 80)).isCloseTo(Math.log(80) / 4, within(1e-15));
        for (TimeInput input : List.of(TimeInput.IDENTITY, new TimeInput.Scaled(999, 1), TimeInput.logSigma())) {
            double t = input.timeOf(VpLinear.DEFAULT, input.of(VpLinear.DEFAULT, 0.37));
            assertThat(t).isCloseTo(0.37, within(1e-14));
        }
    }

    @ParameterizedTest
    @MethodSource("schedulesAndTimes")
    void shouldTurnEveryScheduleIntoAnAngle(NoiseSchedule schedule, double t) {
        double angle = TimeInput.ANGLE.of(schedule, t);
        double normalised = (schedule.alpha(t) * DATA + schedule.sigma(t) * NOISE)
                * new Preconditioning.Edm(1).inputScale(schedule, t);
        assertThat(normalised).isCloseTo(Math.cos(angle) * DATA + Math.sin(angle) * NOISE, within(1e-14));
        assertThat(TimeInput.ANGLE.timeOf(schedule, angle)).isCloseTo(t, within(1e-12 * schedule.maxTime()));
        // What the network then predicts is minus v in the normalised coordinates.
        Affine wrapping = new Preconditioning.Edm(1).prediction(schedule, t);
        double output = Math.sin(angle) * DATA - Math.cos(angle) * NOISE;
        double x = schedule.alpha(t) * DATA + schedule.sigma(t) * NOISE;
        assertThat(wrapping.apply(x, output)).isCloseTo(DATA, within(1e-13 * Math.max(1, schedule.sigma(t))));
    }

    @Test
    void shouldHaveExactAnglesAtBothEnds() {
        var flow = RectifiedFlow.DEFAULT;
        var edm = new Preconditioning.Edm(1);
        assertThat(TimeInput.ANGLE.of(flow, 0)).isZero();
        assertThat(TimeInput.ANGLE.of(flow, 1)).isEqualTo(Math.PI / 2);
        assertThat(TimeInput.ANGLE.timeOf(flow, 0)).isZero();
        assertThat(TimeInput.ANGLE.timeOf(flow, Math.PI / 2)).isEqualTo(1);
        assertThat(edm.prediction(flow, 0)).isEqualTo(new Affine(1, 0));
        assertThat(edm.prediction(flow, 1)).isEqualTo(new Affine(0, 1));
    }

    private static double byDefinition(Prediction prediction, NoiseSchedule schedule, double t) {
        return switch (prediction) {
            case DATA -> DATA;
            case NOISE -> NOISE;
            case SCORE -> -NOISE / schedule.sigma(t);
            case VELOCITY, AVERAGE_VELOCITY -> schedule.dAlpha(t) * DATA + schedule.dSigma(t) * NOISE;
            case V_PREDICTION -> schedule.alpha(t) * NOISE - schedule.sigma(t) * DATA;
        };
    }
}
