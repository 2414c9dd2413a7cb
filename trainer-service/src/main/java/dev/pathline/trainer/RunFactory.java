package dev.pathline.trainer;

import dev.pathline.engine.data.DataException;
import dev.pathline.engine.data.IdxFiles;
import dev.pathline.engine.data.ImageDataset;
import dev.pathline.engine.graph.Network;
import dev.pathline.engine.network.UNet2D;
import dev.pathline.engine.network.UNet2DConfig;
import dev.pathline.engine.network.UNet2DConfigJson;
import dev.pathline.engine.script.NumericProfile;
import dev.pathline.engine.script.TrainingProgram.AdamW;
import dev.pathline.engine.training.DenoisingTask;
import dev.pathline.engine.training.FlowMatching;
import dev.pathline.engine.training.LearningRate;
import dev.pathline.engine.training.MovingAverage;
import dev.pathline.engine.training.Objective;
import dev.pathline.engine.training.TimeDistribution;
import dev.pathline.engine.training.TrainingPlan;
import java.nio.file.Path;

/** Makes the parts of a run from its specification, and says what does not fit before anything starts. */
final class RunFactory {

    private static final long REPORT_EVERY = 10;

    private final TrainingSpec spec;

    RunFactory(TrainingSpec spec) {
        this.spec = spec;
    }

    /** Reads the data set. */
    ImageDataset data(IdxFiles.Split split) {
        if (!spec.data().format().equals("idx")) {
            throw new SpecException("data.format is '" + spec.data().format() + "': known is idx");
        }
        ImageDataset data = IdxFiles.read(Path.of(spec.data().path()), split);
        for (int i = 0; i < data.size(); i++) {
            if (data.label(i) >= spec.data().classes().size()) {
                throw new DataException("image " + i + " has class " + data.label(i) + ", but data.classes names "
                        + spec.data().classes().size());
            }
        }
        return data;
    }

    UNet2DConfig networkConfig() {
        try {
            UNet2DConfig config = UNet2DConfigJson.read(spec.network());
            Integer embeds = config.numClassEmbeds();
            int wanted = spec.data().classes().size() + 1;
            if (embeds != null && embeds != wanted) {
                throw new SpecException("network.num_class_embeds is " + embeds + ": " + wanted
                        + " are needed, one a class and one for 'no label'");
            }
            return config;
        } catch (IllegalArgumentException e) {
            throw new SpecException("network." + e.getMessage(), e);
        }
    }

    Objective objective() {
        TrainingSpec.Objective objective = required();
        if (!objective.type().equals("flow-matching")) {
            throw new SpecException("objective.type is '" + objective.type() + "': known is flow-matching");
        }
        return new FlowMatching(switch (objective.time().distribution()) {
            case "uniform" -> new TimeDistribution.Uniform();
            case "logit-normal" ->
                new TimeDistribution.LogitNormal(objective.time().mean(), objective.time().std());
            default -> throw new SpecException("objective.time.distribution is '" + objective.time().distribution()
                    + "': known are uniform and logit-normal");
        });
    }

    DenoisingTask task(UNet2DConfig config, ImageDataset data) {
        Network network = UNet2D.build(config);
        int nullLabel = config.numClassEmbeds() == null ? -1 : spec.data().classes().size();
        return new DenoisingTask(network, objective(), data, spec.batch(), nullLabel, required().labelDropout(),
                spec.seed());
    }

    TrainingPlan plan() {
        TrainingSpec.Optimizer o = spec.optimizer();
        return new TrainingPlan(spec.steps(), new LearningRate(o.learningRate(), o.warmupSteps(), o.finalShare()),
                new AdamW(o.beta1(), o.beta2(), o.epsilon(), o.weightDecay(), o.clipNorm()),
                new MovingAverage(o.emaDecay()), NumericProfile.named(spec.profile()), spec.seed(),
                spec.snapshotEvery(), REPORT_EVERY);
    }

    private TrainingSpec.Objective required() {
        TrainingSpec.Objective objective = spec.objective();
        if (objective == null) {
            throw new SpecException("objective is missing");
        }
        return objective;
    }
}
