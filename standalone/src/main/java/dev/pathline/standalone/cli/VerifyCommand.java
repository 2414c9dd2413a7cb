package dev.pathline.standalone.cli;

import dev.pathline.common.port.ModelRegistry.RegisteredModel;
import dev.pathline.common.port.ModelStore;
import dev.pathline.common.port.ModelStore.Verification;
import dev.pathline.engine.checkpoint.Checkpoint;
import dev.pathline.engine.checkpoint.CheckpointException;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code pathline verify [MODEL]}. */
@Command(name = "verify", mixinStandardHelpOptions = true, sortOptions = false,
        description = "Read every file of a model, or of all, and compare it with the hashes of its registration.",
        footer = {"", "Exit codes: 0 all is as it was; 1 something differs; 2 wrong usage."})
final class VerifyCommand implements Callable<Integer> {

    @Parameters(paramLabel = "MODEL", arity = "0..1", description = "name, name@version or name@alias (default: all)")
    private @Nullable String model;

    @Option(names = "--seal",
            description = "write a manifest for what has none, such as a folder that was copied here by hand")
    private boolean seal;

    @Mixin
    private ModelsOptions models = new ModelsOptions();

    @Override
    public Integer call() throws IOException {
        ModelStore registry = models.registry();
        List<RegisteredModel> which = model == null ? registry.list() : List.of(models.resolve(model));
        registry.broken().forEach(b -> System.out.println("broken    " + b.file() + ": " + b.reason()));
        boolean right = model != null || registry.broken().isEmpty();
        for (RegisteredModel each : which) {
            right &= verify(registry, each);
        }
        return right ? 0 : 1;
    }

    private boolean verify(ModelStore registry, RegisteredModel each) throws IOException {
        if (seal && each.manifest() == null) {
            try {
                Checkpoint.require(registry.open(each));
            } catch (CheckpointException e) {
                System.out.println("unsealed  " + each.reference() + ": " + e.getMessage());
                return false;
            }
            registry.seal(each);
            System.out.println("sealed    " + each.reference());
        }
        Verification found = registry.verify(each);
        if (!found.sealed()) {
            System.out.println("unsealed  " + each.reference() + ": it has no manifest; --seal writes one");
        } else if (found.problems().isEmpty()) {
            System.out.println("right     " + each.reference() + ", " + found.files() + " files");
        }
        found.problems().forEach(problem -> System.out.println("differs   " + each.reference() + ": " + problem));
        return found.problems().isEmpty();
    }
}
