package dev.pathline.trainer.distillation;

import dev.pathline.common.model.ModelManifest;
import dev.pathline.common.port.ModelRegistry.RegisteredModel;
import dev.pathline.trainer.specification.TrainingSpecs;
import dev.pathline.trainer.specification.fields.SpecException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/** The specification that a model was trained by, as its lineage has it. */
final class KnownData {

    /** Where a lineage has no text, it may have the file's name; what else is in there may have changed since. */
    private static final Pattern FILE = Pattern.compile("(\\S+\\.ya?ml)( \\(sha256 [0-9a-f]{64}\\))?");

    private KnownData() {}

    /** Returns the specification's tree, if there is one with a section about data. */
    static Optional<JsonNode> of(RegisteredModel model) {
        ModelManifest manifest = model.manifest();
        String text = manifest == null ? model.card().training().spec() : manifest.lineage().specification();
        return tree(text).or(() -> file(text));
    }

    private static Optional<JsonNode> file(String text) {
        Matcher named = FILE.matcher(text.strip());
        if (!named.matches() || !Files.isRegularFile(Path.of(named.group(1)))) {
            return Optional.empty();
        }
        return tree(TrainingSpecs.text(Path.of(named.group(1))));
    }

    private static Optional<JsonNode> tree(String text) {
        try {
            JsonNode tree = TrainingSpecs.tree(text, "the teacher's specification");
            return tree.path("data").isObject() ? Optional.of(tree) : Optional.empty();
        } catch (SpecException e) {
            return Optional.empty();
        }
    }
}
