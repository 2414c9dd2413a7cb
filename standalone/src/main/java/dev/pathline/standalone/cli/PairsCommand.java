package dev.pathline.standalone.cli;

import dev.pathline.common.port.ModelRegistry.RegisteredModel;
import dev.pathline.diffusion.planner.IdleSetting;
import dev.pathline.diffusion.planner.SamplingSettings;
import dev.pathline.engine.checkpoint.Checkpoint;
import dev.pathline.engine.checkpoint.ModelIdentity;
import dev.pathline.engine.data.trajectory.StateType;
import dev.pathline.engine.data.trajectory.TrajectoryMaker;
import dev.pathline.engine.data.trajectory.TrajectoryOrder;
import dev.pathline.engine.script.NumericProfile;
import dev.pathline.engine.torch.ComputeThread;
import dev.pathline.engine.torch.Torch;
import dev.pathline.engine.training.WriteFailure;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code pathline pairs MODEL}. */
@Command(name = "pairs", mixinStandardHelpOptions = true,
        description = "Make pairs of noise and sample, or whole trajectories, of a model to distil it from. What was"
                + " interrupted goes on where it was.",
        footer = {"",
            "Trajectory i is sample i of a request with the same seed and settings; classes take turns. A specification",
            "reads them by data: {format: trajectories, path: FOLDER}.", "",
            "Exit codes: 0 done; 1 failed; 2 wrong usage; 130 stopped by Ctrl-C, 143 by SIGTERM, both with what is done kept."})
final class PairsCommand implements Callable<Integer> {

    private static final int INTERRUPTED = 130;

    @Parameters(paramLabel = "MODEL", description = "name or name@version")
    private String model = "";

    @Option(names = "--count", paramLabel = "N", required = true, description = "how many")
    private int count;

    @Option(names = "--states", paramLabel = "K", defaultValue = "2",
            description = "states that are kept of each, the noise and the sample among them, evenly over the steps: 2 for"
                    + " pairs, one more than the steps for all (default: ${DEFAULT-VALUE})")
    private int states;

    @Option(names = "--seed", paramLabel = "N", required = true, description = "the seed of the noise")
    private long seed;

    @Option(names = "--store", paramLabel = "TYPE", defaultValue = "f16",
            description = "f16 or f32: how states are stored (default: ${DEFAULT-VALUE})")
    private StateType store = StateType.F16;

    @Option(names = {"-o", "--out"}, paramLabel = "FOLDER", required = true, description = "the folder of the result")
    private Path folder = Path.of("");

    @Mixin
    private SamplingOptions sampling = new SamplingOptions();

    @Mixin
    private ModelsOptions models = new ModelsOptions();

    @Mixin
    private DeviceOptions device = new DeviceOptions();

    @Override
    public Integer call() throws IOException {
        if (sampling.noiseFile() != null) {
            throw new IllegalArgumentException("--noise FILE.npy is for samples; trajectories start from a --seed");
        }
        Folders.require("-o", folder);
        RegisteredModel registered = models.resolve(model);
        Checkpoint checkpoint = Checkpoint.read(models.open(registered));
        SamplingSettings settings = sampling.settings(checkpoint.card().conditional());
        var order = new TrajectoryOrder(settings, states, count, seed, store);
        IdleSetting.of(checkpoint.card(), settings, order.plan(checkpoint.card()))
                .forEach(idle -> System.err.println("pathline pairs: " + idle.reason()));
        var progress = new PairsProgress(System.out, Terminal.isInteractive());
        Torch torch = device.open();
        NumericProfile profile = device.options().profileOf(checkpoint.card().name(), checkpoint, torch);
        StopSignal signal = StopSignal.on(progress::stop);
        try (ComputeThread thread = device.thread()) {
            ModelIdentity teacher = ModelIdentity.of(registered.reference(), checkpoint);
            boolean complete = thread.call(() -> {
                try {
                    return TrajectoryMaker.make(torch, folder, teacher, checkpoint, profile, order, device.threads(),
                            progress);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
            return report(complete, progress);
        } catch (UncheckedIOException e) {
            throw new IOException(folder + " cannot be written: " + WriteFailure.reason(e.getCause()) + "; "
                    + progress.done() + " of " + count + " are kept, and the same command goes on from there", e);
        } finally {
            signal.release();
        }
    }

    private int report(boolean complete, PairsProgress progress) {
        progress.line(complete
                ? String.format(Locale.ROOT, "written: %s, %,d trajectories of %d states", folder, count, states)
                : String.format(Locale.ROOT, "stopped after %,d of %,d; the same command goes on from there",
                        progress.done(), count));
        return complete ? 0 : INTERRUPTED;
    }
}
