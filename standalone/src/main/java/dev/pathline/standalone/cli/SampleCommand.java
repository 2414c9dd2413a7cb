package dev.pathline.standalone.cli;

import dev.pathline.common.port.ModelRegistry.RegisteredModel;
import dev.pathline.diffusion.card.ModelCard;
import dev.pathline.diffusion.noise.PhiloxNoise;
import dev.pathline.diffusion.plan.SamplingPlan;
import dev.pathline.diffusion.planner.Planner;
import dev.pathline.engine.checkpoint.AtomicFiles;
import dev.pathline.engine.checkpoint.Checkpoint;
import dev.pathline.engine.sampling.LoadedModel;
import dev.pathline.engine.sampling.Sampler;
import dev.pathline.engine.torch.ComputeThread;
import dev.pathline.engine.torch.Torch;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
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

    private static final int BATCH = 64;
    private static final String ALL = "all";

    @Parameters(paramLabel = "MODEL", description = "name or name@version")
    private String model = "";

    @Option(names = "--label", paramLabel = "CLASS",
            description = "a class's name or index, or all for one column a class (default: none)")
    private @Nullable String label;

    @Option(names = "--count", paramLabel = "N", defaultValue = "16", description = "how many (default: 16)")
    private int count;

    @Option(names = "--seed", paramLabel = "N", description = "the seed (default: random)")
    private long seed = new SecureRandom().nextInt(Integer.MAX_VALUE);

    @Option(names = "--scale", paramLabel = "N", defaultValue = "1", description = "a pixel's size (default: 1)")
    private int scale;

    @Option(names = {"-o", "--out"}, paramLabel = "FILE",
            description = "a PNG, or with .npy the numbers (default: samples.png)")
    private Path out = Path.of("samples.png");

    @Mixin
    private SamplingOptions sampling = new SamplingOptions();

    @Mixin
    private ModelsOptions models = new ModelsOptions();

    @Mixin
    private DeviceOptions device = new DeviceOptions();

    @Override
    public Integer call() throws IOException {
        if (count < 1 || count > 10_000) {
            throw new IllegalArgumentException("--count must be 1 to 10000, not " + count);
        }
        if (scale < 1 || scale > 32) {
            throw new IllegalArgumentException("--scale must be 1 to 32, not " + scale);
        }
        RegisteredModel registered = models.resolve(model);
        Checkpoint checkpoint = Checkpoint.read(registered.directory());
        ModelCard card = checkpoint.card();
        var file = new SampleFile(card, out, scale);
        int[] labels = labels(card);
        SamplingPlan plan = Planner.plan(card,
                sampling.settings(label != null));
        long start = System.nanoTime();
        List<float[]> samples = sample(checkpoint, plan, labels);
        double seconds = (System.nanoTime() - start) / 1e9;
        int columns = everyClass() ? card.classes().size() : 0;
        AtomicFiles.write(out, file.encode(samples, labels, columns, text(registered, plan)));
        System.out.printf(Locale.ROOT, "%s: %d sample(s), seed %d, %s, %d steps, %.1f s%n", out, count, seed,
                plan.solver(), plan.steps(), seconds);
        return 0;
    }

    private List<float[]> sample(Checkpoint checkpoint, SamplingPlan plan, int[] labels) {
        Torch torch = device.open();
        try (ComputeThread thread = device.thread()) {
            return thread.call(() -> {
                try (LoadedModel loaded = LoadedModel.load(torch, checkpoint, device.profile(torch))) {
                    return new Sampler(loaded, new PhiloxNoise(), BATCH).sample(plan, labels, seed);
                }
            });
        }
    }

    private boolean everyClass() {
        return ALL.equals(label);
    }

    private int[] labels(ModelCard card) {
        int[] labels = new int[count];
        if (everyClass()) {
            if (card.classes().isEmpty()) {
                throw new IllegalArgumentException(model + " has no classes: leave --label out");
            }
            Arrays.setAll(labels, i -> i % card.classes().size());
        } else {
            Arrays.fill(labels, label == null ? card.classes().size() : card.labelIndex(label));
        }
        return labels;
    }

    private Map<String, String> text(RegisteredModel registered, SamplingPlan plan) {
        var text = new LinkedHashMap<String, String>();
        text.put("model", registered.reference());
        if (label != null) {
            text.put("label", label);
        }
        text.put("seed", Long.toString(seed));
        text.put("solver", plan.solver());
        text.put("steps", Integer.toString(plan.steps()));
        text.put("cfgScale", Double.toString(plan.cfgScale()));
        return text;
    }
}
