package dev.pathline.common.registry;

import dev.pathline.common.model.FolderContent;
import dev.pathline.common.port.ModelStore.NewModel;
import dev.pathline.diffusion.card.ModelCardJson;
import java.io.IOException;
import java.nio.file.Path;

/** A checkpoint on its way into a registry. */
public final class NewContent {

    private NewContent() {}

    /**
     * Lets the checkpoint be written, and hashes it.
     *
     * @param folder where; it does not exist yet
     * @throws IllegalArgumentException if it is no model of that name
     */
    public static FolderContent write(NewModel model, Path folder) throws IOException {
        model.content().writeTo(folder);
        FolderContent content = FolderContent.of(folder);
        if (!content.card().name().equals(model.name())) {
            throw new IllegalArgumentException("the card says the model is " + content.card().name()
                    + ", but it is to be registered as " + model.name());
        }
        return content;
    }

    /** Writes the version into the card. */
    public static void setVersion(Path folder, FolderContent content, String version) throws IOException {
        ModelCardJson.write(content.card().withVersion(version), folder.resolve(FolderContent.CARD));
    }
}
