package dev.pathline.standalone.cli;

import dev.pathline.diffusion.npy.Npy;
import dev.pathline.diffusion.npy.NpyArray;
import dev.pathline.common.port.ModelRegistry.RegisteredModel;
import dev.pathline.diffusion.card.ModelCard;
import dev.pathline.engine.checkpoint.Checkpoint;
import dev.pathline.engine.sampling.LoadedModel;
import dev.pathline.engine.script.InputTable;
import dev.pathline.engine.torch.ComputeThread;
import dev.pathline.engine.torch.Torch;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code pathline forward MODEL}. */
@Command(name = "forward", mixinStandardHelpOptions = true,
        description = "Evaluate a model's network on given numbers, to compare it with another implementation. Nothing"
                + " is done to the numbers before or after: no schedule, no preconditioning, no guidance.",
        footer = {"",
            "T is the network's own time: what Python gives as 'timestep', not the schedule's t in [0, 1]. The card's",
            "timeInput makes one from the other; between which times the model is sampled is printed with the result."})
final class ForwardCommand implements Callable<Integer> {

    /** Rows of one evaluation; more are evaluated one batch after the other. */
    private static final int BATCH = 64;

    @Parameters(paramLabel = "MODEL", description = "name or name@version")
    private String model = "";

    @Option(names = "--x", paramLabel = "FILE", required = true,
            description = "the network's input: a NumPy array [N, shape...] or [shape...] of float32, float64 or float16")
    private Path x = Path.of("x.npy");

    @Option(names = "--time", paramLabel = "T", split = ",",
            description = "the network's time: one number, or one a row, separated by commas")
    private List<Double> times = List.of();

    @Option(names = "--to", paramLabel = "S", split = ",",
            description = "the network's second time, for flow maps: one number, or one a row")
    private List<Double> targets = List.of();

    @Option(names = "--label", paramLabel = "CLASS", split = ",",
            description = "a class: an integer is its index, anything else its name; or none; one, or one a row (default: none)")
    private List<String> labels = List.of();

    @Option(names = "--input", paramLabel = "NAME=VALUE",
            description = "what else the network takes, by the name that it gives the input: one number, or one a row,"
                    + " separated by commas, or a NumPy array [N, shape...]; may be repeated")
    private Map<String, String> others = new LinkedHashMap<>();

    @Option(names = {"-o", "--out"}, paramLabel = "FILE", defaultValue = "out.npy",
            description = "the output, a NumPy array of float32: [N, shape...] or [shape...] as x (default: ${DEFAULT-VALUE})")
    private Path out = Path.of("out.npy");

    @Mixin
    private ModelsOptions models = new ModelsOptions();

    @Mixin
    private DeviceOptions device = new DeviceOptions();

    @Override
    public Integer call() throws IOException {
        OutputFile file = OutputFile.of("-o", out, List.of(SampleFile.NUMBERS));
        RegisteredModel registered = models.resolve(model);
        Checkpoint checkpoint = Checkpoint.read(models.open(registered));
        ModelCard card = checkpoint.card();
        NpyArray input = GivenNumbers.read(x);
        boolean many = GivenNumbers.fits(input, card, 1);
        if (!many && !GivenNumbers.fits(input, card, 0)) {
            throw GivenNumbers.wrongShape(x, input, card, "N, ", "");
        }
        int rows = many ? input.shape()[0] : 1;
        var inputs = new ForwardInputs(card, checkpoint.network(), rows);
        InputTable table = inputs.table(input.values(), times, targets, labels, others);
        Torch torch = device.open();
        try (ComputeThread thread = device.thread()) {
            String profile = thread.call(() -> {
                try (LoadedModel loaded = LoadedModel.load(torch, checkpoint, device.profileToCompare())) {
                    float[] output = evaluate(loaded, table);
                    file.write(Npy.encode(output, shape(rows, many, loaded.outputShape())));
                    return loaded.profile().name();
                }
            });
            (file.isStandardOutput() ? System.err : System.out).printf(Locale.ROOT,
                    "%s: %d row(s) of %s, profile %s; it is sampled with times %s%n", file, rows,
                    registered.reference(), profile, inputs.range());
        }
        return 0;
    }

    private static int[] shape(int rows, boolean many, List<Integer> shape) {
        return IntStream.concat(many ? IntStream.of(rows) : IntStream.empty(),
                shape.stream().mapToInt(Integer::intValue)).toArray();
    }

    /** Evaluates all rows, a batch at a time. */
    private static float[] evaluate(LoadedModel loaded, InputTable inputs) {
        int outputSize = loaded.outputShape().stream().reduce(1, Math::multiplyExact);
        float[] output = new float[Math.multiplyExact(inputs.rows(), outputSize)];
        for (int from = 0; from < inputs.rows(); from += BATCH) {
            float[] part = loaded.evaluate(inputs.range(from, Math.min(from + BATCH, inputs.rows())));
            System.arraycopy(part, 0, output, from * outputSize, part.length);
        }
        return output;
    }
}
