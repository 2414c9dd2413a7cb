package dev.pathline.standalone.cli;

import dev.pathline.diffusion.card.InvalidSettingException;
import dev.pathline.diffusion.guidance.CfgInterval;
import dev.pathline.diffusion.planner.SamplingSettings;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** The options of sampling beside solver, steps and guidance scale. */
final class SamplingDetails {

    @Option(names = "--time-grid", paramLabel = "NAME", description = "the time grid (default: the model's)")
    private @Nullable String timeGrid;

    @Option(names = "--times", paramLabel = "T", split = ",",
            description = "instead of --steps and --time-grid: the times of the model's schedule at which the steps start,"
                    + " decreasing, separated by commas, such as 1,0.8 (default: the model's)")
    private @Nullable List<Double> times;

    @Option(names = "--cfg-interval", paramLabel = "LOW:HIGH", converter = IntervalConverter.class,
            description = "guide only there, in sigma/alpha (default: everywhere)")
    private @Nullable CfgInterval cfgInterval;

    @Option(names = "--cfg-rescale", paramLabel = "PHI",
            description = "bring guidance back to the spread of the labelled prediction, 0 to 1 (default: 0)")
    private @Nullable Double cfgRescale;

    @Option(names = "--threshold", paramLabel = "NAME",
            description = "none, clip or dynamic, on the prediction of the data (default: the model's)")
    private @Nullable String threshold;

    @Option(names = "--noise", paramLabel = "NOISE",
            description = "independent, or brownian: more steps converge at a fixed seed (default: independent); to"
                    + " sample, also a FILE.npy of unit Gaussian noise instead of a seed: [count, shape...] where each"
                    + " sample starts, or [count, 1 + draws, shape...] with what a stochastic solver draws, in order")
    private @Nullable String noise;

    @Mixin
    private SolverOptionFlags options = new SolverOptionFlags();

    /** Returns the settings with these options; what was not said is the model's default. */
    SamplingSettings settings(@Nullable String solver, @Nullable Integer steps, @Nullable Double cfgScale,
            boolean labelled) {
        return new SamplingSettings(solver, steps, timeGrid, times, cfgScale, cfgInterval, cfgRescale, options.values(),
                threshold, noise,
                labelled);
    }

    /** Returns the file that noise is to be read from, or null where it comes from a seed. */
    @Nullable
    Path noiseFile() {
        return noise != null && noise.endsWith(".npy") ? Path.of(noise) : null;
    }

    /** Reads {@code LOW:HIGH}. */
    private static final class IntervalConverter implements ITypeConverter<CfgInterval> {
        @Override
        public CfgInterval convert(String text) {
            int colon = text.indexOf(':');
            try {
                return new CfgInterval(Double.parseDouble(text.substring(0, Math.max(colon, 0))),
                        Double.parseDouble(text.substring(colon + 1)));
            } catch (NumberFormatException e) {
                throw new TypeConversionException("'" + text + "' is not LOW:HIGH, for example 0.3:3");
            } catch (InvalidSettingException e) {
                throw new TypeConversionException(String.valueOf(e.getMessage()));
            }
        }
    }
}
