package dev.pathline.standalone.cli;

import dev.pathline.common.inprocess.DirectoryModelRegistry;
import dev.pathline.common.port.ModelRegistry;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import picocli.CommandLine.Option;

/** The option that says where models are. */
final class ModelsOptions {

    @Option(names = "--models", paramLabel = "DIR", split = ",", defaultValue = "${env:PATHLINE_MODELS:-models}",
            description = "where models are (default: ${DEFAULT-VALUE}; also PATHLINE_MODELS)")
    private List<Path> roots = List.of();

    /** Returns the roots. */
    List<Path> roots() {
        return roots;
    }

    /** Returns the registry over the roots. */
    ModelRegistry registry() {
        return new DirectoryModelRegistry(roots, Duration.ZERO, Clock.systemUTC());
    }

    /**
     * Returns a model.
     *
     * @throws IllegalArgumentException if there is none; the message lists what there is
     */
    ModelRegistry.RegisteredModel resolve(String reference) {
        ModelRegistry registry = registry();
        return registry.resolve(reference).orElseThrow(() -> {
            String known = registry.list().stream().map(ModelRegistry.RegisteredModel::reference)
                    .collect(Collectors.joining(", "));
            return new IllegalArgumentException("there is no model '" + reference + "' in " + roots + "; "
                    + (known.isEmpty() ? "that folder has none" : "there are " + known));
        });
    }
}
