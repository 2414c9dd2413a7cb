package dev.pathline.trainer.run;

import dev.pathline.engine.graph.InputNames;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pathline.engine.script.InputTable;
import dev.pathline.diffusion.model.GaussianMixtureModel.Component;
import dev.pathline.diffusion.model.GaussianMixtureModel;
import dev.pathline.diffusion.model.Network;
import dev.pathline.diffusion.model.NetworkInputs;
import dev.pathline.diffusion.prediction.Affine;
import dev.pathline.diffusion.schedule.NoiseSchedule;
import dev.pathline.engine.checkpoint.Checkpoint;
import dev.pathline.engine.checkpoint.TensorData;
import dev.pathline.engine.data.Dataset;
import dev.pathline.engine.data.MixtureDataset;
import dev.pathline.engine.graph.Initializer;
import dev.pathline.engine.graph.Parameter;
import dev.pathline.engine.objective.Objective;
import dev.pathline.engine.sampling.LoadedModel;
import dev.pathline.engine.script.NumericProfile;
import dev.pathline.engine.training.Snapshots;
import dev.pathline.engine.training.Trainer;
import dev.pathline.engine.training.TrainingListener;
import dev.pathline.trainer.delivery.Teaching;
import dev.pathline.trainer.specification.ModelCards;
import dev.pathline.trainer.specification.TrainingSpec;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Every objective is trained on a mixture whose score is known, and must come close to it at five noise levels: what is
 * compared is {@code E |sigma (s - s*)|^2}, before and after training.
 */
class MixtureObjectivesTest {

    private static final double[] LEVELS = {0.1, 0.3, 1, 2, 5};
    private static final int POINTS = 2000;
    private static final double STD = 0.2;
    /** The share of the untrained network's error that may be left after 1,500 steps. */
    private static final double LEFT = 0.125;

    @TempDir
    private Path folder;

    private static List<Component> ring() {
        var components = new ArrayList<Component>();
        for (int i = 0; i < 5; i++) {
            double angle = 2 * Math.PI * i / 5;
            components.add(new Component(i + 1, List.of(1.4 * Math.cos(angle), 1.4 * Math.sin(angle)), STD));
        }
        return components;
    }

    private TrainingSpec spec(String objective) throws IOException {
        return TinyRuns.spec(folder, """
                name: mixture
                data: {format: idx, path: none, classes: [all]}
                network: {_class_name: MlpDenoiser, sample_shape: [2], hidden_width: 64, num_blocks: 3}
                objective: {%s}
                optimizer: {learningRate: 0.004, warmupSteps: 50}
                averages: [{type: constant, decay: 0.99}]
                batch: 256
                images: 384000
                profile: f32
                snapshotEvery: 100000
                """.formatted(objective));
    }

    @ParameterizedTest
    @ValueSource(strings = {"type: ddpm-noise", "type: ddpm-noise, weighting: {type: min-snr}",
        "type: ddpm-data, schedule: {name: ddpm-squared-cosine}", "type: v-prediction, schedule: {name: vp-cosine}",
        "type: score-matching", "type: score-matching, schedule: {name: ve}",
        "type: score-matching, weighting: {type: likelihood}", "type: flow-matching",
        "type: flow-matching, time: {distribution: logit-normal}",
        "type: flow-matching, time: {distribution: mode, shift: 2}, weighting: {type: soft-min-snr}", "type: edm",
        "type: edm2"})
    void shouldReachTheExactScore(String objective) throws IOException {
        TrainingSpec spec = spec(objective);
        var task = (TrainingSpec.Task.Denoising) spec.task();
        Dataset data = new MixtureDataset(ring(), 20_000, 5, false);
        Objective chosen = task.objective().objective(data.standardDeviation());
        var untrained = new LinkedHashMap<String, TensorData>();
        for (Parameter parameter : task.network().config().build().parameters()) {
            untrained.put(parameter.name(),
                    new TensorData(parameter.shape(), Initializer.values(parameter, spec.seed())));
        }
        Map<String, TensorData> trained = new Trainer(TinyRuns.TORCH, TinyRuns.THREAD,
                RunFactory.task(spec, data, Teaching.open(spec, TinyRuns.models(Path.of(".")))),
                RunFactory.plan(spec), new Snapshots(folder.resolve("snapshots"), Map.of(), false),
                new TrainingListener() {
                }).run().averages().firstEntry().getValue();

        double[] before = errors(spec, task, chosen, untrained);
        double[] after = errors(spec, task, chosen, trained);
        for (int i = 0; i < LEVELS.length; i++) {
            double ideal = ideal(chosen, time(chosen, LEVELS[i]));
            assertThat(ideal).as("what is measured of the exact network").isLessThan(1e-6 * before[i]);
            assertThat(after[i]).as("at sigma/alpha = " + LEVELS[i] + ", untrained " + before[i])
                    .isLessThan(ideal + LEFT * (before[i] - ideal));
        }
    }

