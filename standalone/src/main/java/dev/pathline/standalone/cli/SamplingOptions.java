package dev.pathline.standalone.cli;

import dev.pathline.diffusion.planner.SamplingSettings;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that say how samples are made. */
final class SamplingOptions {

    @Option(names = "--steps", paramLabel = "N", description = "solver steps (default: the model's)")
    private @Nullable Integer steps;

    @Option(names = "--solver", paramLabel = "NAME", description = "the solver (default: the model's)")
    private @Nullable String solver;

    @Option(names = "--time-grid", paramLabel = "NAME", description = "the time grid (default: the model's)")
    private @Nullable String timeGrid;

    @Option(names = "--cfg-scale", paramLabel = "W", description = "guidance scale, 1 is off (default: the model's)")
    private @Nullable Double cfgScale;

    /** Returns the settings; what was not said is the model's default. */
    SamplingSettings settings(boolean labelled) {
        return new SamplingSettings(solver, steps, timeGrid, cfgScale, null, null, null, labelled);
    }
}
