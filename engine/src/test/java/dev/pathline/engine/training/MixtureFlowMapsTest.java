package dev.pathline.engine.training;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pathline.diffusion.guidance.CfgInterval;
import dev.pathline.diffusion.planner.SamplingSettings;
import dev.pathline.diffusion.prediction.Prediction;
import dev.pathline.diffusion.prediction.Preconditioning;
import dev.pathline.diffusion.prediction.TimeInput;
import dev.pathline.diffusion.schedule.RectifiedFlow;
import dev.pathline.engine.TestDevice;
import dev.pathline.engine.checkpoint.Checkpoint;
import dev.pathline.engine.checkpoint.ModelIdentity;
import dev.pathline.engine.data.Dataset;
import dev.pathline.engine.data.trajectory.StateType;
import dev.pathline.engine.data.trajectory.TrajectoryFolder;
import dev.pathline.engine.data.trajectory.TrajectoryMaker;
import dev.pathline.engine.data.trajectory.TrajectoryOrder;
import dev.pathline.engine.objective.DefaultSettings;
import dev.pathline.engine.objective.DiffusionObjective;
import dev.pathline.engine.objective.Objective;
import dev.pathline.engine.objective.ObjectiveFacts;
import dev.pathline.engine.objective.ObjectiveFamily;
import dev.pathline.engine.objective.TimeDistribution;
import dev.pathline.engine.objective.Weighting;
import dev.pathline.engine.objective.distillation.Distillations;
import dev.pathline.engine.objective.flowmap.FlowMaps;
import dev.pathline.engine.script.NumericProfile;
import dev.pathline.engine.torch.Torch;
import dev.pathline.engine.training.MixtureMaps.Trained;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * One step of every kind of flow map, held against the 64 steps of a flow-matching model of the same size: the sliced
 * Wasserstein distance of its samples to the data is at most twice that model's.
 */
class MixtureFlowMapsTest {

    private static final long BUDGET = 2000;
    private static final double ALLOWED = 2;

    @TempDir
    private static Path folder;

    private static Trained field;
    private static double bar;

    private static int threads;

    /** So little work is done in each operator that a second thread is mostly waited for. */
    private static int useThreads(int count) {
        return TestDevice.on(() -> {
            int before = Torch.intraOpThreads();
            Torch.setIntraOpThreads(count);
            return before;
        });
    }

    @AfterAll
    static void useAllThreadsAgain() {
        useThreads(threads);
    }

    @BeforeAll
    static void trainTheField() {
        threads = useThreads(1);
        Objective flow = new DiffusionObjective(RectifiedFlow.DEFAULT, Prediction.VELOCITY, Preconditioning.NONE,
                TimeInput.IDENTITY, new TimeDistribution.LogitNormal(0, 1), new Weighting.Plain());
        field = MixtureMaps.train(folder.resolve("field"), flow, MixtureMaps.data(), BUDGET, 4e-3, null, null);
        bar = ALLOWED * MixtureMaps.distance(field, "euler", 64);
    }

    private static ObjectiveFamily family(String word) {
        return Stream.concat(FlowMaps.ALL.stream(), Distillations.ALL.stream())
                .filter(known -> known.word().equals(word)).findFirst().orElseThrow();
    }

    private static Objective objective(String word, Map<String, Object> settings, long steps,
            @Nullable Trained teacher) {
        return family(word).reader().apply(DefaultSettings.of(settings)).apply(new ObjectiveFacts(1, 2, steps,
                MixtureMaps::time, false, teacher == null
                        ? null
                        : new ObjectiveFacts.TeacherFacts(teacher.card(), 1, CfgInterval.ALWAYS)));
    }

    @Test
    void shouldRejectWhatLearnsNothing() {
        assertThat(MixtureMaps.distance(field, "euler", 1)).as("one step of a field").isGreaterThan(2 * bar);
        Trained idle = MixtureMaps.train(folder.resolve("idle"), objective("mean-flow", Map.of(), 10, null),
                MixtureMaps.data(), 10, 1e-9, null, null);
        assertThat(MixtureMaps.distance(idle, "mean-flow", 1)).as("an untrained map").isGreaterThan(2 * bar);
    }

