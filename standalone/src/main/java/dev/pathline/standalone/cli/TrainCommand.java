package dev.pathline.standalone.cli;

import dev.pathline.trainer.specification.TrainingSpec;
import dev.pathline.trainer.specification.TrainingSpecs;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code pathline train SPEC}. */
@Command(name = "train", mixinStandardHelpOptions = true,
        description = "Train a model. A run that was interrupted goes on where its last snapshot left it.", footer = {
            "", "Exit codes: 0 done; 1 failed; 2 wrong usage; 130 stopped by Ctrl-C, 143 by SIGTERM,",
            "both after a snapshot of the last step."})
final class TrainCommand implements Callable<Integer> {

    @Parameters(paramLabel = "SPEC", description = "the training specification, a YAML file")
    private Path spec = Path.of("");

    @Option(names = "--average", paramLabel = "NAME",
            description = "the average of the weights that becomes the model (default: the first of the specification); of"
                    + " a run that is done it becomes one more version")
    private @Nullable String average;

    @Mixin
    private TrainOptions options = new TrainOptions();

    @Override
    public Integer call() {
        String text = TrainingSpecs.text(spec);
        TrainingSpec read = TrainingSpecs.read(text, spec.toString());
        return options.train(average == null ? read : read.withResult(average), text);
    }
}
