package dev.pathline.standalone.cli;

import dev.pathline.common.port.ModelRegistry.RegisteredModel;
import dev.pathline.diffusion.card.ModelCard;
import dev.pathline.diffusion.noise.NoiseSource;
import dev.pathline.diffusion.noise.PhiloxNoise;
import dev.pathline.diffusion.plan.SamplingPlan;
import dev.pathline.diffusion.planner.IdleSetting;
import dev.pathline.diffusion.planner.Planner;
import dev.pathline.diffusion.planner.SamplingSettings;
import dev.pathline.engine.Model;
import dev.pathline.engine.checkpoint.Checkpoint;
import dev.pathline.engine.sampling.SamplerListener;
import dev.pathline.engine.script.NumericProfile;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code pathline sample MODEL}. */
@Command(name = "sample", mixinStandardHelpOptions = true,
        description = "Make samples without a server. The same seed gives the samples that the server gives.")
final class SampleCommand implements Callable<Integer> {

    private static final int DEFAULT_COUNT = 16;
    private static final int MAX_COUNT = 10_000;
    private static final String ALL = "all";

    @Parameters(paramLabel = "MODEL", description = "name or name@version")
    private String model = "";

    @Option(names = "--label", paramLabel = "CLASS",
            description = "a class: an integer is its index, anything else its name, and a number in quotation marks"
                    + " ('\"7\"') a name too; or all for one column a class (default: none)")
    private @Nullable String label;

    @Option(names = "--count", paramLabel = "N",
            description = "how many (default: 16, or as many as --noise FILE.npy has)")
    private @Nullable Integer wantedCount;

    @Option(names = "--seed", paramLabel = "N", description = "the seed (default: random)")
    private @Nullable Long wantedSeed;

    @Option(names = "--scale", paramLabel = "N", defaultValue = "1", description = "a pixel's size (default: 1)")
    private int scale;

    @Option(names = {"-o", "--out"}, paramLabel = "FILE",
            description = "a PNG, with .npy the numbers, or - for a PNG on the standard output (default: samples.png)")
    private Path out = Path.of("samples.png");

    @Mixin
    private SamplingOptions sampling = new SamplingOptions();

    @Mixin
    private ModelsOptions models = new ModelsOptions();

    @Mixin
    private DeviceOptions device = new DeviceOptions();

    @Override
    public Integer call() throws IOException {
        if (scale < 1 || scale > 32) {
            throw new IllegalArgumentException("--scale must be 1 to 32, not " + scale);
        }
        OutputFile output = OutputFile.of("-o", out, List.of(SampleFile.PNG, SampleFile.NUMBERS));
        RegisteredModel registered = models.resolve(model);
        Checkpoint checkpoint = Checkpoint.read(models.open(registered));
        ModelCard card = checkpoint.card();
        var file = new SampleFile(card, output.ending().equals(SampleFile.NUMBERS), scale);
        NoiseFile noiseFile = noiseFile(card);
        int count = count(noiseFile);
        int[] labels = labels(card, count);
        SamplingSettings settings = sampling.settings(label != null);
        SamplingPlan plan = Planner.plan(card, noiseFile == null ? settings : settings.withNoise(null));
        IdleSetting.of(card, settings, plan).forEach(idle -> System.err.println("pathline sample: " + idle.reason()));
        NoiseSource noise = noiseFile == null ? new PhiloxNoise() : noiseFile.source(plan);
        long seed = Objects.requireNonNullElseGet(wantedSeed,
                () -> (long) new SecureRandom().nextInt(Integer.MAX_VALUE));
        long start = System.nanoTime();
        List<float[]> samples;
        NumericProfile profile;
        try (Model loaded = Model.of(checkpoint, noiseFile == null ? device.options() : device.optionsToCompare())) {
            samples = loaded.samples(plan, labels, seed, noise, SamplerListener.NONE);
            profile = loaded.profile();
        }
        double seconds = (System.nanoTime() - start) / 1e9;
        int columns = everyClass() ? card.classes().size() : 0;
        Map.Entry<String, String> origin = noiseFile == null
                ? Map.entry("seed", Long.toString(seed))
                : Map.entry("noise", String.valueOf(sampling.noiseFile()));
        output.write(file.encode(samples, labels, columns, text(registered, settings, plan, origin, profile)));
        (output.isStandardOutput() ? System.err : System.out).printf(Locale.ROOT,
                "%s: %d sample(s), %s %s, %s, %d steps, %.1f s%n", output, count, origin.getKey(), origin.getValue(),
                plan.solver(), plan.steps(), seconds);
        return 0;
    }

    private @Nullable NoiseFile noiseFile(ModelCard card) throws IOException {
        Path path = sampling.noiseFile();
        if (path != null && wantedSeed != null) {
            throw new IllegalArgumentException("--seed and --noise " + path + " exclude each other");
        }
        return path == null ? null : new NoiseFile(path, card);
    }

    private int count(@Nullable NoiseFile noise) {
        int count = Objects.requireNonNullElseGet(wantedCount, () -> noise == null ? DEFAULT_COUNT : noise.count());
        if (count < 1 || count > MAX_COUNT) {
            throw new IllegalArgumentException("--count must be 1 to " + MAX_COUNT + ", not " + count);
        }
        if (noise != null && count > noise.count()) {
            throw new IllegalArgumentException(
                    "--count is " + count + ", but " + sampling.noiseFile() + " has noise for " + noise.count());
        }
        return count;
    }

    private boolean everyClass() {
        return ALL.equals(label);
    }

    private int[] labels(ModelCard card, int count) {
        int[] labels = new int[count];
        if (everyClass()) {
            if (card.classes().isEmpty()) {
                throw new IllegalArgumentException(model + " has no classes: leave --label out");
            }
            Arrays.setAll(labels, i -> i % card.classes().size());
        } else {
            Arrays.fill(labels, label == null ? card.unlabelledIndex() : card.labelIndex(label));
        }
        return labels;
    }

    private Map<String, String> text(RegisteredModel registered, SamplingSettings settings, SamplingPlan plan,
            Map.Entry<String, String> origin, NumericProfile profile) {
        var text = new LinkedHashMap<String, String>();
        text.put("model", registered.reference());
        if (label != null) {
            text.put("label",
                    everyClass() ? ALL : registered.card().classes().get(registered.card().labelIndex(label)));
        }
        text.put(origin.getKey(), origin.getValue());
        text.put("solver", plan.solver());
        text.put("steps", Integer.toString(plan.steps()));
        text.put("timeGrid", plan.timeGrid());
        if (!plan.times().isEmpty()) {
            text.put("times", plan.times().toString());
        }
        text.put("cfgScale", Double.toString(plan.cfgScale()));
        settings.options().forEach((option, value) -> text.put(option.wire(), option.text(value)));
        text.put("profile", profile.name());
        return text;
    }
}
