package dev.pathline.trainer.delivery;

import dev.pathline.common.model.Lineage;
import dev.pathline.common.port.ModelRegistry.RegisteredModel;
import dev.pathline.common.port.ModelStore;
import dev.pathline.diffusion.card.ModelCard;
import dev.pathline.diffusion.card.TrainingInfo;
import dev.pathline.engine.checkpoint.Checkpoint;
import dev.pathline.engine.checkpoint.StoredType;
import dev.pathline.engine.data.Dataset;
import dev.pathline.trainer.specification.ModelCards;
import dev.pathline.trainer.specification.TrainingSpec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Locale;
import java.util.TreeMap;

/** A model becomes the next version in the registry. */
public final class ModelDelivery implements Delivery {

    private final TrainingSpec spec;
    private final TrainingSpec.Task.Denoising task;
    private final Dataset data;
    private final String run;
    private final String gitCommit;
    private final ModelStore models;
    private final Teaching teaching;

    /**
     * @param data what was trained on
     * @param run the run's name in the card
     * @param teaching the models that the run began from and learned from
     */
    public ModelDelivery(TrainingSpec spec, TrainingSpec.Task.Denoising task, Dataset data, String run,
            String gitCommit, ModelStore models, Teaching teaching) {
        this.spec = spec;
        this.task = task;
        this.data = data;
        this.run = run;
        this.gitCommit = gitCommit;
        this.models = models;
        this.teaching = teaching;
    }

    @Override
    public void prepare() throws IOException {
        models.requireWritable();
    }

    @Override
    public RunResult.Finished deliver(Trained trained) {
        ModelCard card = card(trained);
        StoredType type = spec.store();
        var checkpoint = new Checkpoint(card, task.network().config(), trained.averages());
        // Registered, it would be the newest version, and answer nothing.
        checkpoint.requireUsable();
        ModelStore.Registration registration;
        try {
            registration = models.register(new ModelStore.NewModel(card.name(), null,
                    folder -> checkpoint.write(folder, type), lineage(card)));
        } catch (IOException e) {
            throw new UncheckedIOException("the model " + card.name() + " cannot be registered: " + e.getMessage(), e);
        }
        RegisteredModel model = registration.model();
        return new RunResult.Finished(model.reference(), models.open(model), !registration.created(),
                String.format(Locale.ROOT, "%s, version %s: %,d parameters as %s", model.name(), model.version(),
                        model.card().parameters(), type.name().toLowerCase(Locale.ROOT)));
    }

    /** Returns the card of the result. */
    ModelCard card(Trained trained) {
        var metrics = new TreeMap<>(trained.measured());
        metrics.put(ModelCards.SIGMA_DATA, data.standardDeviation());
        return ModelCards.untrained(spec, task, teaching.known(data.standardDeviation(), spec.steps()))
                .withTraining(teaching.origin(ModelCards.origin(spec, data, run, gitCommit, trained.step())))
                .withMetrics(metrics);
    }

    private Lineage lineage(ModelCard card) {
        TrainingInfo training = card.training();
        return new Lineage(training.run(), training.data(), data.sha256(), spec.source().text(), training.gitCommit(),
                training.teacher(), training.teacherSha256(), training.method(), card.metrics());
    }
}
