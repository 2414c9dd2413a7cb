package dev.pathline.trainer;

import dev.pathline.common.model.Lineage;
import dev.pathline.common.port.ModelRegistry.RegisteredModel;
import dev.pathline.common.port.ModelStore;
import dev.pathline.diffusion.card.ModelCard;
import dev.pathline.diffusion.card.TrainingInfo;
import dev.pathline.engine.checkpoint.Checkpoint;
import dev.pathline.engine.checkpoint.StoredType;
import dev.pathline.engine.checkpoint.TensorData;
import dev.pathline.engine.network.NetworkConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Locale;
import java.util.Map;

/** A model becomes the next version in the registry. */
final class ModelDelivery implements Delivery {

    private final ModelCard card;
    private final NetworkConfig config;
    private final StoredType type;
    private final String dataHash;
    private final String specification;
    private final ModelStore models;

    ModelDelivery(ModelCard card, NetworkConfig config, StoredType type, String dataHash, String specification,
            ModelStore models) {
        this.card = card;
        this.config = config;
        this.type = type;
        this.dataHash = dataHash;
        this.specification = specification;
        this.models = models;
    }

    @Override
    public void prepare() throws IOException {
        models.requireWritable();
    }

    @Override
    public RunResult.Finished deliver(Map<String, TensorData> averages) {
        ModelStore.Registration registration;
        try {
            registration = models.register(new ModelStore.NewModel(card.name(), null,
                    folder -> new Checkpoint(card, config, averages).write(folder, type), lineage()));
        } catch (IOException e) {
            throw new UncheckedIOException("the model " + card.name() + " cannot be registered: " + e.getMessage(), e);
        }
        RegisteredModel model = registration.model();
        return new RunResult.Finished(model.reference(), models.open(model), !registration.created(),
                String.format(Locale.ROOT, "%s, version %s: %,d parameters as %s", model.name(), model.version(),
                        model.card().parameters(), type.name().toLowerCase(Locale.ROOT)));
    }

    private Lineage lineage() {
        TrainingInfo training = card.training();
        return new Lineage(training.run(), training.data(), dataHash, specification, training.gitCommit(), "",
                card.metrics());
    }
}
