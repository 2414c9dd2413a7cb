package dev.pathline.trainer;

import dev.pathline.diffusion.card.TrainingInfo;
import dev.pathline.engine.checkpoint.TensorData;
import dev.pathline.engine.data.Split;
import dev.pathline.engine.data.Dataset;
import dev.pathline.engine.metrics.Classifier;
import dev.pathline.engine.metrics.ClassifierCard;
import dev.pathline.engine.metrics.ClassifierCheckpoint;
import dev.pathline.engine.torch.Torch;
import dev.pathline.trainer.evaluation.RealImages;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;

/** A classifier is measured on the test set and put into the folder of metrics, under its name. */
final class ClassifierDelivery implements Delivery {

    private final Torch torch;
    private final TrainingSpec spec;
    private final TrainingSpec.Task.Classification task;
    private final TrainingInfo origin;
    private final String trainHash;
    private final Path target;

    ClassifierDelivery(Torch torch, TrainingSpec spec, TrainingSpec.Task.Classification task, TrainingInfo origin,
            String trainHash, Path metrics) {
        this.torch = torch;
        this.spec = spec;
        this.task = task;
        this.origin = origin;
        this.trainHash = trainHash;
        this.target = metrics.resolve(spec.name());
    }

    @Override
    public void prepare() throws IOException {
        if (Files.exists(target)
                && !ClassifierCheckpoint.read(target).card().training().run().equals(origin.run())) {
            throw new SpecException(target + " holds a classifier that was trained otherwise, and is never overwritten:"
                    + " choose another place with --metrics, or move that one away");
        }
        RunFolders.requireWritable(target.toAbsolutePath().resolveSibling("."));
    }

    @Override
    public RunResult.Finished deliver(Map<String, TensorData> averages) {
        Map<String, TensorData> stored = Delivery.rounded(averages, spec.store());
        Dataset test = DataReader.open(spec.data(), Split.TEST);
        var unmeasured = new ClassifierCheckpoint(card(test, 0), task.network(), stored);
        double accuracy;
        try (var classifier = new Classifier(torch, unmeasured)) {
            accuracy = new RealImages(test).accuracy(classifier, spec.data().classes().size()).share();
        }
        String summary = String.format(Locale.ROOT, "%s, which calls %.2f%% of %,d test images right", spec.name(),
                100 * accuracy, test.size());
        if (Files.exists(target)) {
            if (Delivery.same(ClassifierCheckpoint.read(target).weights(), stored)) {
                return new RunResult.Finished(null, target, true, summary);
            }
            throw new SpecException("this run ended with " + summary + ", but " + target + " holds the same run with"
                    + " other bits, perhaps of another machine, and is never overwritten: move it away, or choose"
                    + " another place with --metrics, and the same command writes this one");
        }
        new ClassifierCheckpoint(card(test, accuracy), task.network(), stored).write(target, spec.store());
        return new RunResult.Finished(null, target, false, summary);
    }

    private ClassifierCard card(Dataset test, double accuracy) {
        return new ClassifierCard(spec.name(), spec.description(), spec.data().classes(), accuracy, test.size(),
                spec.data().path(), trainHash, test.sha256(), origin, 0, "");
    }
}
