package dev.pathline.standalone.cli;

import dev.pathline.engine.torch.ComputeThread;
import dev.pathline.engine.torch.Torch;
import dev.pathline.trainer.delivery.RunFolders;
import dev.pathline.trainer.delivery.RunResult;
import dev.pathline.trainer.runs.CommandLineRun;
import dev.pathline.trainer.specification.TrainingSpec;
import java.nio.file.Path;
import java.time.Clock;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options that say where and how a run is trained. */
final class TrainOptions {

    /** What a shell reports of a command that Ctrl-C stopped: 128 and the signal's number. */
    private static final int INTERRUPTED = 130;

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

    @Option(names = "--force", description = "go on from a snapshot although the settings, the data or the code have"
            + " changed since; the result is then no run's that can be repeated")
    private boolean force;

    @Mixin
    private DeviceOptions device = new DeviceOptions();

    /** Returns where models are. */
    ModelsOptions models() {
        return models;
    }

    /**
     * Trains.
     *
     * @param text the specification as it was given
     * @return the exit code
     */
    int train(TrainingSpec spec, String text) {
        Folders.require("--runs", runs);
        Folders.require("--metrics", metrics);
        if (run != null) {
            Folders.require("--run", run);
        }
        var folders = new RunFolders(run == null ? runs.resolve(spec.name()) : run, models.registry(), metrics);
        var progress = new TrainingProgress(System.out, Terminal.isInteractive());
        var training = new CommandLineRun(spec, text, folders, force, Clock.systemUTC(), progress);
        Torch torch = device.open();
        // From here on a signal is answered by a snapshot; before, it ends the process at once.
        StopSignal signal = StopSignal.on(training::stop);
        try (ComputeThread thread = device.thread()) {
            return report(training.run(torch, thread), progress);
        } finally {
            signal.release();
        }
    }

    private static int report(RunResult result, TrainingProgress progress) {
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
