package dev.pathline.trainer.delivery;

import dev.pathline.common.disk.Disk;
import dev.pathline.diffusion.card.TrainingInfo;
import dev.pathline.engine.checkpoint.TensorData;
import dev.pathline.engine.data.Dataset;
import dev.pathline.engine.data.source.DataParts;
import dev.pathline.engine.evaluation.real.RealImages;
import dev.pathline.engine.metrics.Classifier;
import dev.pathline.engine.metrics.ClassifierCard;
import dev.pathline.engine.metrics.ClassifierCheckpoint;
import dev.pathline.engine.torch.Torch;
import dev.pathline.trainer.specification.ModelCards;
import dev.pathline.trainer.specification.TrainingSpec;
import dev.pathline.trainer.specification.fields.SpecException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;

/** A classifier is measured on the test set and put into the folder of metrics, under its name. */
public final class ClassifierDelivery implements Delivery {

    private final Torch torch;
    private final TrainingSpec spec;
    private final TrainingSpec.Task.Classification task;
    private final Dataset train;
    private final Dataset test;
    private final String run;
    private final String gitCommit;
    private final Path target;

    /**
     * A delivery.
     *
     * @param data what the classifier is trained on, and what it is measured on
     * @param run the run's name in the card
     */
    public ClassifierDelivery(Torch torch, TrainingSpec spec, TrainingSpec.Task.Classification task, DataParts data,
            String run, String gitCommit, Path metrics) {
        this.torch = torch;
        this.spec = spec;
        this.task = task;
        this.train = data.train();
        this.test = data.test();
        this.run = run;
        this.gitCommit = gitCommit;
        this.target = metrics.resolve(spec.name());
    }

    @Override
    public void prepare() throws IOException {
        if (Files.exists(target)
                && !ClassifierCheckpoint.read(target).card().training().run().equals(run)) {
            throw new SpecException(target + " holds a classifier that was trained otherwise, and is never overwritten:"
                    + " choose another place with --metrics, or move that one away");
        }
        Disk.requireWritable(target.toAbsolutePath().resolveSibling("."));
    }

    @Override
    public RunResult.Finished deliver(Trained trained) {
        Map<String, TensorData> stored = Delivery.rounded(trained.averages(), spec.store());
        TrainingInfo origin = ModelCards.origin(spec, train, run, gitCommit, trained.step());
        var unmeasured = new ClassifierCheckpoint(card(origin, 0), task.network(), stored);
        unmeasured.requireUsable();
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
        new ClassifierCheckpoint(card(origin, accuracy), task.network(), stored).write(target, spec.store());
        return new RunResult.Finished(null, target, false, summary);
    }

    private ClassifierCard card(TrainingInfo origin, double accuracy) {
        return new ClassifierCard(spec.name(), spec.description(), spec.data().classes(), accuracy, test.size(),
                spec.data().path(), train.sha256(), test.sha256(), origin, 0, "");
    }
}
