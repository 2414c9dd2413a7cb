package dev.pathline.standalone.cli;

import dev.pathline.common.port.ModelRegistry.RegisteredModel;
import dev.pathline.engine.checkpoint.diffusers.DiffusersExport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code pathline export MODEL DIR}. */
@Command(name = "export", mixinStandardHelpOptions = true, sortOptions = false, description = {
    "Write a model as a checkpoint of Hugging Face diffusers.",
    "Python loads DIR with DiffusionPipeline.from_pretrained(DIR), or the network alone with"
            + " UNet2DModel.from_pretrained(DIR, subfolder=\"unet\"). The weights are copied as they are stored.",
    ""}, footer = {"", "Example: pathline export fashion-flow /tmp/fashion-flow",
        "What is supported: docs/checkpoints.md"})
final class ExportCommand implements Callable<Integer> {

    @Parameters(index = "0", paramLabel = "MODEL", description = "name or name@version")
    private String model = "";

    @Parameters(index = "1", paramLabel = "DIR", description = "the folder to write; it must not exist")
    private Path target = Path.of("");

    @Option(names = "--no-scheduler", description = "write the network without a scheduler")
    private boolean noScheduler;

    @Mixin
    private ModelsOptions models = new ModelsOptions();

    @Override
    public Integer call() throws IOException {
        RegisteredModel registered = models.resolve(model);
        if (Files.exists(target)) {
            throw new IllegalArgumentException(target + " exists, and is not overwritten: choose another folder");
        }
        DiffusersExport found = DiffusersExport.open(models.open(registered), !noScheduler);
        try (var progress = new CopyProgress(found.weights().bytes())) {
            found.write(target, progress);
        } catch (IOException e) {
            throw new IOException(target + " cannot be written: " + e.getMessage(), e);
        }
        System.out.println(target + ": " + registered.reference() + " as a "
                + (found.pipeline().isEmpty() ? found.networkClass() + ", without a pipeline" : found.pipeline())
                + (noScheduler ? " without its scheduler" : ""));
        found.remarks().forEach(remark -> System.out.println("  " + remark));
        return 0;
    }
}
