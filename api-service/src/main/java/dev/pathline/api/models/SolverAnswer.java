package dev.pathline.api.models;

import dev.pathline.diffusion.solver.SolverInfo;
import dev.pathline.diffusion.solver.SolverOption;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A solver as clients see it.
 *
 * @param name its name
 * @param order the order of convergence
 * @param evaluationsPerStep evaluations of the network per step
 * @param deterministic whether the image is a function of its starting noise
 * @param adaptive whether it chooses its own steps
 * @param flowMap whether it needs a flow map
 * @param multistep whether it uses predictions of earlier steps
 * @param timeGrids the time grids it can use
 * @param defaultTimeGrid the one it uses when none is asked for; null where it takes none
 * @param options what a request may choose beside steps and time grid; empty for most
 * @param source where it was published
 */
public record SolverAnswer(
        String name,
        int order,
        int evaluationsPerStep,
        boolean deterministic,
        boolean adaptive,
        boolean flowMap,
        boolean multistep,
        List<String> timeGrids,
        @Nullable String defaultTimeGrid,
        List<Option> options,
        String source) {

    /**
     * An option of a solver.
     *
     * @param name the field of a request
     * @param defaultValue its value where the request does not have it
     * @param minimum the smallest value that is accepted
     * @param maximum the largest value that is accepted
     * @param integer whether it is a whole number
     * @param description what it does
     */
    public record Option(String name, double defaultValue, double minimum, double maximum, boolean integer,
            String description) {

        static Option of(SolverOption option, double standard) {
            return new Option(option.wire(), standard, option.least(), option.most(), option.whole(),
                    option.description());
        }
    }

    static SolverAnswer of(SolverInfo info) {
        List<String> grids = info.timeGrids();
        return new SolverAnswer(info.name(), info.order(), info.evaluationsPerStep(), info.deterministic(),
                info.adaptive(), info.flowMap(), info.multistep(), grids,
                grids.isEmpty() ? null : info.defaultTimeGrid(),
                info.options().values().entrySet().stream().map(entry -> Option.of(entry.getKey(), entry.getValue()))
                        .toList(),
                info.source());
    }
}
