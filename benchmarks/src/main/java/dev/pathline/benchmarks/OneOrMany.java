package dev.pathline.benchmarks;

import dev.pathline.benchmarks.steps.OneOrManyPage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Writes {@code docs/one-or-many.md}. Usage: {@code OneOrMany DOCS METHOD...}; see {@code benchmarks/one-or-many}. */
public final class OneOrMany {
    private OneOrMany() {}

    /** Writes tables and a picture of what was measured, each method {@code NAME=CHECKPOINT=REPORT}. */
    public static void main(String[] args) throws IOException {
        if (args.length < 2) {
            System.err.println("usage: OneOrMany DOCS NAME=CHECKPOINT=REPORT...");
            System.exit(2);
        }
        System.setProperty("java.awt.headless", "true");
        OneOrManyPage.write(Path.of(args[0]), List.of(args).subList(1, args.length));
    }
}
