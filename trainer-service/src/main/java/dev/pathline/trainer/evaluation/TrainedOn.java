package dev.pathline.trainer.evaluation;

import dev.pathline.common.model.ModelManifest;
import dev.pathline.diffusion.card.ModelCard;
import dev.pathline.trainer.specification.TrainingSpecs;
import dev.pathline.trainer.specification.data.DataReader;
import dev.pathline.trainer.specification.data.DataSpec;
import dev.pathline.trainer.specification.fields.SpecException;
import dev.pathline.trainer.specification.fields.SpecFields;
import dev.pathline.trainer.specification.fields.SpecTree;
import dev.pathline.trainer.specification.yaml.YamlReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** The section {@code data} of specifications, whose other sections are not looked at. */
final class TrainedOn {

    private static final String NAME = "the model's specification";

    private TrainedOn() {}

    /**
     * Returns the specification that a registered model's lineage has, if it has a section {@code data}. A model that was
     * trained elsewhere has none.
     *
     * @param folder the model's files
     */
    static Optional<String> specification(Path folder, ModelCard card) {
        Path manifest = folder.resolve(ModelManifest.FILE);
        if (!Files.isRegularFile(manifest)) {
            return Optional.empty();
        }
        try {
            String text = ModelManifest.read(Files.readAllBytes(manifest), card.name(), card.version()).lineage()
                    .specification();
            return Optional.of(text).filter(known -> TrainingSpecs.tree(known, NAME).path("data").isObject());
        } catch (IOException | IllegalArgumentException | SpecException e) {
            return Optional.empty();
        }
    }

    /**
     * Reads the section of a text.
     *
     * @throws SpecException if something is wrong with it, as when it does not name its classes and their folders are gone
     */
    static DataSpec of(String specification) {
        return read(YamlReader.read(specification, NAME), NAME);
    }

    /**
     * Reads the section of a file.
     *
     * @throws SpecException if the file has none, or something is wrong with it
     */
    static DataSpec in(Path file) {
        SpecTree tree = YamlReader.read(TrainingSpecs.text(file), file.toString());
        if (!tree.root().path("data").isObject()) {
            throw new SpecException(
                    file + " has no section data, which would say where data are and how they are read");
        }
        return read(tree, file.toString());
    }

    private static DataSpec read(SpecTree tree, String source) {
        SpecFields root = SpecFields.of(tree);
        DataSpec data = DataReader.read(root.object("data"));
        root.requireNoMistakes(source);
        return data;
    }
}
