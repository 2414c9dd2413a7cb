package dev.pathline.trainer;

import dev.pathline.engine.checkpoint.TensorData;
import dev.pathline.engine.data.IdxFiles;
import dev.pathline.engine.data.ImageDataset;
import dev.pathline.engine.network.UNet2DConfig;
import dev.pathline.engine.torch.ComputeThread;
import dev.pathline.engine.torch.Torch;
import dev.pathline.engine.training.DenoisingTask;
import dev.pathline.engine.training.Snapshots;
import dev.pathline.engine.training.Trainer;
import dev.pathline.engine.training.TrainingListener;
import java.nio.file.Path;
import java.util.Map;

/** One run: reads the data, trains from the newest snapshot to the end of the budget. */
public final class TrainingRun {

    private final TrainingSpec spec;
    private final RunFactory factory;
    private final Path folder;

    /**
     * @param spec what to train
     * @param folder where snapshots and sample sheets go
     */
    public TrainingRun(TrainingSpec spec, Path folder) {
        this.spec = spec;
        this.factory = new RunFactory(spec);
        this.folder = folder;
    }

    /** Trains, and returns the averaged weights. */
    public Map<String, TensorData> train(Torch torch, ComputeThread thread, TrainingListener listener) {
        UNet2DConfig config = factory.networkConfig();
        ImageDataset data = factory.data(IdxFiles.Split.TRAIN);
        DenoisingTask task = factory.task(config, data);
        var snapshots = new Snapshots(folder.resolve("snapshots"), TrainingSpecs.sha256(spec) + "-" + task.dataHash());
        return new Trainer(torch, thread, task, factory.plan(), snapshots, listener).run();
    }
}
