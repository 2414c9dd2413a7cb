package dev.pathline.api;

import dev.pathline.diffusion.card.ModelCard;
import dev.pathline.diffusion.card.ModelCardJson;
import dev.pathline.diffusion.card.ModelGuidance;
import dev.pathline.diffusion.card.ModelKind;
import dev.pathline.diffusion.card.SamplingDefaults;
import dev.pathline.diffusion.model.GaussianMixtureModel;
import dev.pathline.diffusion.model.Network;
import dev.pathline.diffusion.prediction.Prediction;
import dev.pathline.diffusion.schedule.ScheduleSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Models without weights: mixtures whose components are little pictures. */
final class TestModels {

    private TestModels() {}

    /**
     * Writes a class-conditional picture model with two versions and an alias, an unconditional vector model, and a picture
     * model that guides itself and recommends times.
     */
    static void write(Path root) throws IOException {
        for (String version : List.of("1", "2")) {
            ModelCard stripes = ModelCard.of("stripes", ModelKind.DIFFUSION, List.of(1, 8, 8),
                    ScheduleSpec.of("rectified-flow"), Prediction.VELOCITY)
                    .withClasses(List.of("Rows", "Columns"), true)
                    .withDefaults(new SamplingDefaults("dpm-solver++-2m", 6, null, 2));
            put(root, stripes, version);
        }
        Files.writeString(root.resolve("stripes/aliases.json"), "{\"champion\": \"1\"}");
        put(root, ModelCard.of("blob", ModelKind.DIFFUSION, List.of(2), ScheduleSpec.of("rectified-flow"),
                Prediction.VELOCITY), "1");
        put(root, ModelCard.of("tuned", ModelKind.DIFFUSION, List.of(1, 8, 8), ScheduleSpec.of("rectified-flow"),
                Prediction.VELOCITY).withClasses(List.of("Rows", "Columns"), true)
                .withDefaults(new SamplingDefaults("ddim", 2, "time", 1).withTimes(List.of(1.0, 0.75)))
                .withGuidance(new ModelGuidance.BakedIn(2.5)), "1");
    }

    /** The network that a card's model would have if it were perfect. */
    static Network network(ModelCard card) {
        List<GaussianMixtureModel.Component> components = new ArrayList<>();
        for (int k = 0; k < Math.max(1, card.classes().size()); k++) {
            List<Double> mean = new ArrayList<>();
            for (int i = 0; i < card.dimension(); i++) {
                int line = k == 0 ? i / 8 : i % 8;
                mean.add(line % 2 == 0 ? 0.8 : -0.8);
            }
            components.add(new GaussianMixtureModel.Component(1, mean, 0.1));
        }
        return new GaussianMixtureModel(card.noiseSchedule(), components).network(card.prediction(),
                card.preconditioning(), card.timeInput());
    }

    private static void put(Path root, ModelCard card, String version) throws IOException {
        Path directory = Files.createDirectories(root.resolve(card.name()).resolve(version));
        ModelCardJson.write(card, directory.resolve("pathline.json"));
    }
}
