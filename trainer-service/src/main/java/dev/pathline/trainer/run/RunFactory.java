package dev.pathline.trainer.run;

import dev.pathline.engine.data.Dataset;
import dev.pathline.engine.network.SmallConvNet;
import dev.pathline.engine.training.ClassificationTask;
import dev.pathline.engine.training.DenoisingTask;
import dev.pathline.engine.training.TrainingPlan;
import dev.pathline.engine.training.TrainingTask;
import dev.pathline.trainer.specification.TrainingSpec;
import dev.pathline.trainer.specification.fields.SpecException;

/** Makes the parts of a run from its specification, and says what does not fit before anything starts. */
final class RunFactory {

    private static final long REPORT_EVERY = 10;

    private RunFactory() {}

    /** Returns what is trained. */
    static TrainingTask task(TrainingSpec spec, Dataset data) {
        try {
            return switch (spec.task()) {
                case TrainingSpec.Task.Denoising task -> new DenoisingTask(
                        task.network().training(spec.data().augmentation().labels()),
                        task.network().config().build().parameters(),
                        task.objective().objective(data.standardDeviation()), data, spec.data().augmentation(),
                        spec.batch(),
                        task.network().labels() == 0 ? -1 : spec.data().classes().size(), task.labelDropout(),
                        spec.seed());
                case TrainingSpec.Task.Classification task -> new ClassificationTask(
                        SmallConvNet.build(task.network()), data, spec.batch(), task.labelSmoothing(),
                        spec.data().augmentation(), spec.seed());
            };
        } catch (IllegalArgumentException e) {
            throw new SpecException("network and data do not fit: " + e.getMessage(), e);
        }
    }

    /** Returns how it is trained. */
    static TrainingPlan plan(TrainingSpec spec) {
        return new TrainingPlan(spec.budget(), spec.learningRate(), spec.optimizer(), spec.averages(),
                spec.microBatches(), spec.profile(), spec.seed(), spec.snapshotEvery(), REPORT_EVERY);
    }
}
