package dev.pathline.standalone.cli;

import dev.pathline.engine.torch.ComputeThread;
import dev.pathline.engine.torch.Torch;
import dev.pathline.trainer.TrainingRun;
import dev.pathline.trainer.TrainingSpec;
import dev.pathline.trainer.TrainingSpecs;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code pathline train SPEC}. */
@Command(name = "train", description = "Train a model. A run that was interrupted goes on where its last snapshot left it.")
final class TrainCommand implements Callable<Integer> {

    @Parameters(paramLabel = "SPEC", description = "the training specification, a YAML file")
    private Path spec = Path.of("");

    @Option(names = "--run", paramLabel = "DIR", description = "where snapshots and sample sheets go (default: runs/NAME)")
    private Path run = Path.of("");

    @Mixin
    private DeviceOptions device = new DeviceOptions();

    @Override
    public Integer call() {
        TrainingSpec what = TrainingSpecs.read(spec);
        Path folder = run.toString().isEmpty() ? Path.of("runs", what.name()) : run;
        Torch torch = device.open();
        try (ComputeThread thread = device.thread()) {
            var progress = new TrainingProgress(System.out, Terminal.isInteractive());
            new TrainingRun(what, folder).train(torch, thread, progress);
        }
        return 0;
    }
}
