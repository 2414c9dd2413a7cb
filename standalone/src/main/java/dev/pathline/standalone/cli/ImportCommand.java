package dev.pathline.standalone.cli;

import dev.pathline.common.model.ModelNames;
import dev.pathline.common.model.Lineage;
import dev.pathline.common.model.Versions;
import dev.pathline.common.port.ModelRegistry.RegisteredModel;
import dev.pathline.common.port.ModelStore;
import dev.pathline.diffusion.card.ModelCard;
import dev.pathline.diffusion.card.SamplingDefaults;
import dev.pathline.engine.data.NameLines;
import dev.pathline.engine.checkpoint.diffusers.DiffusersImport;
import dev.pathline.engine.checkpoint.diffusers.ImportRequest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code pathline import DIR}. */
@Command(name = "import", sortOptions = false, description = {
    "Make a model of a checkpoint of Hugging Face diffusers.",
    "DIR is what save_pretrained wrote in Python, or a download of it: a pipeline (model_index.json, and each part in a"
            + " folder of its name or beside it), or a network alone (config.json and its weights). The weights are copied as they are stored. What"
            + " does not fit is refused with the first file, key or setting that is wrong.",
    ""}, footer = {"", "Example: pathline import ~/downloads/ddpm-cifar10-32 --name ddpm-cifar10",
        "What is supported: docs/checkpoints.md"})
final class ImportCommand implements Callable<Integer> {

    private static final Pattern SIZE = Pattern.compile("([1-9][0-9]{0,5})(?:x([1-9][0-9]{0,5}))?");

    @Parameters(paramLabel = "DIR", description = "the folder of the pipeline or of the network")
    private Path source = Path.of("");

    @Option(names = "--name", required = true, paramLabel = "NAME", description = "the model's name here")
    private String name = "";

    @Option(names = "--version", paramLabel = "VERSION",
            description = "the model's version (default: 1, refused when the model has versions already)")
    private @Nullable String version;

    @Option(names = "--variant", paramLabel = "NAME",
            description = "the weights' variant, such as fp16 (default: the plain files, or the only variant there is)")
    private @Nullable String variant;

    @Option(names = "--scheduler", paramLabel = "CLASS|FILE",
            description = "what says how the network was trained, where DIR has no scheduler or another is wanted: a class of"
                    + " diffusers, such as DDPMScheduler, or a scheduler_config.json")
    private @Nullable String scheduler;

    @Option(names = "--set", paramLabel = "KEY=VALUE",
            description = "a setting of the scheduler in place of its file's, such as prediction_type=v_prediction;"
                    + " may be repeated")
    private Map<String, String> settings = new LinkedHashMap<>();

    @Option(names = "--own-defaults",
            description = "sample as Pathline recommends, not as the scheduler does: for schedulers and settings that have"
                    + " no counterpart here")
    private boolean ownDefaults;

    @Option(names = "--steps", paramLabel = "N",
            description = "how many steps the model takes by default, which no file of diffusers says (default: what is usual"
                    + " for the scheduler, fewer where the training had fewer)")
    private @Nullable Integer steps;

    @Option(names = "--size", paramLabel = "N|HxW", description = "a sample's size, where the network leaves it open")
    private @Nullable String size;

    @Option(names = "--classes", paramLabel = "FILE",
            description = "the names of the classes, one a line (default: the pipeline's, or 0, 1, 2 ...)")
    private @Nullable Path classes;

    @Option(names = "--null-class",
            description = "the last class of a U-Net means 'no label', so the model can be guided")
    private boolean nullClass;

    @Option(names = "--description", paramLabel = "TEXT", description = "a sentence for people")
    private @Nullable String description;

    // Not the standard mixin: its --version is the program's, and this command's is the model's.
    @SuppressWarnings("UnusedVariable") // picocli looks at it
    @Option(names = {"-h", "--help"}, usageHelp = true, description = "Show this help message and exit.")
    private boolean help;

    @Mixin
    private ModelsOptions models = new ModelsOptions();

