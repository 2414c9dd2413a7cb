package dev.pathline.standalone.cli;

import dev.pathline.engine.torch.ComputeThread;
import dev.pathline.engine.torch.Torch;
import picocli.CommandLine.Option;

/** The options that choose where tensors are computed. */
final class DeviceOptions {

    @Option(
            names = "--device",
            paramLabel = "DEVICE",
            defaultValue = "${env:PATHLINE_DEVICE:-auto}",
            description = "auto, cpu or cuda:N (default: ${DEFAULT-VALUE}; also PATHLINE_DEVICE)")
    private String device = "auto";

    @Option(
            names = "--threads",
            paramLabel = "N",
            description = "threads of one operator (default: the number of cores)")
    private int threads = Runtime.getRuntime().availableProcessors();

    Torch open() {
        return Torch.open(device);
    }

    ComputeThread thread() {
        return new ComputeThread("compute", threads);
    }
}
