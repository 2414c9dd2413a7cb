package dev.pathline.trainer.evaluation;

import dev.pathline.common.model.ModelManifest;
import dev.pathline.diffusion.card.ModelCard;
import dev.pathline.engine.data.DataException;
import dev.pathline.engine.training.WriteFailure;
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
     * @throws DataException if there is a manifest that cannot be read, or a specification that cannot
     */
    static Optional<String> specification(Path folder, ModelCard card) {
        Path manifest = folder.resolve(ModelManifest.FILE);
        if (!Files.isRegularFile(manifest)) {
            return Optional.empty();
        }
        try {
            String text = ModelManifest.read(Files.readAllBytes(manifest), card.name(), card.version()).lineage()
                    .specification();
            return hasData(text) ? Optional.of(text) : Optional.empty();
        } catch (IOException e) {
            throw unreadable(card, manifest + " cannot be read: " + WriteFailure.reason(e), e);
        } catch (IllegalArgumentException e) {
            throw unreadable(card, manifest + ": " + e.getMessage(), e);
        } catch (SpecException e) {
            throw unreadable(card, String.valueOf(e.getMessage()), e);
        }
    }

    /** A lineage may have a line for people, such as where a model was imported from, which need not be YAML. */
    private static boolean hasData(String text) {
        try {
            return TrainingSpecs.tree(text, NAME).path("data").isObject();
        } catch (SpecException e) {
            if (text.strip().lines().count() > 1) {
                throw e;
            }
            return false;
        }
    }

    private static DataException unreadable(ModelCard card, String why, Exception e) {
        return new DataException(
                "what " + card.name() + " was trained on cannot be read: " + why + "; name data with --data", e);
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