    /** The error of the score that a network's output stands for, at each level, on the same points for all. */
    private static double[] errors(TrainingSpec spec, TrainingSpec.Task.Denoising task, Objective objective,
            Map<String, TensorData> weights) {
        var card = ModelCards.untrained(spec, task, 1);
        return TinyRuns.THREAD.call(() -> {
            double[] errors = new double[LEVELS.length];
            try (LoadedModel model = LoadedModel.load(TinyRuns.TORCH,
                    new Checkpoint(card, task.network().config(), weights), NumericProfile.FLOAT32)) {
                for (int level = 0; level < LEVELS.length; level++) {
                    double t = time(objective, LEVELS[level]);
                    errors[level] = error(objective, t,
                            (inputs, times) -> model
                                    .evaluate(InputTable.of(POINTS).with(InputNames.X, inputs).with(InputNames.TIME,
                                            times)));
                }
            }
            return errors;
        });
    }

    /** The error of the network that is exact: the measurement's own. */
    private static double ideal(Objective objective, double t) {
        Network network = new GaussianMixtureModel(objective.schedule(), ring()).network(objective.prediction(),
                objective.preconditioning(), objective.timeInput());
        return error(objective, t, (inputs, times) -> {
            float[] outputs = new float[inputs.length];
            double[] output = new double[2];
            for (int i = 0; i < times.length; i++) {
                network.evaluate(new double[]{inputs[2 * i], inputs[2 * i + 1]},
                        NetworkInputs.at(objective.timeInput().of(objective.schedule(), t)), output);
                outputs[2 * i] = (float) output[0];
                outputs[2 * i + 1] = (float) output[1];
            }
            return outputs;
        });
    }

    private static double time(Objective objective, double level) {
        return objective.schedule().timeOfHalfLogSnr(-Math.log(level));
    }

    /** Rows of a network: inputs {@code [POINTS,2]} and its times to outputs {@code [POINTS,2]}. */
    private interface Rows {
        float[] evaluate(float[] inputs, float[] times);
    }

    private static double error(Objective objective, double t, Rows network) {
        NoiseSchedule schedule = objective.schedule();
        var exact = new GaussianMixtureModel(schedule, ring());
        var random = new SplittableRandom(9);
        float[] inputs = new float[2 * POINTS];
        float[] times = new float[POINTS];
        double[][] points = new double[POINTS][2];
        var data = new MixtureDataset(ring(), POINTS, 9, false);
        float[] clean = new float[2];
        for (int i = 0; i < POINTS; i++) {
            data.copy(i, clean, 0);
            for (int j = 0; j < 2; j++) {
                points[i][j] = schedule.alpha(t) * clean[j] + schedule.sigma(t) * random.nextGaussian();
                inputs[2 * i + j] = (float) (objective.preconditioning().inputScale(schedule, t) * points[i][j]);
            }
            times[i] = (float) objective.timeInput().of(schedule, t);
        }
        float[] output = network.evaluate(inputs, times);
        Affine toScore = objective.prediction().toScore(schedule, t)
                .after(objective.preconditioning().prediction(schedule, t));
        double sum = 0;
        for (int i = 0; i < POINTS; i++) {
            double[] score = exact.score(points[i], t, Network.NO_LABEL);
            for (int j = 0; j < 2; j++) {
                double off = schedule.sigma(t) * (toScore.apply(points[i][j], output[2 * i + j]) - score[j]);
                sum += off * off / POINTS;
            }
        }
        return sum;
    }
}
