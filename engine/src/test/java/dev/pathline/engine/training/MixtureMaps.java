package dev.pathline.engine.training;

import dev.pathline.engine.graph.InputNames;
import dev.pathline.diffusion.card.ModelCard;
import dev.pathline.diffusion.model.GaussianMixtureModel.Component;
import dev.pathline.diffusion.noise.PhiloxNoise;
import dev.pathline.diffusion.planner.Planner;
import dev.pathline.diffusion.planner.SamplingSettings;
import dev.pathline.diffusion.prediction.TimeInput;
import dev.pathline.diffusion.schedule.Edm;
import dev.pathline.diffusion.schedule.NoiseSchedule;
import dev.pathline.engine.TestDevice;
import dev.pathline.engine.checkpoint.Checkpoint;
import dev.pathline.engine.checkpoint.TensorData;
import dev.pathline.engine.data.Dataset;
import dev.pathline.engine.data.MixtureDataset;
import dev.pathline.engine.data.augment.AugmentationSettings;
import dev.pathline.engine.metrics.SampleGroups;
import dev.pathline.engine.metrics.SlicedWasserstein;
import dev.pathline.engine.metrics.VectorSet;
import dev.pathline.engine.network.MlpDenoiser;
import dev.pathline.engine.network.TimeFeatures;
import dev.pathline.engine.objective.Objective;
import dev.pathline.engine.sampling.LoadedModel;
import dev.pathline.engine.sampling.Sampler;
import dev.pathline.engine.script.NumericProfile;
import dev.pathline.engine.script.TrainingProgram.AdamW;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Small flow maps of a mixture of the plane: trained, sampled, and held against the data. */
final class MixtureMaps {

    /** The mixture of the starter model {@code mixture-2d}. */
    static final List<Component> MIXTURE = List.of(new Component(0.4, List.of(1.0, 0.5), 0.5),
            new Component(0.6, List.of(-0.8, -0.6), 0.7));

    static final int BATCH = 256;
    private static final int SAMPLES = 4000;
    private static final int WIDTH = 64;
    private static final TimeFeatures FEATURES = new TimeFeatures.LowFrequency(WIDTH, 12);

    private MixtureMaps() {}

    /**
     * A trained model.
     *
     * @param card what it is
     * @param network its settings
     * @param weights its averaged weights
     */
    record Trained(ModelCard card, MlpDenoiser network, Map<String, TensorData> weights) {}

    static MlpDenoiser network(boolean target) {
        return new MlpDenoiser(List.of(2), WIDTH, 3, FEATURES, target ? FEATURES : null, null, null);
    }

    /** The coordinate in which low frequencies tell times apart. */
    static TimeInput time(NoiseSchedule schedule) {
        return schedule instanceof Edm ? new TimeInput.LogSigma(0.25) : TimeInput.IDENTITY;
    }

    static Dataset data() {
        return new MixtureDataset(MIXTURE, MixtureDataset.ENDLESS, 5, false);
    }

    /** Trains for so many steps. */
    static Trained train(Path folder, Objective objective, Dataset data, long steps, double rate,
            @Nullable Trained teacher, @Nullable Trained start) {
        MlpDenoiser network = network(objective.recipe().inputs().contains(InputNames.TARGET));
        var task = new DenoisingTask(network.build(), network.build().parameters(), objective, data,
                AugmentationSettings.NONE, BATCH, -1, 0, 1,
                teacher == null ? null : new Teacher(teacher.network.build(), teacher.weights));
        var plan = new TrainingPlan(new Budget.Steps(steps), new LearningRate(rate, 50, 0.01),
                new AdamW(0.9, 0.99, 1e-8, 0, 1), List.of(new MovingAverage.Constant(0.995)), 1,
                NumericProfile.FLOAT32, 1, 1_000_000, 1000);
        Map<String, TensorData> weights = new Trainer(TestDevice.TORCH, TestDevice.THREAD, task, plan,
                new Snapshots(folder, Map.of(), false), new TrainingListener() {
                }, start == null ? null : new StartWeights(start.card.name(), start.weights)).run().averages()
                .firstEntry().getValue();
        ModelCard card = ModelCard.of("map", objective.kind(), List.of(2), objective.schedule().spec(),
                objective.prediction()).withNetworkInput(objective.preconditioning(), objective.timeInput())
                .withTargetInput(objective.targetInput());
        return new Trained(card, network, weights);
    }

    /** Draws samples. */
    static List<float[]> sample(Trained model, String solver, int steps, int count) {
        var plan = Planner.plan(model.card, SamplingSettings.defaults(false).withSolver(solver).withSteps(steps)
                .withTimeGrid("time".equals(grid(model, solver)) ? "time" : null));
        return TestDevice.on(() -> {
            try (LoadedModel loaded = LoadedModel.load(TestDevice.TORCH,
                    new Checkpoint(model.card, model.network, model.weights), NumericProfile.FLOAT32)) {
                return new Sampler(loaded, new PhiloxNoise(), 1000).sample(plan, new int[count], 3);
            }
        });
    }

    private static String grid(Trained model, String solver) {
        return model.card.noiseSchedule() instanceof Edm ? "" : "time";
    }

    /** Returns the sliced Wasserstein distance of samples to fresh data. */
    static double distance(Trained model, String solver, int steps) {
        return distance(sample(model, solver, steps, SAMPLES));
    }

    static double distance(List<float[]> samples) {
        return new SlicedWasserstein(VectorSet.of(points(50_000, 77)), 64, 1)
                .of(VectorSet.of(samples), new SampleGroups(samples.size(), 1)).value();
    }

    /** Points of the mixture itself. */
    static List<float[]> points(int count, long seed) {
        var data = new MixtureDataset(MIXTURE, count, seed, false);
        var points = new ArrayList<float[]>();
        for (int i = 0; i < count; i++) {
            float[] point = new float[2];
            data.copy(i, point, 0);
            points.add(point);
        }
        return points;
    }
}
