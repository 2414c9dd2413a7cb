package dev.pathline.engine.objective;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;

import dev.pathline.diffusion.prediction.Affine;
import dev.pathline.diffusion.prediction.Prediction;
import dev.pathline.diffusion.prediction.Preconditioning;
import dev.pathline.diffusion.prediction.TimeInput;
import dev.pathline.diffusion.schedule.Ddpm;
import dev.pathline.diffusion.schedule.Edm;
import dev.pathline.diffusion.schedule.NoiseSchedule;
import dev.pathline.diffusion.schedule.NoiseSchedules;
import dev.pathline.diffusion.schedule.RectifiedFlow;
import dev.pathline.diffusion.schedule.VarianceExploding;
import dev.pathline.diffusion.schedule.VpLinear;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.DoubleStream;
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
            DiffusionObjective.Scalars row = objective.at(t);
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
            DiffusionObjective.Scalars row = objective.at(t);
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
        DiffusionObjective.Scalars flow = of(RectifiedFlow.DEFAULT, Prediction.VELOCITY, Preconditioning.NONE).at(t);
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
                TimeInput.IDENTITY, new TimeDistribution.Uniform(1e-5, 1), new Weighting.Likelihood());
        double beta = 0.1 + t * 19.9;
        double sigma = VpLinear.DEFAULT.sigma(t);
        assertThat(likelihood.at(t).weight()).isEqualTo(beta / (2 * sigma * sigma), within(1e-10));
    }

    @Test
    void shouldBoundTheWeightsThatAreBounded() {
        NoiseSchedule schedule = VpLinear.DEFAULT;
        for (double t = 0.001; t < 1; t += 0.01) {
            double snr = Math.exp(2 * schedule.halfLogSnr(t));
            double noise = Math.sqrt(snr);
            assertThat(new Weighting.MinSnr(5).ofOutput(schedule, t, 1, noise))
                    .isEqualTo(Math.min(snr, 5), within(1e-12));
            assertThat(new Weighting.TruncatedSnr().ofOutput(schedule, t, 1, noise))
                    .isCloseTo(Math.max(snr, 1), withinPercentage(1e-10));
            assertThat(new Weighting.SoftMinSnr(4).ofOutput(schedule, t, 1, noise))
                    .isEqualTo(4 * snr / (snr + 4), within(1e-9)).isLessThan(4);
        }
    }

    private record Wrapped(Prediction prediction, Preconditioning preconditioning) {}

    private static final List<Wrapped> WRAPPED = List.of(new Wrapped(Prediction.NOISE, Preconditioning.NONE),
            new Wrapped(Prediction.DATA, Preconditioning.NONE),
            new Wrapped(Prediction.V_PREDICTION, Preconditioning.NONE),
            new Wrapped(Prediction.VELOCITY, Preconditioning.NONE),
            new Wrapped(Prediction.SCORE, new Preconditioning.Score(0.5)),
            new Wrapped(Prediction.DATA, new Preconditioning.Edm(0.5)));

    private static final List<Weighting> WEIGHTINGS = List.of(new Weighting.Plain(), new Weighting.Snr(),
            new Weighting.SnrPlusOne(), new Weighting.TruncatedSnr(), new Weighting.MinSnr(5),
            new Weighting.SoftMinSnr(4), new Weighting.Edm(0.5), new Weighting.Likelihood());

    private static List<TimeDistribution> times(NoiseSchedule schedule) {
        var times = new ArrayList<TimeDistribution>(List.of(new TimeDistribution.LogNormal(-1.2, 1.2),
                new TimeDistribution.LogNormal(0, 1000)));
        if (!(schedule instanceof Edm)) {
            times.addAll(List.of(new TimeDistribution.Uniform(0, 1), new TimeDistribution.Uniform(1e-5, 1),
                    new TimeDistribution.LogitNormal(0, 1), new TimeDistribution.LogitNormal(0, 20),
                    new TimeDistribution.Mode(1.29), new TimeDistribution.Shifted(new TimeDistribution.Mode(-1), 3)));
        }
        if (schedule instanceof Ddpm) {
            times.add(new TimeDistribution.Indices());
        }
        return times;
    }

    static Stream<NoiseSchedule> schedules() {
        return Stream.concat(NoiseSchedules.all().stream(), Stream.of(Ddpm.linear(1e-4, 0.02, 1000, true),
                Ddpm.scaledLinear(0.00085, 0.012, 1000, true), Ddpm.squaredCosine(1000, true)));
    }

    /** Whatever is put together: either it is refused, or no row of it can make a loss that is no number. */
    @ParameterizedTest
    @MethodSource("schedules")
    void shouldRefuseOrBeFiniteAtEveryTime(NoiseSchedule schedule) {
        for (Wrapped wrapped : WRAPPED) {
            for (Weighting weighting : WEIGHTINGS) {
                for (TimeDistribution times : times(schedule)) {
                    DiffusionObjective objective;
                    try {
                        objective = new DiffusionObjective(schedule, wrapped.prediction(), wrapped.preconditioning(),
                                TimeInput.scaled(1000), times, weighting);
                    } catch (IllegalArgumentException e) {
                        assertThat(e).hasMessageContaining(schedule.name()).hasMessageContaining("weight");
                        assertThat(times.ends(schedule)).as("%s, %s, %s", wrapped, weighting, times)
                                .anyMatch(t -> schedule.alpha(t) < 1e-20 || schedule.sigma(t) < 1e-20
                                        || !(schedule.sigma(t) < 1e20));
                        continue;
                    }
                    var random = new SplittableRandom(1);
                    DoubleStream.concat(times.ends(schedule).stream().mapToDouble(t -> t),
                            DoubleStream.generate(() -> times.sample(random, schedule)).limit(100))
                            .forEach(t -> assertThat(objective.at(t).isFinite())
                                    .as("%s, %s, %s at %s: %s", wrapped, weighting, times, t, objective.at(t))
                                    .isTrue());
                }
            }
        }
    }

    @Test
    void shouldWeighTheBoundDownToPureNoise() {
        Ddpm pure = Ddpm.linear(1e-4, 0.02, 1000, true);
        for (Prediction prediction : List.of(Prediction.V_PREDICTION, Prediction.DATA)) {
            var objective = new DiffusionObjective(pure, prediction, Preconditioning.NONE, TimeInput.IDENTITY,
                    new TimeDistribution.Indices(), new Weighting.Likelihood());

            assertThat(pure.alpha(1)).isZero();
            assertThat(objective.at(1).weight()).isZero();
            double t = 0.7;
            double snr = Math.exp(2 * pure.halfLogSnr(t));
            double output = prediction.toData(pure, t).output();
            assertThat(objective.at(t).weight())
                    .isCloseTo(-pure.dHalfLogSnr(t) * snr * output * output, withinPercentage(1e-9));
        }
        assertThatThrownBy(
                () -> new DiffusionObjective(pure, Prediction.NOISE, Preconditioning.NONE, TimeInput.IDENTITY,
                        new TimeDistribution.Indices(), new Weighting.SnrPlusOne()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("alpha = 0.0").hasMessageContaining("weight of an error is Infinity");
    }

    /** At the clean end of the straight path the error of the velocity is one of the noise, though SNR is infinite. */
    @Test
    void shouldWeighTheVelocityWhereThereIsNoNoise() {
        var objective = new DiffusionObjective(RectifiedFlow.DEFAULT, Prediction.VELOCITY, Preconditioning.NONE,
                TimeInput.IDENTITY, new TimeDistribution.Uniform(0, 1), new Weighting.Snr());

        assertThat(objective.at(0).weight()).isEqualTo(1);
        assertThat(objective.at(1e-9).weight()).isEqualTo(1, within(1e-8));
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
