package dev.pathline.standalone.cli;

import dev.pathline.common.model.Lineage;
import dev.pathline.common.model.ModelManifest;
import dev.pathline.common.port.ModelRegistry;
import dev.pathline.common.port.ModelRegistry.RegisteredModel;
import dev.pathline.diffusion.card.ModelCard;
import dev.pathline.diffusion.card.ModelGuidance;
import dev.pathline.diffusion.planner.Planner;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code pathline models}. */
@Command(name = "models", mixinStandardHelpOptions = true, description = "List the models that can be served.")
final class ModelsCommand implements Callable<Integer> {

    @Mixin
    private ModelsOptions models = new ModelsOptions();

    @Override
    public Integer call() {
        ModelRegistry registry = models.registry();
        List<RegisteredModel> known = registry.list();
        registry.broken().forEach(b -> System.err.println("skipped " + b.file() + ": " + b.reason()));
        if (known.isEmpty()) {
            System.out.println("no models in " + models.locations() + "; train one with: pathline train SPEC");
            return 0;
        }
        for (RegisteredModel model : known) {
            ModelCard card = model.card();
            System.out.printf(Locale.ROOT, "%-24s %-10s %s  %,d parameters%n", model.reference(),
                    card.kind().name().toLowerCase(Locale.ROOT).replace('_', ' '),
                    card.shape().stream().map(String::valueOf).collect(Collectors.joining("x")), card.parameters());
            print("", card.description());
            print("classes", String.join(", ", card.classes()));
            print("default", card.defaults().solver() + ", " + card.defaults().steps() + " steps"
                    + (card.defaults().times() == null ? "" : " at times " + card.defaults().times()) + ", cfg scale "
                    + card.defaults().cfgScale());
            print("guidance", switch (card.guidance()) {
                case ModelGuidance.ClassifierFree _ -> "";
                case ModelGuidance.BakedIn(double scale) -> "baked in, of scale " + scale;
                case ModelGuidance.Input(double min, double max) -> "an input, of scales " + min + " to " + max;
            });
            print("solvers", String.join(", ", Planner.solvers(card)));
            print("aliases", String.join(", ", model.aliases()));
            printOrigin(model);
        }
        return 0;
    }

    private static void printOrigin(RegisteredModel model) {
        ModelManifest manifest = model.manifest();
        Lineage lineage = manifest == null ? Lineage.of(model.card()) : manifest.lineage();
        print("run", lineage.run());
        print("data", lineage.data());
        print("commit", lineage.commit());
        print("teacher", lineage.teacher());
        print("metrics", lineage.metrics().entrySet().stream()
                .map(metric -> metric.getKey() + " " + String.format(Locale.ROOT, "%.4g", metric.getValue()))
                .collect(Collectors.joining(", ")));
        print("created", model.createdAt().truncatedTo(ChronoUnit.SECONDS)
                + (manifest == null ? ", no manifest" : ", content " + manifest.sha256().substring(0, 12)));
    }

    private static void print(String name, String value) {
        if (!value.isEmpty()) {
            System.out.printf(Locale.ROOT, "  %-8s %s%n", name, value);
        }
    }
}
