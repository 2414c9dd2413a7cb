package dev.pathline.standalone.cli;

import dev.pathline.diffusion.card.InvalidSettingException;
import dev.pathline.diffusion.card.ModelCard;
import dev.pathline.diffusion.planner.Planner;
import dev.pathline.diffusion.planner.SamplingSettings;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options that say by which settings samples are made: every solver with every step count and guidance scale. */
final class GridOptions {

    @Option(names = "--solver", paramLabel = "NAME", split = ",",
            description = "the solver, or several separated by commas (default: the model's)")
    private List<String> solvers = List.of();

    @Option(names = "--steps", paramLabel = "N", split = ",",
            description = "solver steps, or several separated by commas (default: the model's)")
    private List<Integer> steps = List.of();

    @Option(names = "--cfg-scale", paramLabel = "W", split = ",",
            description = "guidance scale, 1 is off, or several separated by commas (default: the model's)")
    private List<Double> cfgScales = List.of();

    @Mixin
    private SamplingDetails details = new SamplingDetails();

    /**
     * Returns the settings, step counts fastest; what was not said is the model's default.
     *
     * @throws InvalidSettingException if the model does not accept one of them: better said now than after an hour
     */
    List<SamplingSettings> settings(ModelCard card) {
        var settings = new ArrayList<SamplingSettings>();
        for (@Nullable
        String solver : orDefault(solvers)) {
            for (@Nullable
            Double cfgScale : orDefault(cfgScales)) {
                for (@Nullable
                Integer count : orDefault(steps)) {
                    settings.add(details.settings(solver, count, cfgScale, card.conditional()));
                }
            }
        }
        for (SamplingSettings one : settings) {
            Planner.plan(card, one);
        }
        return settings;
    }

    /** One null, for the model's default, where nothing was said. */
    private static <T> List<@Nullable T> orDefault(List<T> values) {
        return values.isEmpty() ? Arrays.asList((@Nullable T) null) : new ArrayList<>(values);
    }
}