    @Override
    public Integer call() throws IOException {
        requireName("--name", name);
        String target = version();
        var request = new ImportRequest(source, variant, scheduler, settings, ownDefaults, sizes(),
                classes == null ? null : names(classes), nullClass, description).withSteps(steps);
        DiffusersImport found = DiffusersImport.open(request, name);
        RegisteredModel model;
        try (var progress = new CopyProgress(found.weights().bytes())) {
            model = models.registry().register(new ModelStore.NewModel(name, target,
                    folder -> found.write(folder, target, progress), Lineage.of(found.card()))).model();
        } catch (IOException e) {
            throw new IOException(name + "@" + target + " cannot be written: " + e.getMessage(), e);
        }
        report(found, model);
        return 0;
    }

    private static void report(DiffusersImport found, RegisteredModel model) {
        ModelCard card = model.card();
        SamplingDefaults defaults = card.defaults();
        System.out.printf(Locale.ROOT, "%s: %,d parameters (%s), samples %s%s%n", model.location(), card.parameters(),
                found.weights().types().keySet().stream().map(Enum::name).collect(Collectors.joining(" and ")),
                card.shape().stream().map(String::valueOf).collect(Collectors.joining("x")),
                card.classes().isEmpty() ? "" : ", " + card.classes().size() + " classes");
        System.out.printf(Locale.ROOT, "  trained on %s (%s), predicts %s%n", card.schedule().name(),
                new TreeMap<>(card.schedule().parameters()).entrySet().stream()
                        .map(entry -> entry.getKey() + " " + entry.getValue()).collect(Collectors.joining(", ")),
                card.prediction().name().toLowerCase(Locale.ROOT).replace('_', '-'));
        System.out.printf(Locale.ROOT, "  samples by default with %s, %d steps%s%s%n", defaults.solver(),
                defaults.steps(), defaults.timeGrid() == null ? "" : ", time grid " + defaults.timeGrid(),
                defaults.threshold() == null ? "" : ", threshold " + defaults.threshold());
        if (!found.decoders().isEmpty()) {
            System.out.println("  its samples are latents: " + String.join(", ", found.decoders())
                    + " was left out, decode the samples in Python");
        }
        found.remarks().forEach(remark -> System.out.println("  " + remark));
        System.out.println("Try: pathline sample " + card.name() + "@" + card.version()
                + (card.conditional() ? " --label 0" : "") + " --count 4"
                + (found.decoders().isEmpty() && card.shape().getFirst() <= 3 ? "" : " -o samples.npy"));
    }

    private static void requireName(String option, String value) {
        if (!ModelNames.isName(value)) {
            throw new IllegalArgumentException(
                    option + " must be 1 to 64 letters, digits, dots, dashes and underscores,"
                            + " the first a letter or digit, not '" + value + "'");
        }
    }

    private String version() {
        List<String> there = models.registry().list().stream().filter(model -> model.name().equals(name))
                .map(RegisteredModel::version).sorted(Versions.ORDER).toList();
        if (version == null) {
            if (!there.isEmpty()) {
                throw new IllegalArgumentException("model " + name + " is in " + models.locations()
                        + " already (version " + String.join(", ", there)
                        + "): choose another --name, or a new --version, for example --version "
                        + Versions.next(there));
            }
            return "1";
        }
        requireName("--version", version);
        if (there.contains(version)) {
            throw new IllegalArgumentException("model " + name + " has a version " + version + " in "
                    + models.locations() + " already, and versions are never overwritten: choose another --version, for"
                    + " example --version " + Versions.next(there));
        }
        return version;
    }

    private @Nullable List<Integer> sizes() {
        if (size == null) {
            return null;
        }
        Matcher matcher = SIZE.matcher(size);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("--size must be N or HxW, for example 32 or 32x64, not '" + size + "'");
        }
        int height = Integer.parseInt(matcher.group(1));
        return List.of(height, matcher.group(2) == null ? height : Integer.parseInt(matcher.group(2)));
    }

    private static List<String> names(Path file) throws IOException {
        try {
            return NameLines.read(file);
        } catch (IOException e) {
            throw new IOException("--classes " + file + " cannot be read: " + e.getMessage(), e);
        }
    }
}
