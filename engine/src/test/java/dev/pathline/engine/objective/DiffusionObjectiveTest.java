package dev.pathline.engine.objective;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;

import dev.pathline.diffusion.prediction.Affine;
import dev.pathline.diffusion.prediction.Prediction;
import dev.pathline.diffusion.prediction.Preconditioning;
import dev.pathline.diffusion.prediction.TimeInput;
import dev.pathline.diffusion.schedule.Edm;
import dev.pathline.diffusion.schedule.NoiseSchedule;
import dev.pathline.diffusion.schedule.RectifiedFlow;
import dev.pathline.diffusion.schedule.VarianceExploding;
import dev.pathline.diffusion.schedule.VpLinear;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class DiffusionObjectiveTest {

    private static final double X0 = 0.7;
    private static final double NOISE = -1.3;

    static Stream<DiffusionObjective> objectives() {
        return Stream.of(RectifiedFlow.DEFAULT, VpLinear.DEFAULT, VarianceExploding.DEFAULT, Edm.DEFAULT)
                .flatMap(schedule -> Stream.of(
                        of(schedule, Prediction.NOISE, Preconditioning.NONE),
                        of(schedule, Prediction.DATA, Preconditioning.NONE),
                        of(schedule, Prediction.V_PREDICTION, Preconditioning.NONE),
                        of(schedule, Prediction.VELOCITY, Preconditioning.NONE),
                        of(schedule, Prediction.SCORE, new Preconditioning.Score(0.5)),
                        of(schedule, Prediction.DATA, new Preconditioning.Edm(0.5))));
    }

    private static DiffusionObjective of(NoiseSchedule schedule, Prediction prediction, Preconditioning wrapping) {
        return new DiffusionObjective(schedule, prediction, wrapping, TimeInput.IDENTITY,
                new TimeDistribution.Uniform(0.1, 0.9), new Weighting.Snr());
    }

    @ParameterizedTest
    @MethodSource("objectives")
    void shouldAskForTheOutputThatTheSamplerTurnsBackIntoTheData(DiffusionObjective objective) {
        for (double t : new double[]{0.05, 0.4, 0.9}) {
            Objective.Row row = objective.at(t);
            double x = row.alpha() * X0 + row.sigma() * NOISE;
            double output = row.targetData() * X0 + row.targetNoise() * NOISE;
            Affine toData = objective.prediction().toData(objective.schedule(), t)
                    .after(objective.preconditioning().prediction(objective.schedule(), t));

            assertThat(toData.apply(x, output)).isEqualTo(X0, within(1e-10));
        }
    }

    @ParameterizedTest
    @MethodSource("objectives")
    void shouldWeighTheSameErrorOfTheDataAlikeWhateverIsPredicted(DiffusionObjective objective) {
        for (double t : new double[]{0.05, 0.4, 0.9}) {
            Objective.Row row = objective.at(t);
            double x = row.alpha() * X0 + row.sigma() * NOISE;
            double output = row.targetData() * X0 + row.targetNoise() * NOISE;
            Affine toData = objective.prediction().toData(objective.schedule(), t)
                    .after(objective.preconditioning().prediction(objective.schedule(), t));
            double error = 1e-3;
            double dataError = toData.apply(x, output + error) - X0;
            double snr = Math.pow(row.alpha() / row.sigma(), 2);

            assertThat(row.weight() * error * error).isEqualTo(snr * dataError * dataError, within(1e-9));
        }
    }

    @Test
    void shouldAgreeWithThePublishedLosses() {
        double t = 0.3;
        Objective.Row flow = of(RectifiedFlow.DEFAULT, Prediction.VELOCITY, Preconditioning.NONE).at(t);
        assertThat(List.of(flow.alpha(), flow.sigma(), flow.targetData(), flow.targetNoise()))
                .isEqualTo(List.of(0.7, 0.3, -1.0, 1.0));

        // The simple loss of the noise is the loss of the data with weight SNR (arXiv 2006.11239).
        assertThat(of(VpLinear.DEFAULT, Prediction.NOISE, Preconditioning.NONE).at(t).weight())
                .isEqualTo(1, within(1e-12));
        // EDM's weight makes the loss of the output plain (arXiv 2206.00364, appendix B.6).
        var edm = new DiffusionObjective(Edm.DEFAULT, Prediction.DATA, new Preconditioning.Edm(0.5),
                TimeInput.logSigma(), new TimeDistribution.LogNormal(-1.2, 1.2), new Weighting.Edm(0.5));
        for (double sigma : new double[]{0.002, 0.5, 3, 80}) {
            assertThat(edm.at(sigma).weight()).isEqualTo(1, within(1e-12));
            assertThat(edm.at(sigma).time()).isEqualTo(Math.log(sigma) / 4, within(1e-12));
        }
        // SNR + 1 on the data is plain for Salimans and Ho's v (arXiv 2202.00512, appendix D).
        var v = new DiffusionObjective(VpLinear.DEFAULT, Prediction.V_PREDICTION, Preconditioning.NONE,
                TimeInput.IDENTITY, new TimeDistribution.Uniform(0, 1), new Weighting.SnrPlusOne());
        assertThat(v.at(t).weight()).isEqualTo(1, within(1e-12));
        // The bound's weight of the noise is g^2 / (2 sigma^2) = beta / (2 sigma^2) (arXiv 2101.09258).
        var likelihood = new DiffusionObjective(VpLinear.DEFAULT, Prediction.NOISE, Preconditioning.NONE,
                TimeInput.IDENTITY, new TimeDistribution.Uniform(0, 1), new Weighting.Likelihood());
        double beta = 0.1 + t * 19.9;
        double sigma = VpLinear.DEFAULT.sigma(t);
        assertThat(likelihood.at(t).weight()).isEqualTo(beta / (2 * sigma * sigma), within(1e-10));
    }

    @Test
    void shouldBoundTheWeightsThatAreBounded() {
        NoiseSchedule schedule = VpLinear.DEFAULT;
        for (double t = 0.001; t < 1; t += 0.01) {
            double snr = Math.exp(2 * schedule.halfLogSnr(t));
            assertThat(new Weighting.MinSnr(5).ofData(schedule, t)).isEqualTo(Math.min(snr, 5), within(1e-12));
            assertThat(new Weighting.TruncatedSnr().ofData(schedule, t)).isCloseTo(Math.max(snr, 1),
                    withinPercentage(1e-10));
            assertThat(new Weighting.SoftMinSnr(4).ofData(schedule, t)).isEqualTo(4 * snr / (snr + 4), within(1e-9))
                    .isLessThan(4);
        }
    }

    @Test
    void shouldDrawTimesAsTheirDistributionsSay() {
        var random = new SplittableRandom(1);
        assertThat(mean(new TimeDistribution.Uniform(0.2, 0.6), RectifiedFlow.DEFAULT, random))
                .isEqualTo(0.4, within(0.01));
        assertThat(mean(new TimeDistribution.LogitNormal(0, 1), RectifiedFlow.DEFAULT, random))
                .isEqualTo(0.5, within(0.01));
        assertThat(mean(new TimeDistribution.Mode(1.29), RectifiedFlow.DEFAULT, random)).isEqualTo(0.5, within(0.01));
        // E[3u/(1 + 2u)] = 3/2 - (3/4) ln 3.
        assertThat(mean(new TimeDistribution.Shifted(new TimeDistribution.Uniform(0, 1), 3), RectifiedFlow.DEFAULT,
                random)).isEqualTo(1.5 - 0.75 * Math.log(3), within(0.01));
        var logNormal = new TimeDistribution.LogNormal(-1.2, 1.2);
        double sum = 0;
        for (int i = 0; i < 20_000; i++) {
            sum += Math.log(RectifiedFlow.DEFAULT.noiseRatio(logNormal.sample(random, RectifiedFlow.DEFAULT)));
        }
        assertThat(sum / 20_000).isEqualTo(-1.2, within(0.03));
    }

    private static double mean(TimeDistribution times, NoiseSchedule schedule, SplittableRandom random) {
        double sum = 0;
        for (int i = 0; i < 20_000; i++) {
            sum += times.sample(random, schedule);
        }
        return sum / 20_000;
    }
}
