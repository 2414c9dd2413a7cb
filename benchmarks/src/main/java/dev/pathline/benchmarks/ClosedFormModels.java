package dev.pathline.benchmarks;

import dev.pathline.diffusion.card.ModelCard;
import dev.pathline.diffusion.card.ModelKind;
import dev.pathline.diffusion.card.SamplingDefaults;
import dev.pathline.diffusion.card.TrainingInfo;
import dev.pathline.diffusion.model.GaussianMixtureModel.Component;
import dev.pathline.diffusion.prediction.Prediction;
import dev.pathline.diffusion.schedule.NoiseSchedule;
import dev.pathline.diffusion.schedule.RectifiedFlow;
import dev.pathline.diffusion.schedule.VpLinear;
import dev.pathline.engine.checkpoint.MixtureCheckpoints;
import dev.pathline.engine.checkpoint.StoredType;
import java.nio.file.Path;
import java.util.List;

/**
 * Writes the models whose samples are known exactly, {@code gaussian-2d} and {@code mixture-2d}: a server is measured on
 * them with the truth beside it.
 *
 * <p>Usage: {@code ClosedFormModels MODELS}, the folder of the models. What is there already is not overwritten.
 */
public final class ClosedFormModels {

    private static final TrainingInfo ORIGIN = new TrainingInfo("", "a closed form, not trained", 0, "",
            "benchmarks/run ClosedFormModels models");

    private ClosedFormModels() {}

    /** Writes the checkpoints. */
    public static void main(String[] args) {
        if (args.length != 1) {
            System.err.println("usage: ClosedFormModels MODELS");
            System.exit(2);
        }
        Path models = Path.of(args[0]);
        write(models, card("gaussian-2d", VpLinear.DEFAULT, "A Gaussian of the plane, mean (0.3, -0.7), standard"
                + " deviation 0.5: the exact posterior mean as a network."),
                List.of(new Component(1, List.of(0.3, -0.7), 0.5)));
        write(models, card("mixture-2d", RectifiedFlow.DEFAULT, "Two Gaussians of the plane, 40% at (1, 0.5) and 60% at"
                + " (-0.8, -0.6), standard deviations 0.5 and 0.7: the exact posterior mean as a network.")
                .withClasses(List.of("right", "left"), true)
                .withDefaults(new SamplingDefaults("dpm-solver++-2m", 20, "time", 1)),
                List.of(new Component(0.4, List.of(1.0, 0.5), 0.5), new Component(0.6, List.of(-0.8, -0.6), 0.7)));
    }

    private static ModelCard card(String name, NoiseSchedule schedule, String description) {
        return ModelCard.of(name, ModelKind.DIFFUSION, List.of(2), schedule.spec(), Prediction.DATA).withVersion("1")
                .withDescription(description).withTraining(ORIGIN);
    }

    private static void write(Path models, ModelCard card, List<Component> components) {
        Path folder = models.resolve(card.name()).resolve(card.version());
        System.out.println(folder + ": " + MixtureCheckpoints.of(card, components).write(folder, StoredType.F32)
                .parameters() + " parameters");
    }
}
