package dev.pathline.standalone.cli;

import dev.pathline.common.port.ModelRegistry.RegisteredModel;
import dev.pathline.common.port.ModelStore;
import dev.pathline.s3.S3Settings;
import dev.pathline.diffusion.card.NameList;
import dev.pathline.standalone.registry.ModelStores;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The option that says where models are. */
final class ModelsOptions {

    @Option(names = "--models", paramLabel = "DIR", split = ",", defaultValue = "${env:PATHLINE_MODELS:-models}",
            description = "where models are: folders, separated by commas, or one place in S3, s3://BUCKET/PREFIX"
                    + " (default: ${DEFAULT-VALUE}; also PATHLINE_MODELS)")
    private List<String> locations = List.of();

    @Spec(Spec.Target.MIXEE)
    private @Nullable CommandSpec command;

    private @Nullable ModelStore store;

    /** Returns where models are, as it was given. */
    List<String> locations() {
        return locations;
    }

    /** Returns the settings by which a server serves the same models; none where its own settings say the same. */
    List<String> serverArguments() {
        if (locations.stream().noneMatch(S3Settings::isLocation)) {
            boolean said = command == null || command.commandLine().getParseResult().hasMatchedOption("--models");
            return !said ? List.of() : List.of("--pathline.standalone.models=" + String.join(",", locations));
        }
        S3Settings bucket = ModelStores.bucket(locations);
        var arguments = new ArrayList<>(List.of("--pathline.standalone.registry=s3",
                "--pathline.standalone.s3.bucket=" + bucket.bucket(),
                "--pathline.standalone.s3.prefix=" + bucket.prefix(),
                "--pathline.standalone.s3.cache=" + bucket.cache(),
                "--pathline.standalone.s3.path-style=" + bucket.pathStyle()));
        if (bucket.endpoint() != null) {
            arguments.add("--pathline.standalone.s3.endpoint=" + bucket.endpoint());
        }
        return arguments;
    }

    /** Returns the registry. */
    ModelStore registry() {
        ModelStore known = store;
        if (known == null) {
            requireFolders();
            known = ModelStores.of(locations);
            store = known;
        }
        return known;
    }

    private void requireFolders() {
        locations.stream().filter(location -> !S3Settings.isLocation(location)).forEach(
                location -> Folders.require("--models", Path.of(location)));
    }

    /**
     * Returns a model.
     *
     * @throws IllegalArgumentException if there is none; the message lists what there is
     */
    RegisteredModel resolve(String reference) {
        ModelStore registry = registry();
        return registry.resolve(reference).orElseThrow(() -> {
            String known = NameList.of(registry.list().stream().map(RegisteredModel::reference).toList());
            return new IllegalArgumentException("there is no model '" + reference + "' in " + locations + "; "
                    + (known.isEmpty() ? "that folder has none" : "there are " + known)
                    + registry.broken().stream().map(broken -> "; skipped " + broken.file() + ": " + broken.reason())
                            .collect(Collectors.joining()));
        });
    }

    /** Returns the folder with a model's files. */
    Path open(RegisteredModel model) {
        return registry().open(model);
    }
}
