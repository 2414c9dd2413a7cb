package dev.pathline.standalone.cli;

import dev.pathline.common.port.ModelRegistry.RegisteredModel;
import dev.pathline.engine.checkpoint.Checkpoint;
import dev.pathline.engine.measure.ModelTimer;
import dev.pathline.engine.measure.ProfileAdvisor;
import dev.pathline.engine.measure.ProfileCheck;
import dev.pathline.engine.measure.SteadySizes;
import dev.pathline.engine.measure.ResidentMemory;
import dev.pathline.engine.measure.Timing;
import dev.pathline.engine.sampling.LoadedModel;
import dev.pathline.engine.script.NumericProfile;
import dev.pathline.engine.script.ProfileChoice;
import dev.pathline.engine.torch.ComputeThread;
import dev.pathline.engine.torch.Torch;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
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
            "",
            "The profile of a server does not follow from these figures: it is chosen by what the processor and the network",
            "are, so that each start gives the same images. --keep lets the fastest of the measured profiles (its error below",
            "10 %%, at least 5 %% faster than f32) be the model's from then on, at the next start of a server; the images change",
            "with it. --forget takes that back. Close other programs first: a busy core halves the result."})
final class BenchCommand implements Callable<Integer> {

    private static final int MAX_BATCH = 4096;
    private static final double MAX_SECONDS = 3600;

    /** A profile other than the reference must be worth its rounding. */
    private static final double WORTH_IT = 1.05;

    @Parameters(paramLabel = "MODEL", description = "name or name@version")
    private String model = "";

    @Option(names = "--batch", paramLabel = "N", split = ",", defaultValue = "1,4,16,64",
            description = "rows of one evaluation, separated by commas (default: ${DEFAULT-VALUE})")
    private List<Integer> batches = List.of();

    @Option(names = "--seconds", paramLabel = "S", defaultValue = "2",
            description = "how long each of a row's two measurements goes on (default: ${DEFAULT-VALUE})")
    private double seconds;

    @ArgGroup
    private Keeping keeping = new Keeping();

    @Mixin
    private ModelsOptions models = new ModelsOptions();

    @Mixin
    private DeviceOptions device = new DeviceOptions();

    /** What becomes of the result. */
    static final class Keeping {

        @Option(names = "--keep",
                description = "let the fastest measured profile be the one that the model is computed in on processors"
                        + " like this one")
        private boolean keep;

        @Option(names = "--forget", description = "measure, and let the rule choose the model's profile again")
        private boolean forget;
    }

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
                Map<NumericProfile, Measured> measured = measure(torch, checkpoint, profiles, table);
                System.out.print(BenchTable.errors(errors(measured)));
                decide(registered.name(), device.advisor(torch), measured);
                System.out.print(choice(torch, registered.name(), checkpoint));
                return 0;
            });
        }
        return 0;
    }

    /**
     * What is known of a profile.
     *
     * @param error the relative error of its numbers
     * @param secondsARow the sum of its times over the batch sizes, each by the row
     */
    private record Measured(double error, double secondsARow) {}

    private Map<NumericProfile, Measured> measure(Torch torch, Checkpoint checkpoint, List<NumericProfile> profiles,
            BenchTable table) {
        var measured = new LinkedHashMap<NumericProfile, Measured>();
        var check = new ProfileCheck(torch, checkpoint);
        for (NumericProfile profile : profiles) {
            try (LoadedModel loaded = LoadedModel.load(torch, checkpoint, profile)) {
                // A network that keeps to float32 has the same profile twice.
                if (!measured.containsKey(loaded.profile())) {
                    double error = check.error(loaded);
                    measured.put(loaded.profile(), new Measured(error, rows(loaded, table)));
                }
            }
        }
        return measured;
    }

    private static Map<String, Double> errors(Map<NumericProfile, Measured> measured) {
        var errors = new LinkedHashMap<String, Double>();
        measured.forEach((profile, one) -> {
            if (one.error() != 0) {
                errors.put(profile.name(), one.error());
            }
        });
        return errors;
    }

    private void decide(String name, ProfileAdvisor advisor, Map<NumericProfile, Measured> measured) {
        if (keeping.forget) {
            advisor.forget(name);
        }
        if (keeping.keep) {
            advisor.keep(name, best(measured), LocalDate.now(ZoneId.systemDefault()));
        }
    }

    /** The fastest whose numbers are near enough; the reference, where it was measured, unless another one is worth it. */
    private static NumericProfile best(Map<NumericProfile, Measured> measured) {
        Map.Entry<NumericProfile, Measured> fastest = measured.entrySet().stream()
                .filter(one -> one.getValue().error() < ProfileCheck.LARGEST_ERROR)
                .min(Comparator.comparingDouble(one -> one.getValue().secondsARow()))
                .orElseThrow(() -> new IllegalStateException(
                        "none of the measured profiles is near enough to f32 to be kept"));
        Measured reference = measured.get(NumericProfile.FLOAT32);
        return reference != null && reference.secondsARow() < WORTH_IT * fastest.getValue().secondsARow()
                ? NumericProfile.FLOAT32
                : fastest.getKey();
    }

    private String choice(Torch torch, String name, Checkpoint checkpoint) {
        ProfileAdvisor advisor = device.advisor(torch);
        ProfileChoice choice = advisor.choose(name, checkpoint.config());
        try (LoadedModel model = LoadedModel.load(torch, checkpoint, choice.profile())) {
            return BenchTable.choice(choice, advisor.steadySizes(checkpoint, model, SteadySizes.LARGEST));
        }
    }

    /** Measures a profile, and returns the sum of the seconds of a row over the batch sizes. */
    private double rows(LoadedModel loaded, BenchTable table) {
        double sum = 0;
        var timer = new ModelTimer(loaded, Duration.ofNanos(Math.round(seconds * 1e9)));
        for (int batch : batches) {
            ResidentMemory.reset();
            Timing evaluation = timer.evaluation(batch);
            Timing tick = timer.tick(batch);
            sum += evaluation.seconds() / batch;
            System.out.print(table.row(loaded.profile().name(), batch, evaluation, tick, ResidentMemory.peak()));
            System.out.flush();
        }
        return sum;
    }
}
