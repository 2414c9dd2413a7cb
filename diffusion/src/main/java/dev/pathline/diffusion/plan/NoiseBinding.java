package dev.pathline.diffusion.plan;

import dev.pathline.diffusion.card.InvalidSettingException;
import dev.pathline.diffusion.grid.TimeGrid;
import dev.pathline.diffusion.noise.BrownianPath;
import dev.pathline.diffusion.prediction.TimeInput;
import dev.pathline.diffusion.schedule.NoiseSchedule;
import org.jspecify.annotations.Nullable;

/** Gives the stages of one plan, in order, their places on the Brownian path. */
final class NoiseBinding {
    private final NoiseSchedule schedule;
    private final TimeGrid grid;
    private final StageNoise noise;
    private int step = -1;
    private int path;

    NoiseBinding(NoiseSchedule schedule, TimeGrid grid, StageNoise noise) {
        this.schedule = schedule;
        this.grid = grid;
        this.noise = noise;
    }

    /** The place of the next stage that needs noise; null where noise is independent. */
    @Nullable
    NoiseInterval next(int stepOfStage) {
        if (noise == StageNoise.INDEPENDENT) {
            return null;
        }
        // A second draw within a step must not repeat the first: each has a path of its own.
        path = stepOfStage == step ? path + 1 : 0;
        step = stepOfStage;
        var place = new NoiseInterval(path, pathTime(grid.time(step)), pathTime(grid.time(step + 1)));
        if (!BrownianPath.tellsApart(place.from(), place.to())) {
            throw new InvalidSettingException("noise", "The times " + grid.time(step) + " and " + grid.time(step + 1)
                    + " of grid '" + grid.name()
                    + "' are too close for brownian noise; use fewer steps or independent.");
        }
        return place;
    }

    private double pathTime(double t) {
        return TimeInput.ANGLE.of(schedule, t) * 2 / StrictMath.PI;
    }
}
