package dev.pathline.trainer.run;

import dev.pathline.engine.data.Dataset;
import dev.pathline.trainer.delivery.Teaching;
import dev.pathline.engine.network.SmallConvNet;
import dev.pathline.engine.training.ClassificationTask;
import dev.pathline.engine.training.DenoisingTask;
import dev.pathline.engine.training.TrainingPlan;
import dev.pathline.engine.training.TrainingTask;
import dev.pathline.trainer.specification.TrainingSpec;
import dev.pathline.trainer.specification.fields.SpecException;
import java.util.Locale;

/** Makes the parts of a run from its specification, and says what does not fit before anything starts. */
final class RunFactory {

    private static final long REPORT_EVERY = 10;

    private RunFactory() {}

    /**
     * Returns what is trained.
     *
     * @param teaching the models that the run begins from and learns from
     * @throws SpecException if the parts do not fit
     */
    static TrainingTask task(TrainingSpec spec, Dataset data, Teaching teaching) {
        try {
            return switch (spec.task()) {
                case TrainingSpec.Task.Denoising task -> new DenoisingTask(
                        task.network().training(spec.data().augmentation().labels()),
                        task.network().config().build().parameters(),
                        task.objective().objective(teaching.known(data.standardDeviation(), spec.steps())), data,
                        spec.data().augmentation(),
                        spec.batch(),
                        task.network().labels() == 0 ? -1 : spec.data().classes().size(), task.labelDropout(),
                        spec.seed(), teaching.evaluated());
                case TrainingSpec.Task.Classification task -> new ClassificationTask(
                        SmallConvNet.build(task.network()), data, spec.batch(), task.labelSmoothing(),
                        spec.data().augmentation(), spec.seed());
            };
        } catch (IllegalArgumentException e) {
            throw new SpecException("network and data do not fit: " + e.getMessage(), e);
        }
    }

    /**
     * Finds out whether the weights of a run fit into memory, before hours are spent on reading data: each is kept with its
     * gradient, two moments and its averages, in float32.
     *
     * @param bytes the memory of the device
     * @throws SpecException if they do not
     */
    static void requireMemory(TrainingSpec spec, long bytes) {
        long parameters = switch (spec.task()) {
            case TrainingSpec.Task.Denoising task -> task.network().config().build().parameterCount();
            case TrainingSpec.Task.Classification task -> SmallConvNet.build(task.network()).parameterCount();
        };
        long needed = parameters * Float.BYTES * (4 + spec.averages().size());
        if (needed > bytes) {
            throw new SpecException(String.format(Locale.ROOT, "network has %,d parameters, which need %.1f GB with"
                    + " gradients, moments and averages, and there are %.1f GB: make it smaller", parameters,
                    needed / 1e9, bytes / 1e9));
        }
    }

    /** Returns how it is trained. */
    static TrainingPlan plan(TrainingSpec spec) {
        return new TrainingPlan(spec.budget(), spec.learningRate(), spec.optimizer(), spec.averages(),
                spec.microBatches(), spec.profile(), spec.seed(), spec.snapshotEvery(), REPORT_EVERY)
                .withLossLimit(spec.lossLimit());
    }
}
