package dev.pathline.trainer.delivery;

import dev.pathline.diffusion.card.ModelCard;
import dev.pathline.engine.checkpoint.Checkpoint;
import dev.pathline.engine.checkpoint.CheckpointException;
import dev.pathline.engine.checkpoint.StoredType;
import dev.pathline.engine.network.NetworkConfig;
import java.nio.file.Files;
import java.nio.file.Path;

/** What a stage of a chain ends with is kept whole in the run's folder: the next stage begins from it. */
public final class StageDelivery implements Delivery {

    private final ModelDelivery model;
    private final NetworkConfig config;
    private final Path folder;

    /**
     * @param model knows the card
     * @param folder where the checkpoint goes
     */
    public StageDelivery(ModelDelivery model, NetworkConfig config, Path folder) {
        this.model = model;
        this.config = config;
        this.folder = folder;
    }

    /** The folder is the run's own, of which it is known already whether it can be written to. */
    @Override
    public void prepare() {}

    /** @throws CheckpointException if the folder has other weights than these */
    @Override
    public RunResult.Finished deliver(Trained trained) {
        ModelCard card = model.card(trained);
        var checkpoint = new Checkpoint(card, config, trained.averages());
        checkpoint.requireUsable();
        boolean there = Files.exists(folder);
        if (!there) {
            checkpoint.write(folder, StoredType.F32);
        } else if (!Delivery.same(Checkpoint.read(folder).weights(), trained.averages())) {
            throw new CheckpointException(
                    folder + " has other weights than the stage's last snapshot: delete the folder,"
                            + " and those of the stages behind it");
        }
        return new RunResult.Finished(null, folder, there, card.name() + " for the next stage");
    }
}