    @ParameterizedTest
    @CsvSource({"mean-flow, 2e-3", "improved-mean-flow, 2e-3", "alpha-flow, 2e-3", "lagrangian, 1e-3"})
    void shouldLearnOneStepFromData(String word, double rate) {
        var settings = new HashMap<String, Object>(Map.of("fromNoise", 0.3, "toData", 0.3));
        long steps = BUDGET;
        if (word.equals("alpha-flow")) {
            // Its first steps are those of the field.
            steps = 5 * BUDGET / 3;
            settings.putAll(Map.of("curriculum.shape", "exponential", "curriculum.last", 0.02, "curriculum.to", 0.7));
        }
        Trained map = MixtureMaps.train(folder.resolve(word), objective(word, settings, steps, null),
                MixtureMaps.data(), steps, rate, null, null);
        assertThat(MixtureMaps.distance(map, "mean-flow", 1)).as(word).isLessThan(bar);
    }

    @Test
    void shouldLearnAConsistencyFunctionFromData() {
        Map<String, Object> settings = Map.of("sigmaData", 1, "sigmaMax", 20, "mean", 0.3, "std", 1.6, "stages", 6,
                "distance.type", "squared");
        Trained map = MixtureMaps.train(folder.resolve("ect"),
                objective("easy-consistency-training", settings, BUDGET, null), MixtureMaps.data(), BUDGET, 2e-3, null,
                null);
        assertThat(MixtureMaps.distance(map, "consistency", 1)).isLessThan(bar);
    }

    @ParameterizedTest
    @CsvSource({"consistency-distillation, consistency, 2e-3", "lagrangian-distillation, mean-flow, 5e-4"})
    void shouldLearnOneStepFromATeacher(String word, String solver, double rate) {
        Map<String, Object> settings = word.startsWith("lagrangian")
                ? Map.of("still", 0.5, "fromNoise", 0.5)
                : Map.of();
        Trained map = MixtureMaps.train(folder.resolve(word), objective(word, settings, BUDGET / 2, field),
                MixtureMaps.data(), BUDGET / 2, rate, field, field);
        assertThat(MixtureMaps.distance(map, solver, 1)).as(word).isLessThan(bar);
    }

    @Test
    void shouldLearnOneStepFromTrajectories() throws IOException {
        String word = "cmt";
        Trained map = MixtureMaps.train(folder.resolve(word), objective(word, Map.of(), BUDGET / 2, null),
                trajectories(), BUDGET / 2, 2e-3, null, field);
        assertThat(MixtureMaps.distance(map, "mean-flow", 1)).as(word).isLessThan(bar);
    }

    private static Dataset trajectories() throws IOException {
        var order = new TrajectoryOrder(SamplingSettings.defaults(false).withSolver("dpm-solver++-2m").withSteps(16)
                .withTimeGrid("time"), 5, 20_000, 1, StateType.F32);
        var checkpoint = new Checkpoint(field.card(), field.network(), field.weights());
        Path stored = folder.resolve("trajectories");
        TestDevice.on(() -> {
            try {
                return TrajectoryMaker.make(TestDevice.TORCH, stored, new ModelIdentity("field", "0", "0"), checkpoint,
                        NumericProfile.FLOAT32, order, 2, new TrajectoryMaker.Progress() {
                        });
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        return TrajectoryFolder.open(stored);
    }

    @Test
    void shouldHalveItsStepsUntilOneIsLeft() {
        Trained teacher = field;
        for (int steps = 16; steps >= 1; steps /= 2) {
            teacher = MixtureMaps.train(folder.resolve("progressive-" + steps),
                    objective("progressive-distillation", Map.of("steps", steps), BUDGET / 4, teacher),
                    MixtureMaps.data(), BUDGET / 4, 2e-3, teacher, teacher);
        }
        assertThat(MixtureMaps.distance(teacher, "ddim", 1)).isLessThan(bar);
    }
}
