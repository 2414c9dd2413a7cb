package dev.pathline.standalone.cli;

import dev.pathline.common.disk.Disk;
import dev.pathline.common.model.FolderContent;
import dev.pathline.common.model.Lineage;
import dev.pathline.common.model.ModelManifest;
import dev.pathline.common.port.ModelStore;
import dev.pathline.common.port.ModelStore.NewModel;
import dev.pathline.common.port.ModelStore.Registration;
import dev.pathline.diffusion.card.ModelCard;
import dev.pathline.diffusion.card.MalformedCardException;
import dev.pathline.diffusion.card.ModelCardJson;
import dev.pathline.engine.checkpoint.Checkpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code pathline register DIR}. */
@Command(name = "register", sortOptions = false,
        description = "Copy a checkpoint's folder into the registry, as a new version of its model. The same content again is"
                + " found, not copied; what cannot be sampled is refused.",
        footer = {"", "Example: pathline register models/fashion-flow/1 --models s3://bucket/models"})
final class RegisterCommand implements Callable<Integer> {

    @Parameters(paramLabel = "DIR", description = "the folder with pathline.json")
    private Path folder = Path.of("");

    @Option(names = "--version", paramLabel = "VERSION", description = "the version (default: the next number)")
    private @Nullable String version;

    // Not the standard mixin: its --version is the program's, and this command's is the model's.
    @SuppressWarnings("UnusedVariable") // picocli sets and reads it
    @Option(names = {"-h", "--help"}, usageHelp = true, description = "Show this help message and exit.")
    private boolean help;

    @Mixin
    private ModelsOptions models = new ModelsOptions();

    @Override
    public Integer call() throws IOException {
        ModelCard card;
        try {
            card = ModelCardJson.read(folder.resolve(FolderContent.CARD));
        } catch (NoSuchFileException e) {
            throw new IOException(folder + " has no " + FolderContent.CARD + ", so it is no checkpoint", e);
        } catch (MalformedCardException e) {
            throw new IllegalArgumentException(folder.resolve(FolderContent.CARD) + ": " + e.getMessage(), e);
        }
        Checkpoint.require(folder);
        ModelStore registry = models.registry();
        Registration done = registry.register(new NewModel(card.name(), version, this::copy, lineage(card)));
        System.out.println((done.created() ? "registered " : "was there already: ") + done.model().reference() + ", "
                + done.model().location());
        return 0;
    }

    private void copy(Path target) throws IOException {
        Disk.copyTree(folder, target);
        Files.deleteIfExists(target.resolve(ModelManifest.FILE));
    }

    /** What another registry knew of it goes with it. */
    private Lineage lineage(ModelCard card) throws IOException {
        Path manifest = folder.resolve(ModelManifest.FILE);
        return Files.isRegularFile(manifest)
                ? ModelManifest.read(Files.readAllBytes(manifest), card.name(), card.version()).lineage()
                : Lineage.of(card);
    }
}
