package dev.pathline.standalone.cli;

import dev.pathline.diffusion.planner.SamplingSettings;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options that say how samples are made. */
final class SamplingOptions {

    @Option(names = "--steps", paramLabel = "N", description = "solver steps (default: the model's)")
    private @Nullable Integer steps;

    @Option(names = "--solver", paramLabel = "NAME", description = "the solver (default: the model's)")
    private @Nullable String solver;

    @Option(names = "--cfg-scale", paramLabel = "W", description = "guidance scale, 1 is off (default: the model's)")
    private @Nullable Double cfgScale;

    @Mixin
    private SamplingDetails details = new SamplingDetails();

    /** Returns the settings; what was not said is the model's default. */
    SamplingSettings settings(boolean labelled) {
        return details.settings(solver, steps, cfgScale, labelled);
    }

    /** Returns the file that noise is to be read from, or null where it comes from a seed. */
    @Nullable
    Path noiseFile() {
        return details.noiseFile();
    }
}
