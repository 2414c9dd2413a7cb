package dev.pathline.trainer.run;

import dev.pathline.common.image.ContactSheet;
import dev.pathline.common.image.Png;
import dev.pathline.common.image.Raster;
import dev.pathline.diffusion.card.ModelCard;
import dev.pathline.diffusion.noise.PhiloxNoise;
import dev.pathline.diffusion.plan.SamplingPlan;
import dev.pathline.diffusion.planner.Planner;
import dev.pathline.diffusion.planner.SamplingSettings;
import dev.pathline.engine.checkpoint.AtomicFiles;
import dev.pathline.engine.checkpoint.Checkpoint;
import dev.pathline.engine.checkpoint.TensorData;
import dev.pathline.engine.network.NetworkConfig;
import dev.pathline.engine.sampling.LoadedModel;
import dev.pathline.engine.sampling.Sampler;
import dev.pathline.engine.script.NumericProfile;
import dev.pathline.engine.torch.Torch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Sheets of samples that show a training's progress: one column a class, always from the same noise, with the settings
 * that a request without settings will get. Use on the compute thread only.
 */
final class SampleSheets {

    private static final int ROWS = 4;
    private static final int COLUMNS_WITHOUT_CLASSES = 8;
    private static final long SEED = 1;

    private final Torch torch;
    private final ModelCard card;
    private final NetworkConfig config;
    private final NumericProfile profile;
    private final Path folder;

    SampleSheets(Torch torch, ModelCard card, NetworkConfig config, NumericProfile profile, Path folder) {
        this.torch = torch;
        this.card = card;
        this.config = config;
        this.profile = profile;
        this.folder = folder;
    }

    /**
     * Samples and writes {@code step-N.png}.
     *
     * @throws IOException if the file cannot be written
     * @throws RuntimeException if sampling fails
     */
    Path write(long step, Map<String, TensorData> weights) throws IOException {
        int columns = card.conditional() ? card.classes().size() : COLUMNS_WITHOUT_CLASSES;
        int[] labels = new int[ROWS * columns];
        for (int i = 0; i < labels.length; i++) {
            labels[i] = i % columns;
        }
        SamplingPlan plan = Planner.plan(card, SamplingSettings.defaults(card.conditional()));
        var pictures = new ArrayList<Raster>();
        try (LoadedModel model = LoadedModel.load(torch, new Checkpoint(card, config, weights), profile)) {
            List<Integer> shape = card.shape();
            for (float[] sample : new Sampler(model, new PhiloxNoise(), labels.length).sample(plan, labels, SEED)) {
                pictures.add(Raster.ofSample(sample, shape.get(0), shape.get(1), shape.get(2)));
            }
        }
        Files.createDirectories(folder);
        Path file = folder.resolve("step-" + step + ".png");
        AtomicFiles.write(file, Png.encode(ContactSheet.of(pictures, columns)));
        return file;
    }
}
