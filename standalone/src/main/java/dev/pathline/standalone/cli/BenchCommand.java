package dev.pathline.standalone.cli;

import dev.pathline.common.port.ModelRegistry.RegisteredModel;
import dev.pathline.engine.checkpoint.Checkpoint;
import dev.pathline.engine.measure.ModelTimer;
import dev.pathline.engine.measure.ProfileAdvisor;
import dev.pathline.engine.measure.SteadySizes;
import dev.pathline.engine.measure.ResidentMemory;
import dev.pathline.engine.measure.Timing;
import dev.pathline.engine.sampling.LoadedModel;
import dev.pathline.engine.script.NumericProfile;
import dev.pathline.engine.torch.ComputeThread;
import dev.pathline.engine.torch.Torch;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code pathline bench MODEL}. */
@Command(name = "bench", mixinStandardHelpOptions = true,
        description = "Measure a model on this machine: every numeric profile, some batch sizes.",
        footer = {"",
            "ms/eval, evals/s and GFLOP/s are of the network alone, a batch at a time (median of the runs); evals/s counts",
            "rows. images/s is of the whole executor with as many rows under way, by the model's default sampling. peak MiB",
            "is the largest resident memory of the process while the row was measured, JVM and model included.",
            "Close other programs first: libtorch's threads wait for each other, and a busy core halves the result."})
final class BenchCommand implements Callable<Integer> {

    private static final int MAX_BATCH = 4096;
    private static final double MAX_SECONDS = 3600;

    @Parameters(paramLabel = "MODEL", description = "name or name@version")
    private String model = "";

    @Option(names = "--batch", paramLabel = "N", split = ",", defaultValue = "1,4,16,64",
            description = "rows of one evaluation, separated by commas (default: ${DEFAULT-VALUE})")
    private List<Integer> batches = List.of();

    @Option(names = "--seconds", paramLabel = "S", defaultValue = "2",
            description = "how long each of a row's two measurements goes on (default: ${DEFAULT-VALUE})")
    private double seconds;

    @Mixin
    private ModelsOptions models = new ModelsOptions();

    @Mixin
    private DeviceOptions device = new DeviceOptions();

    @Override
    public Integer call() {
        if (!(seconds > 0 && seconds <= MAX_SECONDS)) {
            throw new IllegalArgumentException("--seconds must be more than 0, at most 3600, not " + seconds);
        }
        for (int batch : batches) {
            if (batch < 1 || batch > MAX_BATCH) {
                throw new IllegalArgumentException("--batch must be 1 to " + MAX_BATCH + ", not " + batch);
            }
        }
        RegisteredModel registered = models.resolve(model);
        Checkpoint checkpoint = Checkpoint.read(models.open(registered));
        Torch torch = device.open();
        List<NumericProfile> profiles = device.profiles(torch);
        var table = new BenchTable(registered.reference(), checkpoint);
        System.out.print(table.head(torch.name(), device.threads()));
        try (ComputeThread thread = device.thread()) {
            thread.call(() -> {
                measure(torch, checkpoint, profiles, table);
                System.out.print(advice(torch, checkpoint));
                return 0;
            });
        }
        return 0;
    }

    private void measure(Torch torch, Checkpoint checkpoint, List<NumericProfile> profiles, BenchTable table) {
        var measured = new HashSet<NumericProfile>();
        for (NumericProfile profile : profiles) {
            try (LoadedModel loaded = LoadedModel.load(torch, checkpoint, profile)) {
                // A network that keeps to float32 has the same profile twice.
                if (measured.add(loaded.profile())) {
                    rows(loaded, table);
                }
            }
        }
    }

    private String advice(Torch torch, Checkpoint checkpoint) {
        ProfileAdvisor advisor = device.advisor(torch);
        try (LoadedModel model = LoadedModel.load(torch, checkpoint, advisor.advise(checkpoint).profile())) {
            return BenchTable.advice(model.profile().name(),
                    advisor.steadySizes(checkpoint, model, SteadySizes.LARGEST));
        }
    }

    private void rows(LoadedModel loaded, BenchTable table) {
        var timer = new ModelTimer(loaded, Duration.ofNanos(Math.round(seconds * 1e9)));
        for (int batch : batches) {
            ResidentMemory.reset();
            Timing evaluation = timer.evaluation(batch);
            Timing tick = timer.tick(batch);
            System.out.print(table.row(loaded.profile().name(), batch, evaluation, tick, ResidentMemory.peak()));
            System.out.flush();
        }
    }
}
