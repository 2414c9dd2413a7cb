package dev.pathline.trainer;

import dev.pathline.diffusion.card.ModelCard;
import dev.pathline.engine.checkpoint.Checkpoint;
import dev.pathline.engine.checkpoint.CheckpointException;
import dev.pathline.engine.checkpoint.StoredType;
import dev.pathline.engine.checkpoint.TensorData;
import dev.pathline.engine.network.NetworkConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** A model becomes the next version in a models folder. */
final class ModelDelivery implements Delivery {

    private final ModelCard card;
    private final NetworkConfig config;
    private final StoredType type;
    private final Path models;

    ModelDelivery(ModelCard card, NetworkConfig config, StoredType type, Path models) {
        this.card = card;
        this.config = config;
        this.type = type;
        this.models = models;
    }

    @Override
    public void prepare() throws IOException {
        RunFolders.requireWritable(models);
    }

    @Override
    public RunResult.Finished deliver(Map<String, TensorData> averages) {
        var versions = new ModelVersions(models, card.name());
        Optional<Path> known = versions.find(card).filter(version -> hasWeights(version, averages));
        if (known.isPresent()) {
            return new RunResult.Finished(known.get(), true, card.name() + ", version " + known.get().getFileName());
        }
        Path target = versions.next();
        ModelCard written = new Checkpoint(card.withVersion(String.valueOf(target.getFileName())), config, averages)
                .write(target, type);
        return new RunResult.Finished(target, false, String.format(Locale.ROOT, "%s, version %s: %,d parameters as %s",
                written.name(), written.version(), written.parameters(), type.name().toLowerCase(Locale.ROOT)));
    }

    private boolean hasWeights(Path version, Map<String, TensorData> averages) {
        try {
            return Delivery.same(Checkpoint.read(version).weights(), Delivery.rounded(averages, type));
        } catch (CheckpointException e) {
            return false;
        }
    }
}
