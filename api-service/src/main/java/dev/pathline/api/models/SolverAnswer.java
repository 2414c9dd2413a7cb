package dev.pathline.api.models;

import dev.pathline.diffusion.solver.SolverInfo;
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
        String source) {

    static SolverAnswer of(SolverInfo info) {
        List<String> grids = info.timeGrids();
        return new SolverAnswer(info.name(), info.order(), info.evaluationsPerStep(), info.deterministic(),
                info.adaptive(), info.flowMap(), info.multistep(), grids,
                grids.isEmpty() ? null : info.defaultTimeGrid(),
                info.source());
    }
}
