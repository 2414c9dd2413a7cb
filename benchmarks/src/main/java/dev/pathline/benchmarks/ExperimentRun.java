package dev.pathline.benchmarks;

import dev.pathline.benchmarks.experiment.ExperimentPage;

/** The parts of {@code benchmarks/experiment}. */
public final class ExperimentRun {

    private ExperimentRun() {}

    /** Runs one: {@code design FOLDER}, {@code requests URL NAME COUNT}, {@code page FOLDER FILE}, {@code paired URL COUNT LOG}. */
    public static void main(String[] args) throws Exception {
        ExperimentPage.run(args);
    }
}
