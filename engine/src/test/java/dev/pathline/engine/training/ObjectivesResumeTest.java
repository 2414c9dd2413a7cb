package dev.pathline.engine.training;

import dev.pathline.engine.graph.InputNames;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pathline.diffusion.card.ModelCard;
import dev.pathline.diffusion.card.ModelKind;
import dev.pathline.diffusion.guidance.CfgInterval;
import dev.pathline.diffusion.prediction.Prediction;
import dev.pathline.diffusion.schedule.NoiseSchedule;
import dev.pathline.diffusion.schedule.RectifiedFlow;
import dev.pathline.diffusion.schedule.ScheduleSpec;
import dev.pathline.diffusion.schedule.TrigFlow;
import dev.pathline.engine.TestDevice;
import dev.pathline.engine.checkpoint.TensorData;
import dev.pathline.engine.data.Dataset;
import dev.pathline.engine.data.Trajectories;
import dev.pathline.engine.data.augment.AugmentationSettings;
import dev.pathline.engine.graph.Network;
import dev.pathline.engine.network.MlpDenoiser;
import dev.pathline.engine.network.TimeFeatures;
import dev.pathline.engine.objective.DefaultSettings;
import dev.pathline.engine.objective.Objective;
import dev.pathline.engine.objective.ObjectiveFacts;
import dev.pathline.engine.objective.ObjectiveFamily;
import dev.pathline.engine.objective.Source;
import dev.pathline.engine.objective.distillation.Distillations;
import dev.pathline.engine.objective.flowmap.FlowMaps;
import dev.pathline.engine.script.NumericProfile;
import dev.pathline.engine.script.TrainingProgram.AdamW;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A run of every objective that was killed twice ends with the bits of one that was not: curricula and averages included. */
class ObjectivesResumeTest {

    private static final int STEPS = 12;
    private static final int BATCH = 8;
    private static final TimeFeatures FEATURES = new TimeFeatures.LowFrequency(16, 12);

    @TempDir
    private Path folder;

    private static Stream<ObjectiveFamily> families() {
        return Stream.concat(FlowMaps.ALL.stream(), Distillations.ALL.stream());
    }

    private static MlpDenoiser network(boolean target) {
        return new MlpDenoiser(List.of(2), 16, 1, FEATURES, target ? FEATURES : null, null, 3);
    }

    private static Objective objective(ObjectiveFamily family) {
        NoiseSchedule schedule = family.word().startsWith("continuous") ? new TrigFlow(1) : RectifiedFlow.DEFAULT;
        ModelCard teacher = ModelCard.of("teacher", ModelKind.DIFFUSION, List.of(2), schedule.spec(),
                Prediction.VELOCITY).withClasses(List.of("a", "b"), true);
        return family.reader().apply(DefaultSettings.of(Map.of())).apply(new ObjectiveFacts(1, 2, STEPS,
                MixtureMaps::time, false, new ObjectiveFacts.TeacherFacts(teacher, 2, CfgInterval.ALWAYS)));
    }

    /** Three states of each of some trajectories; as data, the last of them. */
    private static Dataset data() {
        return new Trajectories() {
            @Override
            public List<Double> times() {
                return List.of(1.0, 0.5, 0.0);
            }

            @Override
            public ScheduleSpec schedule() {
                return RectifiedFlow.DEFAULT.spec();
            }

            @Override
            public void copyState(int index, int state, float[] target, int offset) {
                var random = new SplittableRandom(31L * index + state);
                target[offset] = (float) random.nextGaussian();
                target[offset + 1] = (float) random.nextGaussian();
            }

            @Override
            public int size() {
                return 40;
            }

            @Override
            public List<Integer> shape() {
                return List.of(2);
            }

            @Override
            public int label(int index) {
                return index % 2;
            }

            @Override
            public double standardDeviation() {
                return 1;
            }

            @Override
            public String sha256() {
                return "trajectories";
            }
        };
    }

    private static Map<String, TensorData> train(Path folder, Objective objective, long dieAt) {
        Network network = network(objective.recipe().inputs().contains(InputNames.TARGET)).build();
        Teacher teacher = objective.recipe().evaluates(Source.TEACHER)
                ? new Teacher(network(false).build(), TestDevice.randomWeights(network(false).build(), 9))
                : null;
        var task = new DenoisingTask(network, network.parameters(), objective, data(), AugmentationSettings.NONE, BATCH,
                2, 0.1, 4, teacher);
        var plan = new TrainingPlan(new Budget.Steps(STEPS), new LearningRate(1e-3, 3, 0),
                new AdamW(0.9, 0.99, 1e-8, 0.01, 1), List.of(new MovingAverage.Constant(0.99)), 2,
                NumericProfile.FLOAT32, 4, 4, 1);
        TrainingListener listener = new TrainingListener() {
            @Override
            public void progressed(Progress progress) {
                if (progress.step() == dieAt) {
                    throw new IllegalStateException("killed");
                }
            }
        };
        return new Trainer(TestDevice.TORCH, TestDevice.THREAD, task, plan, new Snapshots(folder, Map.of(), false),
                listener).run().averages().firstEntry().getValue();
    }

    @ParameterizedTest
    @MethodSource("families")
    void shouldEndWithTheSameBits(ObjectiveFamily family) {
        Objective objective = objective(family);
        Map<String, TensorData> whole = train(folder.resolve("whole"), objective, -1);
        Path broken = folder.resolve("broken");
        for (long dieAt : new long[]{6, 11}) {
            assertThatThrownBy(() -> train(broken, objective, dieAt)).hasMessage("killed");
        }
        Map<String, TensorData> resumed = train(broken, objective, -1);
        whole.forEach((name, data) -> assertThat(resumed.get(name).values()).as(name).isEqualTo(data.values()));
        assertThat(resumed.keySet()).isEqualTo(whole.keySet());
    }
}
