package dev.pathline.engine.sampling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.pathline.diffusion.card.ModelCard;
import dev.pathline.diffusion.card.ModelKind;
import dev.pathline.diffusion.model.GaussianMixtureModel;
import dev.pathline.diffusion.model.GaussianModel;
import dev.pathline.diffusion.model.Network;
import dev.pathline.diffusion.plan.PlanExecutor;
import dev.pathline.diffusion.plan.SamplingPlan;
import dev.pathline.diffusion.planner.Planner;
import dev.pathline.diffusion.planner.SamplingSettings;
import dev.pathline.diffusion.prediction.Preconditioning;
import dev.pathline.diffusion.prediction.Prediction;
import dev.pathline.diffusion.prediction.TargetInput;
import dev.pathline.diffusion.prediction.TimeInput;
import dev.pathline.diffusion.schedule.Edm;
import dev.pathline.diffusion.schedule.NoiseSchedule;
import dev.pathline.diffusion.schedule.RectifiedFlow;
import dev.pathline.diffusion.schedule.VpLinear;
import dev.pathline.diffusion.solver.Solvers;
import dev.pathline.engine.ClosedForms;
import dev.pathline.engine.GaussianFlowMapNet;
import dev.pathline.engine.checkpoint.Checkpoint;
import dev.pathline.engine.sampling.LaneRuns.Sample;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every solver in the tensor executor, all in one batch, against the float64 executor on the closed form itself. */
class EverySolverTest {
    /** The executor has 7 digits, and steps of third order between distant noise levels lose up to two of them. */
    private static final double BOUND = 1e-4;

    private static final int CAPACITY = 24;
    /** Not 2: the size of a Langevin step divides by the norm of the score, which in few dimensions may be almost 0. */
    private static final int SIZE = GaussianFlowMapNet.DIMENSION;

    static Stream<NoiseSchedule> schedules() {
        return Stream.of(RectifiedFlow.DEFAULT, VpLinear.DEFAULT, Edm.DEFAULT);
    }

    @ParameterizedTest
    @MethodSource("schedules")
    void shouldFollowTheOracleOnTheMixture(NoiseSchedule schedule) {
        Checkpoint checkpoint = ClosedForms.of(schedule, ClosedForms.MIXTURE_64);
        ModelCard card = checkpoint.card();
        Network mixture = new GaussianMixtureModel(schedule, ClosedForms.MIXTURE_64).network(card.prediction(),
                card.preconditioning(), card.timeInput());
        assertAgreement(checkpoint, mixture, samples(card, 2), 2);
    }

    /** A jump of no length is the field, so a flow map takes every solver. */
    @Test
    void shouldFollowTheOracleOnAFlowMap() {
        NoiseSchedule flow = RectifiedFlow.DEFAULT;
        ModelCard card = ModelCard.of("map", ModelKind.FLOW_MAP, List.of(SIZE), flow.spec(),
                Prediction.AVERAGE_VELOCITY);
        Network map = new GaussianModel(flow, GaussianFlowMapNet.MEAN, GaussianFlowMapNet.STD).flowMap(
                Prediction.AVERAGE_VELOCITY, Preconditioning.NONE, TimeInput.IDENTITY, TargetInput.TIME);
        var checkpoint = new Checkpoint(card, new GaussianFlowMapNet(), GaussianFlowMapNet.weights());
        List<Sample> samples = samples(card, 0);

        assertThat(samples.stream().map(sample -> sample.plan().solver()).distinct()).hasSize(Solvers.all().size());
        assertAgreement(checkpoint, map, samples, 0);
    }

    /** Each solver with 6 to 11 steps, guided or not, on one Brownian path or not. */
    private static List<Sample> samples(ModelCard card, int classes) {
        var samples = new ArrayList<Sample>();
        List<String> solvers = Planner.solvers(card);
        assertThat(solvers).hasSizeGreaterThan(30);
        for (int i = 0; i < solvers.size(); i++) {
            int label = i % (classes + 1);
            SamplingPlan plan = Planner.plan(card, new SamplingSettings(solvers.get(i), 6 + i % 6, null,
                    label == classes ? 1.0 : 1.5, null, null, Map.of(), null, i % 4 < 2 ? "brownian" : "independent",
                    label < classes));
            samples.add(new Sample(plan, label, 11, i));
        }
        return samples;
    }

    private static void assertAgreement(Checkpoint checkpoint, Network oracle, List<Sample> samples, int classes) {
        float[][] results = LaneRuns.run(checkpoint, samples, CAPACITY);
        for (int i = 0; i < results.length; i++) {
            Sample sample = samples.get(i);
            int label = sample.label() == classes ? Network.NO_LABEL : sample.label();
            double[] expected = new PlanExecutor(sample.plan(), oracle, LaneRuns.NOISE).sample(SIZE, label,
                    sample.seed(),
                    sample.index(), PlanExecutor.Listener.NONE);
            for (int d = 0; d < SIZE; d++) {
                double bound = BOUND * Math.max(1, Math.abs(expected[d]));
                assertThat((double) results[i][d]).as("%s, %d steps, label %d", sample.plan().solver(),
                        sample.plan().steps(), label).isCloseTo(expected[d], within(bound));
            }
        }
    }
}
