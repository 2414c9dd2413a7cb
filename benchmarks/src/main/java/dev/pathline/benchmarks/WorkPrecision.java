package dev.pathline.benchmarks;

import dev.pathline.benchmarks.precision.WorkPrecisionPage;
import java.io.IOException;
import java.nio.file.Path;

/** Draws the work-precision diagrams. Usage: {@code WorkPrecision CHECKPOINT DOCS}; see {@code docs/work-precision.md}. */
public final class WorkPrecision {
    private WorkPrecision() {}

    /** Measures every solver on the closed-form models and on a checkpoint, and writes charts and tables into a folder. */
    public static void main(String[] args) throws IOException {
        if (args.length != 2) {
            System.err.println("usage: WorkPrecision CHECKPOINT DOCS");
            System.exit(2);
        }
        System.setProperty("java.awt.headless", "true");
        WorkPrecisionPage.write(Path.of(args[0]), Path.of(args[1]));
    }
}
