package dev.pathline.standalone.cli;

import dev.pathline.engine.torch.ComputeThread;
import dev.pathline.engine.torch.Torch;
import dev.pathline.trainer.delivery.RunFolders;
import dev.pathline.trainer.delivery.RunResult;
import dev.pathline.trainer.specification.TrainingSpec;
import dev.pathline.trainer.specification.TrainingSpecs;
import dev.pathline.trainer.runs.CommandLineRun;
import java.nio.file.Path;
import java.time.Clock;
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

    /** What a shell reports of a command that Ctrl-C stopped: 128 and the signal's number. */
    private static final int INTERRUPTED = 130;

    @Parameters(paramLabel = "SPEC", description = "the training specification, a YAML file")
    private Path spec = Path.of("");

    @Option(names = "--runs", paramLabel = "DIR", defaultValue = "${env:PATHLINE_RUNS:-runs}",
            description = "the folder of runs (default: ${DEFAULT-VALUE}; also PATHLINE_RUNS); a server on the same folder"
                    + " shows this one")
    private Path runs = Path.of("runs");

    @Option(names = "--run", paramLabel = "DIR",
            description = "where snapshots and sample sheets go (default: NAME in the folder of runs)")
    private @Nullable Path run;

    @Mixin
    private ModelsOptions models = new ModelsOptions();

    @Option(names = "--metrics", paramLabel = "DIR", defaultValue = "${env:PATHLINE_METRICS:-metrics}",
            description = "where a classifier goes, as DIR/NAME (default: ${DEFAULT-VALUE})")
    private Path metrics = Path.of("metrics");

    @Option(names = "--average", paramLabel = "NAME",
            description = "the average of the weights that becomes the model (default: the first of the specification); of"
                    + " a run that is done it becomes one more version")
    private @Nullable String average;

    @Option(names = "--force", description = "go on from a snapshot although the settings, the data or the code have"
            + " changed since; the result is then no run's that can be repeated")
    private boolean force;

    @Mixin
    private DeviceOptions device = new DeviceOptions();

    @Override
    public Integer call() {
        String text = TrainingSpecs.text(spec);
        TrainingSpec read = TrainingSpecs.read(text, spec.toString());
        Folders.require("--runs", runs);
        Folders.require("--metrics", metrics);
        if (run != null) {
            Folders.require("--run", run);
        }
        TrainingSpec what = average == null ? read : read.withResult(average);
        var folders = new RunFolders(run == null ? runs.resolve(what.name()) : run, models.registry(), metrics);
        var progress = new TrainingProgress(System.out, Terminal.isInteractive());
        var training = new CommandLineRun(what, text, folders, force, Clock.systemUTC(), progress);
        Torch torch = device.open();
        // From here on a signal is answered by a snapshot; before, it ends the process at once.
        StopSignal signal = StopSignal.on(training::stop);
        try (ComputeThread thread = device.thread()) {
            return report(training.run(torch, thread), progress);
        } finally {
            signal.release();
        }
    }

    private int report(RunResult result, TrainingProgress progress) {
        switch (result) {
            case RunResult.Finished done -> {
                progress.line((done.alreadyThere() ? "was there already, bit for bit: " : "written: ") + done.folder());
                progress.line(done.summary());
                return 0;
            }
            case RunResult.Stopped stopped -> {
                progress.line("stopped after step " + stopped.step() + " of " + stopped.steps()
                        + "; the same command goes on from there");
                return INTERRUPTED;
            }
        }
    }
}
