package dev.pathline.standalone.cli;

import dev.pathline.engine.training.WriteFailure;
import dev.pathline.trainer.facts.RunReports;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code pathline report RUN_DIR}. */
@Command(name = "report", mixinStandardHelpOptions = true,
        description = "Write the report of a training run as it is now: RUN_DIR/report.html, one file with everything in it.")
final class ReportCommand implements Callable<Integer> {

    @Parameters(paramLabel = "RUN_DIR", description = "the run's folder, such as runs/fashion-flow")
    private Path run = Path.of("");

    @Override
    public Integer call() {
        if (!Files.isDirectory(run)) {
            throw new IllegalArgumentException("there is no run in " + run
                    + ": name the folder that has its snapshots, such as runs/fashion-flow");
        }
        try {
            System.out.println("written: " + RunReports.write(run));
            return 0;
        } catch (IOException e) {
            throw new IllegalStateException("the report is not written: " + WriteFailure.reason(e), e);
        }
    }
}
