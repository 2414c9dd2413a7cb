package dev.pathline.common.testing;

import dev.pathline.common.model.Lineage;
import dev.pathline.common.port.ModelStore;
import dev.pathline.diffusion.card.ModelCard;
import dev.pathline.diffusion.card.ModelCardJson;
import dev.pathline.diffusion.card.ModelKind;
import dev.pathline.diffusion.card.TrainingInfo;
import dev.pathline.diffusion.prediction.Prediction;
import dev.pathline.diffusion.schedule.ScheduleSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Checkpoints without meaning. */
public final class Models {

    /** The file of the weights. */
    public static final String WEIGHTS = "unet/diffusion_pytorch_model.safetensors";

    /** A lineage with something in every field. */
    public static final Lineage LINEAGE = new Lineage("run-1", "shoes.idx", "ab".repeat(32), "name: shoes\nseed: 7\n",
            "0123456789abcdef", "teacher@4", "cd".repeat(32), "cmt", Map.of("frechet", 0.25));

    private Models() {}

    /** A card of a model. */
    public static ModelCard card(String name) {
        return ModelCard.of(name, ModelKind.DIFFUSION, List.of(1, 8, 8), ScheduleSpec.of("rectified-flow"),
                Prediction.VELOCITY);
    }

    /** A model whose weights are a text. */
    public static ModelStore.NewModel model(String name, String weights) {
        return model(name, null, weights, "");
    }

    /** A model with a wanted version, or null, from a commit. */
    public static ModelStore.NewModel model(String name, String version, String weights, String commit) {
        ModelCard card = card(name).withTraining(new TrainingInfo("run-1", "shoes.idx", 60, commit, "spec.yaml"));
        return new ModelStore.NewModel(name, version, folder -> write(folder, card, weights), LINEAGE);
    }

    /** Writes a checkpoint. */
    public static void write(Path folder, ModelCard card, String weights) throws IOException {
        Files.createDirectories(folder.resolve("unet"));
        Files.writeString(folder.resolve(WEIGHTS), weights);
        ModelCardJson.write(card, folder.resolve("pathline.json"));
    }
}
